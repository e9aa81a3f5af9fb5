"""An index of the meetings at shows by time: for clashes, Today and reminders."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_show_meeting_at", "show_meeting", ["at", "id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_show_meeting_at", "show_meeting")
