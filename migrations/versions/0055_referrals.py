"""Questions to colleagues, and their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "referral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.String(2000), nullable=False),
        sa.Column("answer", sa.String(4000), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["user.id"], name=op.f("fk_referral_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["user.id"], name=op.f("fk_referral_to_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_referral_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("uid", name=op.f("uq_referral_uid")),
    )
    op.create_index("ix_referral_record_id", "referral", ["record_id"])
    op.create_index("ix_referral_to_id_state", "referral", ["to_id", "state", "id"])
    op.create_index("ix_referral_from_id_state", "referral", ["from_id", "state", "id"])
    op.create_index("ix_referral_asked_at_id", "referral", ["asked_at", "id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("referral")
