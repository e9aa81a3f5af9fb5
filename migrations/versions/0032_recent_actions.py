"""Find the recent actions of a user without reading all earlier ones."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the index of users by one of users and times."""
    op.create_index("ix_batch_actor_id_at", "batch", ["actor_id", "at"])
    op.drop_index("ix_batch_actor_id", "batch")


def downgrade() -> None:
    """Restore the former index."""
    op.create_index("ix_batch_actor_id", "batch", ["actor_id"])
    op.drop_index("ix_batch_actor_id_at", "batch")
