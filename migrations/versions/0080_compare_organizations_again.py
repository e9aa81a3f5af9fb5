"""Compare all organizations, and the people in suspected pairs, again: hidden records are no longer evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forget how far the search has come."""
    op.execute(sa.text("DELETE FROM duplicate_progress WHERE kind = 'organization'"))


def downgrade() -> None:
    """Nothing to restore: the search starts again."""
