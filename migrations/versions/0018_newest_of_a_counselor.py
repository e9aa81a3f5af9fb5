"""Somebody's records of a kind, in the order in which they were made."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the index of counselors end with the number."""
    op.drop_index("ix_record_counselor", "record")
    op.create_index("ix_record_counselor", "record", ["counselor_id", "kind", "id"])


def downgrade() -> None:
    """Take the number away."""
    op.drop_index("ix_record_counselor", "record")
    op.create_index("ix_record_counselor", "record", ["counselor_id", "kind"])
