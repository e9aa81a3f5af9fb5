"""Mark interactions of which only the date is known."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. Which stored times were assumed isn't recorded: they stay as they are."""
    op.add_column("interaction", sa.Column("time_known", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("interaction") as table:
        table.drop_column("time_known")
