"""Records that were assigned together are one notification: the batch of the change, and how many records."""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("notification") as table:
        table.add_column(sa.Column("batch_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        table.create_foreign_key("fk_notification_batch_id", "batch", ["batch_id"], ["id"])
        table.create_index("ix_notification_batch_id", ["batch_id"])
    with op.batch_alter_table("notification") as table:
        table.alter_column("number", server_default=None)


def downgrade() -> None:
    """Remove them."""
    with op.batch_alter_table("notification") as table:
        table.drop_index("ix_notification_batch_id")
        table.drop_constraint("fk_notification_batch_id", type_="foreignkey")
        table.drop_column("batch_id")
        table.drop_column("number")
