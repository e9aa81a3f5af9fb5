"""The security log is filtered by the email that was typed and by the address of the request."""

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
    """Take the indexes away."""
    for name in COLUMNS:
        op.drop_index(f"ix_security_event_{name}_at_id", "security_event")
