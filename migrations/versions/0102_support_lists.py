"""Indexes for the order of the lists of assistance and of referrals to partners."""

from alembic import op

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None

TABLES = ("assistance", "partner_referral")


def upgrade() -> None:
    """Add them."""
    for table in TABLES:
        op.create_index(f"ix_{table}_on", table, ["on", "id"])


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        op.drop_index(f"ix_{table}_on", table)
