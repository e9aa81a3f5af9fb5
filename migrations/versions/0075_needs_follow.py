"""Needs follow their project or organization: nobody chose readers for a need itself."""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

RECORD = sa.table("record", sa.column("kind", sa.String), sa.column("restricted", sa.Boolean))


def upgrade() -> None:
    """Let needs open again together with their project or organization."""
    op.execute(sa.update(RECORD).where(RECORD.c.kind == "need", RECORD.c.restricted).values(restricted=False))


def downgrade() -> None:
    """Nothing: the former values aren't needed."""
