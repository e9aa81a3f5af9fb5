"""The sessions that filed reports count, as rows instead of one value."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

REPORTS = sa.table("filed_report", sa.column("id", sa.Integer), sa.column("counted", sa.JSON))
NAMES = ("interaction_id", "client_id", "session_type", "contact", "prep", "travel")
SESSIONS = sa.table(
    "counted_session",
    sa.column("report_id", sa.Integer),
    sa.column("on", sa.Date),
    *(sa.column(name) for name in NAMES),
)


def upgrade() -> None:
    """Create the table and move the sessions into it."""
    op.create_table(
        "counted_session",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("session_type", sa.String(40), nullable=False),
        sa.Column("contact", sa.Integer(), nullable=False),
        sa.Column("prep", sa.Integer(), nullable=False),
        sa.Column("travel", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["filed_report.id"], name=op.f("fk_counted_session_report_id")),
        sa.PrimaryKeyConstraint("report_id", "interaction_id", "client_id", name=op.f("pk_counted_session")),
    )
    op.create_index("ix_counted_session_interaction_id", "counted_session", ["interaction_id"])
    op.create_index("ix_counted_session_client_id", "counted_session", ["client_id"])
    connection = op.get_bind()
    for report_id, counted in connection.execute(sa.select(REPORTS.c.id, REPORTS.c.counted)).all():
        rows = [x | {"report_id": report_id, "on": date.fromisoformat(x["on"])} for x in counted]
        if rows:
            connection.execute(sa.insert(SESSIONS), rows)
    with op.batch_alter_table("filed_report") as batch:
        batch.drop_column("counted")


def downgrade() -> None:
    """Move the sessions back into one value."""
    with op.batch_alter_table("filed_report") as batch:
        batch.add_column(sa.Column("counted", sa.JSON(), nullable=False, server_default="[]"))
    connection = op.get_bind()
    for report_id in connection.scalars(sa.select(REPORTS.c.id)).all():
        stmt = sa.select(SESSIONS.c.on, *(SESSIONS.c[name] for name in NAMES)).where(SESSIONS.c.report_id == report_id)
        rows = [dict(row) | {"on": row["on"].isoformat()} for row in connection.execute(stmt).mappings()]
        connection.execute(sa.update(REPORTS).where(REPORTS.c.id == report_id).values(counted=rows))
    with op.batch_alter_table("filed_report") as batch:
        batch.alter_column("counted", server_default=None)
    op.drop_table("counted_session")
