"""Awards with reports and goals, assistance and referrals of clients."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(14, 2)


def _key(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("funder_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("amount", MONEY, nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("match_percent", sa.Numeric(5, 2), nullable=True),
        sa.Column("location_code", sa.Integer(), nullable=True),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(1000), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("award", "funder_id", "funder"),
        _key("award", "responsible_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
    )
    op.create_index("ix_award_funder_id", "award", ["funder_id"])
    op.create_index("ix_award_from_on", "award", ["from_on", "id"])
    op.create_table(
        "award_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        _key("award_report", "award_id", "award"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_report")),
    )
    for name in ("award_id", "due_on"):
        op.create_index(f"ix_award_report_{name}", "award_report", [name])
    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(40), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("target", MONEY, nullable=False),
        _key("goal", "award_id", "award"),
        _key("goal", "team_id", "team"),
        _key("goal", "user_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    op.create_index("ix_goal_award_id", "goal", ["award_id"])
    op.create_table(
        "assistance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=True),
        sa.Column("activity", sa.String(40), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("approved", MONEY, nullable=True),
        sa.Column("spent", MONEY, nullable=True),
        sa.Column("match", MONEY, nullable=True),
        sa.Column("report_due_on", sa.Date(), nullable=True),
        sa.Column("report_received_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("assistance", "client_id", "organization"),
        _key("assistance", "award_id", "award"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistance")),
    )
    for name in ("client_id", "award_id", "report_due_on"):
        op.create_index(f"ix_assistance_{name}", "assistance", [name])
    op.create_table(
        "partner_referral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("result", sa.String(300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("partner_referral", "client_id", "organization"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_referral")),
    )
    op.create_index("ix_partner_referral_client_id", "partner_referral", ["client_id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("partner_referral", "assistance", "goal", "award_report", "award"):
        op.drop_table(table)
