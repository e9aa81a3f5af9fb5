"""Mark interactions that began as inquiries, so that they can be listed."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and its index; until now the subject of an inquiry began with this word."""
    op.add_column("interaction", sa.Column("is_inquiry", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE interaction SET is_inquiry = true WHERE subject LIKE 'Inquiry: %'")
    op.create_index("ix_interaction_inquiry", "interaction", ["is_inquiry", "at"])


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_interaction_inquiry", "interaction")
    with op.batch_alter_table("interaction") as table:
        table.drop_column("is_inquiry")
