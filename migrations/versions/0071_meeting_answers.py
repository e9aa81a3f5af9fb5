"""Answers by email to meetings at shows."""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the meeting of an answer."""
    with op.batch_alter_table("email_answer") as table:
        table.add_column(sa.Column("meeting_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_email_answer_meeting_id"), "show_meeting", ["meeting_id"], ["id"])
        table.create_index("ix_email_answer_meeting_id", ["meeting_id"])


def downgrade() -> None:
    """Remove the meeting of an answer."""
    with op.batch_alter_table("email_answer") as table:
        table.drop_index("ix_email_answer_meeting_id")
        table.drop_constraint(op.f("fk_email_answer_meeting_id"), type_="foreignkey")
        table.drop_column("meeting_id")
