"""Users can turn kinds of reminders on as well as off: some kinds are off by default."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; every existing row turns a kind off."""
    with op.batch_alter_table("reminder_mute") as table:
        table.add_column(sa.Column("enabled", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Remove it, and the rows that turn a kind on."""
    op.execute("DELETE FROM reminder_mute WHERE enabled")
    with op.batch_alter_table("reminder_mute") as table:
        table.drop_column("enabled")
