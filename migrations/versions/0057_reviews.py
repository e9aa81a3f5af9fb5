"""Reviews of the pipeline, what was decided about each opportunity, and the reports that users chose."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_review_team_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["user.id"], name=op.f("fk_review_reviewed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("uid", name=op.f("uq_review_uid")),
    )
    op.create_index("ix_review_team", "review", ["team_id", "reviewed_at", "id"])
    op.create_table(
        "review_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("amount", sa.Numeric(14, 2), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("decision", sa.String(200), nullable=True),
        sa.Column("followup_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_item_review_id")),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk_review_item_opportunity_id")),
        sa.ForeignKeyConstraint(["followup_id"], ["followup.id"], name=op.f("fk_review_item_followup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_item")),
        sa.UniqueConstraint("review_id", "opportunity_id", name=op.f("uq_review_item_review_id_opportunity_id")),
    )
    op.create_index("ix_review_item_opportunity_id", "review_item", ["opportunity_id"])
    op.create_index(
        "ix_review_item_followup_id",
        "review_item",
        ["followup_id"],
        sqlite_where=sa.text("followup_id IS NOT NULL"),
        postgresql_where=sa.text("followup_id IS NOT NULL"),
    )
    op.create_table(
        "report_choice",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("report", sa.String(40), nullable=False),
        sa.Column("on_dashboard", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_report_choice_user_id")),
        sa.PrimaryKeyConstraint("user_id", "report", name=op.f("pk_report_choice")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("report_choice")
    op.drop_table("review_item")
    op.drop_table("review")
