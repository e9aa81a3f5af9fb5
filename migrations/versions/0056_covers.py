"""Colleagues who cover for a user from one day to another."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "cover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("colleague_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_cover_user_id")),
        sa.ForeignKeyConstraint(["colleague_id"], ["user.id"], name=op.f("fk_cover_colleague_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover")),
    )
    op.create_index("ix_cover_user_id", "cover", ["user_id"])
    op.create_index("ix_cover_colleague_id", "cover", ["colleague_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("cover")
