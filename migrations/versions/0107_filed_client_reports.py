"""Client reports that are filed: the kind of a filed report, its assistance, and what it counts after corrections."""

import sqlalchemy as sa
from alembic import op

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None

REPORTS = sa.table("filed_report", sa.column("id", sa.Integer), sa.column("kind", sa.String))
CORRECTIONS = sa.table("filed_correction", sa.column("report_id", sa.Integer))
MONEY = sa.Numeric(14, 2)


def upgrade() -> None:
    """Add the columns and the table; the reports so far are about sessions."""
    with op.batch_alter_table("filed_report") as batch:
        batch.add_column(sa.Column("kind", sa.String(40), nullable=False, server_default="sessions"))
        batch.add_column(sa.Column("assistance", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("filed_report") as batch:
        batch.alter_column("kind", existing_type=sa.String(40), server_default=None)
        batch.alter_column("assistance", existing_type=sa.JSON(), server_default=None)
    op.create_table(
        "counted_assistance",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("assistance_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("activity", sa.String(40), nullable=False),
        *(sa.Column(name, MONEY) for name in ("approved", "spent", "match")),
        sa.ForeignKeyConstraint(["report_id"], ["filed_report.id"], name=op.f("fk_counted_assistance_report_id")),
        sa.PrimaryKeyConstraint("report_id", "assistance_id", name=op.f("pk_counted_assistance")),
    )
    for name in ("assistance_id", "client_id"):
        op.create_index(f"ix_counted_assistance_{name}", "counted_assistance", [name])


def downgrade() -> None:
    """Delete the filed client reports with their corrections, and what belongs to them."""
    op.drop_table("counted_assistance")
    client_reports = sa.select(REPORTS.c.id).where(REPORTS.c.kind == "assistance")
    op.execute(sa.delete(CORRECTIONS).where(CORRECTIONS.c.report_id.in_(client_reports)))
    op.execute(sa.delete(REPORTS).where(REPORTS.c.kind == "assistance"))
    with op.batch_alter_table("filed_report") as batch:
        batch.drop_column("assistance")
        batch.drop_column("kind")
