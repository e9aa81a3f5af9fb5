"""The local time of interactions in the index by state and moment: reports count them by their local date."""

from alembic import op

revision = "0105"
down_revision = "0102"
branch_labels = None
depends_on = None

INDEX = "ix_interaction_state_at"


def upgrade() -> None:
    """Create the index with the local time."""
    op.drop_index(INDEX, "interaction")
    op.create_index(INDEX, "interaction", ["state", "at", "wall", "type", "id", "visibility_key"])


def downgrade() -> None:
    """Create the index without it."""
    op.drop_index(INDEX, "interaction")
    op.create_index(INDEX, "interaction", ["state", "at", "type", "id", "visibility_key"])
