"""Suspected pairs of duplicates."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "duplicate_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["a_id"], ["record.id"], name=op.f("fk_duplicate_pair_a_id_record")),
        sa.ForeignKeyConstraint(["b_id"], ["record.id"], name=op.f("fk_duplicate_pair_b_id_record")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_duplicate_pair_decided_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint("a_id", "b_id", name=op.f("uq_duplicate_pair_a_id_b_id")),
    )
    op.create_index(op.f("ix_duplicate_pair_b_id"), "duplicate_pair", ["b_id"])
    op.create_index("ix_duplicate_pair_list", "duplicate_pair", ["state", "score", "id"])
    op.create_table(
        "duplicate_progress",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_duplicate_progress")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("duplicate_progress")
    op.drop_table("duplicate_pair")
