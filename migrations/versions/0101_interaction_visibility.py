"""Visibility keys of interactions, and indexes with them, so that reports read no other rows."""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None

ARCHIVED = "-2"
AT, ID, VISIBLE = "ix_interaction_state_at", "ix_interaction_state_id", "ix_interaction_visible"


def upgrade() -> None:
    """Add the keys, first those of archived interactions, then the right ones."""
    op.drop_index(AT, "interaction")
    op.drop_index(ID, "interaction")
    op.add_column(
        "interaction", sa.Column("visibility_key", sa.Integer(), nullable=False, server_default=sa.text(ARCHIVED))
    )
    op.execute(
        "UPDATE interaction SET visibility_key = (SELECT CASE WHEN record.confidential THEN -1 "
        "ELSE coalesce(record.team_id, 0) END FROM record WHERE record.id = interaction.id) "
        "WHERE id IN (SELECT id FROM record WHERE kind = 'interaction' AND archived_at IS NULL)"
    )
    op.create_index(AT, "interaction", ["state", "at", "type", "id", "visibility_key"])
    op.create_index(VISIBLE, "interaction", ["visibility_key", "id", "state", "at", "type"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index(VISIBLE, "interaction")
    op.drop_index(AT, "interaction")
    op.drop_column("interaction", "visibility_key")
    op.create_index(AT, "interaction", ["state", "at", "type", "id"])
    op.create_index(ID, "interaction", ["state", "id", "at", "type"])
