"""The index of interactions by status and moment has their type: reports read it without the table."""

from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add type and id to the index."""
    op.drop_index("ix_interaction_state_at", "interaction")
    op.create_index("ix_interaction_state_at", "interaction", ["state", "at", "what", "id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_interaction_state_at", "interaction")
    op.create_index("ix_interaction_state_at", "interaction", ["state", "at"])
