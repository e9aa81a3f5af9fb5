"""Monthly check-ins of China reps and their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "checkin_plan",
        sa.Column("representation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["representation_id"], ["representation.id"], name=op.f("fk_checkin_plan_representation_id")
        ),
        sa.PrimaryKeyConstraint("representation_id", name=op.f("pk_checkin_plan")),
    )
    op.create_table(
        "checkin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("representation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(2000), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["representation_id"], ["representation.id"], name=op.f("fk_checkin_representation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_checkin_person_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_checkin_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin")),
        sa.UniqueConstraint("representation_id", "month", name=op.f("uq_checkin_representation_id_month")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_checkin_token_hash")),
    )
    op.create_index("ix_checkin_person_id", "checkin", ["person_id"])
    op.create_index("ix_checkin_answered_at", "checkin", ["answered_at"])
    op.create_index("ix_checkin_interaction_id", "checkin", ["interaction_id"])
    op.create_index("ix_checkin_state", "checkin", ["state", "id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("checkin")
    op.drop_table("checkin_plan")
