"""Partial indexes for mostly empty columns."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COLUMNS = (("followup", "source_id"), ("organization", "parent_id"), ("organization", "uscc"))


def upgrade() -> None:
    """Create the indexes again without the empty rows."""
    for table, column in COLUMNS:
        filled = sa.text(f"{column} IS NOT NULL")
        op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(
            f"ix_{table}_{column}", table, [column], unique=False, sqlite_where=filled, postgresql_where=filled
        )


def downgrade() -> None:
    """Include the empty rows again."""
    for table, column in COLUMNS:
        op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)
