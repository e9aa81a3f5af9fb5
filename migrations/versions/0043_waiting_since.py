"""Record since when an opportunity waits for someone."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. Stored opportunities wait since they entered their stage: earlier changes aren't dated."""
    op.add_column("opportunity", sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE opportunity SET waiting_since = stage_since")
    with op.batch_alter_table("opportunity") as table:
        table.alter_column("waiting_since", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("opportunity") as table:
        table.drop_column("waiting_since")
