"""Rename what is stored by name: pages and a filter code of saved views, and the code of a kind of reminder."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

RENAMED = {
    "interactions.say": "interactions.log",
    "mail.digest": "mail.explain_digest",
    "reports.promises": "reports.follow_ups",
}
VIEW = sa.table("saved_view", sa.column("endpoint"), sa.column("query"))
SETTING = sa.table("reminder_mute", sa.column("kind"))


def upgrade() -> None:
    """Use the new names."""
    for old, new in RENAMED.items():
        _rename(old, new)
    _replace("changed=given", "changed=reassigned")
    _rename_kind("slept", "overnight")


def downgrade() -> None:
    """Use the former names."""
    for old, new in RENAMED.items():
        _rename(new, old)
    _replace("changed=reassigned", "changed=given")
    _rename_kind("overnight", "slept")


def _rename(old: str, new: str) -> None:
    op.execute(VIEW.update().where(VIEW.c.endpoint == old).values(endpoint=new))


def _replace(old: str, new: str) -> None:
    has_filter = sa.and_(VIEW.c.endpoint.startswith("opportunities."), VIEW.c.query.contains(old))
    op.execute(VIEW.update().where(has_filter).values(query=sa.func.replace(VIEW.c.query, old, new)))


def _rename_kind(old: str, new: str) -> None:
    op.execute(SETTING.update().where(SETTING.c.kind == old).values(kind=new))
