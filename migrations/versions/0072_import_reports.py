"""The row report of an import in a table of its own: the progress of a long import doesn't write it again."""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

RUNS = sa.table("import_run", sa.column("id", sa.Integer), sa.column("report", sa.JSON))


def upgrade() -> None:
    """Move the reports."""
    reports = op.create_table(
        "import_report",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name="fk_import_report_run_id"),
        sa.PrimaryKeyConstraint("run_id", name="pk_import_report"),
    )
    op.execute(sa.insert(reports).from_select(["run_id", "lines"], sa.select(RUNS.c.id, RUNS.c.report)))
    op.drop_column("import_run", "report")


def downgrade() -> None:
    """Move the reports back."""
    op.add_column("import_run", sa.Column("report", sa.JSON(), nullable=False, server_default="[]"))
    reports = sa.table("import_report", sa.column("run_id", sa.Integer), sa.column("lines", sa.JSON))
    lines = sa.select(reports.c.lines).where(reports.c.run_id == RUNS.c.id).scalar_subquery()
    has_report = sa.exists().where(reports.c.run_id == RUNS.c.id)
    op.execute(sa.update(RUNS).where(has_report).values(report=lines))
    op.drop_table("import_report")
