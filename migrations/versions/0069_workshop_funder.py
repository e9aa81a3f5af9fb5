"""The funder that counts the attendees of a workshop."""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("show") as table:
        table.add_column(sa.Column("funder_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_show_funder_id", "funder", ["funder_id"], ["id"])
    op.create_index("ix_show_funder_id", "show", ["funder_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_show_funder_id", "show")
    with op.batch_alter_table("show") as table:
        table.drop_constraint("fk_show_funder_id", type_="foreignkey")
        table.drop_column("funder_id")
