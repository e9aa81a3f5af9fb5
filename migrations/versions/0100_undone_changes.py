"""Mark the changes of opportunities that were undone, and their undos, so that no report counts them."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0099"
branch_labels = None
depends_on = None

CHANGE = sa.table(
    "opportunity_change",
    sa.column("id", sa.Integer),
    sa.column("opportunity_id", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    *(sa.column(name, sa.String) for name in ("field", "old", "new", "why")),
)
MARK = "-"
UNDO_MINUTES = 60


def upgrade() -> None:
    """Mark each undo and the change of the same field right before it, if it goes back to the value before that."""
    bind = op.get_bind()
    undos = bind.execute(sa.select(CHANGE).where(CHANGE.c.why == "Undone").order_by(CHANGE.c.id)).all()
    for undo in undos:
        is_before = (
            CHANGE.c.opportunity_id == undo.opportunity_id,
            CHANGE.c.field == undo.field,
            CHANGE.c.id < undo.id,
        )
        change = bind.execute(sa.select(CHANGE).where(*is_before).order_by(CHANGE.c.id.desc()).limit(1)).first()
        if change is None or undo.at - change.at > timedelta(minutes=UNDO_MINUTES):
            continue
        if (change.old, change.new) == (undo.new, undo.old):
            own = sa.update(CHANGE).where(CHANGE.c.id.in_((change.id, undo.id)))
            bind.execute(own.values(field=MARK + undo.field))


def downgrade() -> None:
    """Remove the marks."""
    is_marked = CHANGE.c.field.startswith(MARK)
    op.execute(sa.update(CHANGE).where(is_marked).values(field=sa.func.substr(CHANGE.c.field, 2)))
