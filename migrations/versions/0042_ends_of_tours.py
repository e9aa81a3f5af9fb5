"""Index of the expected ends of tours at U.S. posts."""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index that finds the tours that end soon."""
    op.create_index(op.f("ix_post_holder_expected_end_on"), "post_holder", ["expected_end_on"], unique=False)


def downgrade() -> None:
    """Remove the index."""
    op.drop_index(op.f("ix_post_holder_expected_end_on"), table_name="post_holder")
