"""Interactions with notes from before notes became searchable: a job finds their search words."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

interaction = sa.table("interaction", *map(sa.column, ("id", "notes", "english_line")))


def upgrade() -> None:
    """Add the table with all interactions that have notes."""
    backlog = op.create_table(
        "index_backlog",
        sa.Column("record_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(["record_id"], ["interaction.id"], name="fk_index_backlog_record_id"),
        sa.PrimaryKeyConstraint("record_id", name="pk_index_backlog"),
    )
    has_notes = sa.or_(interaction.c.notes.is_not(None), interaction.c.english_line.is_not(None))
    op.execute(sa.insert(backlog).from_select(["record_id"], sa.select(interaction.c.id).where(has_notes)))


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("index_backlog")
