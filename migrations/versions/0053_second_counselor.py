"""The second counselor of an opportunity."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and its index."""
    with op.batch_alter_table("opportunity") as table:
        table.add_column(sa.Column("second_counselor_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_opportunity_second_counselor_id"), "user", ["second_counselor_id"], ["id"])
    filled = sa.text("second_counselor_id IS NOT NULL")
    op.create_index(
        "ix_opportunity_second_counselor_id",
        "opportunity",
        ["second_counselor_id"],
        sqlite_where=filled,
        postgresql_where=filled,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_opportunity_second_counselor_id", "opportunity")
    with op.batch_alter_table("opportunity") as table:
        table.drop_constraint(op.f("fk_opportunity_second_counselor_id"), type_="foreignkey")
        table.drop_column("second_counselor_id")
