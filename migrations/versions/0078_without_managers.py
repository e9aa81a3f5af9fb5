"""Records about confidential records of several teams: the managers of one team may not see the others'."""

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; `flask --app crm check --repair` sets it where needed."""
    op.add_column("record", sa.Column("without_managers", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("record", "without_managers")
