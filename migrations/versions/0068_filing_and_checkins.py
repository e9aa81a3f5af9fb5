"""How often a user replaced the filing address; when a China rep stopped the check-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("user", sa.Column("filing_number", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("checkin_plan", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("checkin_plan", "stopped_at")
    op.drop_column("user", "filing_number")
