"""Tariff and rule notes."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "tariff_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hs", sa.String(6), nullable=False),
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_tariff_note_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_note")),
    )
    op.create_index("ix_tariff_note_hs", "tariff_note", ["hs", "id"])
    op.create_index("ix_tariff_note_noted_on", "tariff_note", ["noted_on", "id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("tariff_note")
