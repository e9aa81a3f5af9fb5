"""Empty what was typed as the email address of failed sign-ins without an account, unless it looks like an address."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None

EVENT = sa.table("security_event", *(sa.column(name) for name in ("kind", "user_id", "email")))
KINDS = ("failed", "throttled", "reset_asked")
ADDRESS = re.compile(r"[^\s@]+@(?:[^\s@.]+\.)+(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)", re.IGNORECASE)
ROWS = 500


def upgrade() -> None:
    """Empty them: they may be passwords that were typed into the wrong field."""
    bind = op.get_bind()
    is_typed = sa.and_(EVENT.c.kind.in_(KINDS), EVENT.c.user_id.is_(None), EVENT.c.email != "")
    texts = bind.scalars(sa.select(EVENT.c.email).where(is_typed).distinct()).all()
    wrong = [text for text in texts if not ADDRESS.fullmatch(text)]
    for start in range(0, len(wrong), ROWS):
        part = wrong[start : start + ROWS]
        bind.execute(sa.update(EVENT).where(is_typed, EVENT.c.email.in_(part)).values(email=""))


def downgrade() -> None:
    """Do nothing: what was typed is gone."""
