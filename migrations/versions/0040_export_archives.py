"""Archives of everything that a user may see."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table: one archive for each user."""
    op.create_table(
        "export_archive",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("stored_as", sa.String(80), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_export_archive_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_export_archive")),
    )
    op.create_index(op.f("ix_export_archive_state"), "export_archive", ["state"])


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("export_archive")
