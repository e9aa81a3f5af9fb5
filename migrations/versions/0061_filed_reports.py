"""Filed reports with corrections, and answers to form 641."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def _key(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "filed_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=True),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("counted", sa.JSON(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(500), nullable=True),
        _key("filed_report", "award_id", "award"),
        _key("filed_report", "team_id", "team"),
        _key("filed_report", "filed_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filed_report")),
    )
    op.create_index("ix_filed_report_award_id", "filed_report", ["award_id"])
    op.create_table(
        "filed_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        _key("filed_correction", "report_id", "filed_report"),
        _key("filed_correction", "user_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filed_correction")),
    )
    op.create_index("ix_filed_correction_report_id", "filed_correction", ["report_id"])
    op.create_table(
        "intake_answers",
        sa.Column("client_id", sa.Integer(), autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.String(40), nullable=True)
            for name in ("race", "ethnicity", "sex", "disability", "military_status", "branch", "heard_from")
        ),
        sa.Column("may_survey", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("intake_answers", "client_id", "organization"),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_intake_answers")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("intake_answers", "filed_correction", "filed_report"):
        op.drop_table(table)
