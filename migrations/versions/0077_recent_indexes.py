"""Indexes for what changed lately: Today and the digests read changes and closed follow-ups since last evening."""

from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes."""
    op.create_index("ix_change_at", "change", ["at"])
    op.create_index("ix_followup_closed_at", "followup", ["closed_at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_followup_closed_at", "followup")
    op.drop_index("ix_change_at", "change")
