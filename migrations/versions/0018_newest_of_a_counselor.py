"""The index of a counselor's records by kind also sorts by id."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the id to the index."""
    op.drop_index("ix_record_counselor", "record")
    op.create_index("ix_record_counselor", "record", ["counselor_id", "kind", "id"])


def downgrade() -> None:
    """Remove the id from the index."""
    op.drop_index("ix_record_counselor", "record")
    op.create_index("ix_record_counselor", "record", ["counselor_id", "kind"])
