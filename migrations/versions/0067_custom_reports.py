"""Reports that users build."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "custom_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("query", sa.String(2000), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_custom_report_user_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_custom_report_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_report")),
        sa.UniqueConstraint("uid", name=op.f("uq_custom_report_uid")),
    )
    op.create_index("ix_custom_report_user_id", "custom_report", ["user_id"])
    op.create_index("ix_custom_report_team_id", "custom_report", ["team_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("custom_report")
