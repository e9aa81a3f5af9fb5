"""Users who hid the first steps on Today."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "hidden_welcome",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_hidden_welcome_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_hidden_welcome")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("hidden_welcome")
