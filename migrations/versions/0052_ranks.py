"""The rank of an official in a position."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("affiliation") as table:
        table.add_column(sa.Column("rank", sa.String(40), nullable=True))
        table.add_column(sa.Column("rank_words", sa.String(80), nullable=True))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("affiliation") as table:
        table.drop_column("rank_words")
        table.drop_column("rank")
