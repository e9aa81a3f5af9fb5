"""How long before its time a user is emailed, for all items and for a single one."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "reminder_timing",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("meeting_offset", sa.String(40), nullable=False),
        sa.Column("followup_offset", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reminder_timing_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_reminder_timing")),
    )
    op.create_table(
        "reminder_offset",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_key", sa.String(60), nullable=False),
        sa.Column("offset", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reminder_offset_user_id")),
        sa.PrimaryKeyConstraint("user_id", "subject_key", name=op.f("pk_reminder_offset")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("reminder_offset")
    op.drop_table("reminder_timing")
