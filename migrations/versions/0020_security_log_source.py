"""Filters of the security log by typed email address and by IP address."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COLUMNS = ("email", "address")


def upgrade() -> None:
    """Add an index for each."""
    for name in COLUMNS:
        op.create_index(f"ix_security_event_{name}_at_id", "security_event", [name, "at", "id"])


def downgrade() -> None:
    """Remove the indexes."""
    for name in COLUMNS:
        op.drop_index(f"ix_security_event_{name}_at_id", "security_event")
