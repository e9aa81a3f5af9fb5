"""Emails that wait for the next working day of their recipients."""

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None
TABLES = ("mailing", "survey_plan")


def upgrade() -> None:
    """Add the columns."""
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("on_workday", sa.Boolean(), nullable=False, server_default=sa.false()))
        with op.batch_alter_table(name) as table:
            table.alter_column("on_workday", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    """Remove them, and use codes that the former release knows."""
    op.execute("UPDATE mailing SET state = 'sent' WHERE state = 'scheduled'")
    op.execute("UPDATE mail_attempt SET outcome = 'deferred' WHERE outcome = 'unreachable'")
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.drop_column("on_workday")
