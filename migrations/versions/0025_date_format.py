"""A user chooses how dates and times are written; NULL follows the user's country."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

DATE_FORMAT = sa.Enum("us", "uk", "iso", name="dateformat", native_enum=False, length=40)


def upgrade() -> None:
    """Add the column."""
    op.add_column("user", sa.Column("date_format", DATE_FORMAT, nullable=True))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("user", "date_format")
