"""Rules of funders that differ from the usual ones."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "funder_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("funder_id", sa.Integer(), nullable=False),
        sa.Column("requirement", sa.String(40), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_funder_rule_funder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funder_rule")),
    )
    op.create_index("ix_funder_rule_funder_id", "funder_rule", ["funder_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("funder_rule")
