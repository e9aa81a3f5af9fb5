"""How many records were assigned together is counted when the notifications are read: only those still visible."""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the number."""
    with op.batch_alter_table("notification") as table:
        table.drop_column("number")


def downgrade() -> None:
    """Add it."""
    with op.batch_alter_table("notification") as table:
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
