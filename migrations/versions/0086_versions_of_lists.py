"""Versions of the lists of administrators, so that a form notices what someone else saved meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

LISTS = ("sector", "funder", "lost_reason", "day_off", "rate", "gift_limit")


def upgrade() -> None:
    """Add the column."""
    for name in LISTS:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        with op.batch_alter_table(name) as table:
            table.alter_column("version", server_default=None)


def downgrade() -> None:
    """Drop it."""
    for name in LISTS:
        with op.batch_alter_table(name) as table:
            table.drop_column("version")
