"""A person's birthday: month and day, and the year where it is known."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MONTHS = [f"{number:02d}" for number in range(1, 13)]


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("birth_month", sa.Enum(*MONTHS, native_enum=False, length=40), nullable=True))
        table.add_column(sa.Column("birth_day", sa.Integer(), nullable=True))
        table.add_column(sa.Column("birth_year", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Remove them."""
    with op.batch_alter_table("person") as table:
        for name in ("birth_year", "birth_day", "birth_month"):
            table.drop_column(name)
