"""Win rates of teams as default probabilities."""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "stage_rates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("percents", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_stage_rates_team_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_stage_rates_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_rates")),
    )
    op.create_index("ix_stage_rates_team_id", "stage_rates", ["team_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("stage_rates")
