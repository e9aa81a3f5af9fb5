"""Drop columns that nothing reads: who sent a survey, which its history tells, and when the mailbox was last checked."""

import sqlalchemy as sa
from alembic import op

revision = "0092"
down_revision = "0089"
branch_labels = None
depends_on = None

SURVEY_CHANGES = sa.table(
    "change", sa.column("id", sa.Integer), sa.column("table", sa.String), sa.column("diff", sa.JSON)
)
KEY = "sent_by_id"


def upgrade() -> None:
    """Drop them, and the key of the first in the history, so that an undo doesn't set it."""
    with op.batch_alter_table("impact_survey") as table:
        table.drop_constraint(op.f("fk_impact_survey_sent_by_id"), type_="foreignkey")
        table.drop_column(KEY)
    with op.batch_alter_table("mailbox") as table:
        table.drop_column("checked_at")
    _remove_from_history()


def downgrade() -> None:
    """Add them again, empty."""
    with op.batch_alter_table("mailbox") as table:
        table.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("impact_survey") as table:
        table.add_column(sa.Column(KEY, sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_impact_survey_sent_by_id"), "user", [KEY], ["id"])


def _remove_from_history() -> None:
    changes, bind = SURVEY_CHANGES, op.get_bind()
    rows = bind.execute(sa.select(changes.c.id, changes.c.diff).where(changes.c.table == "impact_survey")).all()
    for change_id, diff in rows:
        if KEY in diff:
            rest = {name: pair for name, pair in diff.items() if name != KEY}
            bind.execute(changes.update().where(changes.c.id == change_id).values(diff=rest))
