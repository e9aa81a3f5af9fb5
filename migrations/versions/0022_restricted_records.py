"""Whether the readers of a record were chosen for it or derived from the records it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Treat the readers of every confidential record as chosen: nobody gains access."""
    op.add_column("record", sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE record SET restricted = confidential")


def downgrade() -> None:
    """Remove the column."""
    op.drop_column("record", "restricted")
