"""The LinkedIn address of a person."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("person", sa.Column("linkedin", sa.String(300), nullable=True))


def downgrade() -> None:
    """Remove it."""
    with op.batch_alter_table("person") as table:
        table.drop_column("linkedin")
