"""Addresses of guests' own for answers to invitations, and the version of an invitation from which its time holds.

Guests who were invited before keep the address of the invitation, and answers to earlier versions stay outdated.
"""

import sqlalchemy as sa
from alembic import op

revision = "0097"
down_revision = "0092"
branch_labels = None
depends_on = None

INVITATIONS = sa.table("calendar_invitation", sa.column("sequence", sa.Integer), sa.column("time_sequence", sa.Integer))


def upgrade() -> None:
    """Add them."""
    with op.batch_alter_table("calendar_guest") as table:
        table.add_column(sa.Column("has_own_address", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("calendar_guest") as table:
        table.alter_column("has_own_address", server_default=None)
    with op.batch_alter_table("calendar_invitation") as table:
        table.add_column(sa.Column("time_sequence", sa.Integer(), nullable=False, server_default="0"))
    op.execute(INVITATIONS.update().values(time_sequence=INVITATIONS.c.sequence))
    with op.batch_alter_table("calendar_invitation") as table:
        table.alter_column("time_sequence", server_default=None)


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("calendar_invitation") as table:
        table.drop_column("time_sequence")
    with op.batch_alter_table("calendar_guest") as table:
        table.drop_column("has_own_address")
