"""The security log: who did it, what it concerned, how it ended; indexes for sorting and filtering."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

REFUSED = ("failed", "throttled")
INDEXED = ("at", "what", "outcome", "actor_id", "user_id")


def upgrade() -> None:
    """Add the columns; existing events get their outcome."""
    with op.batch_alter_table("security_event") as table:
        table.add_column(sa.Column("outcome", sa.String(length=10), nullable=False, server_default="ok"))
        table.add_column(sa.Column("actor_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("record_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("count", sa.Integer(), nullable=True))
        table.add_column(sa.Column("detail", sa.String(length=300), nullable=False, server_default=""))
        table.add_column(sa.Column("agent", sa.String(length=60), nullable=False, server_default=""))
        table.create_foreign_key(op.f("fk_security_event_actor_id"), "user", ["actor_id"], ["id"])
    event = sa.table("security_event", sa.column("what", sa.String), sa.column("outcome", sa.String))
    op.execute(event.update().where(event.c.what.in_(REFUSED)).values(outcome="refused"))
    with op.batch_alter_table("security_event") as table:
        for name in ("outcome", "detail", "agent"):
            table.alter_column(name, existing_type=sa.String(), server_default=None)
        table.drop_index("ix_security_event_at")
        table.drop_index("ix_security_event_user_id")
        for name in INDEXED:
            columns = ["at", "id"] if name == "at" else [name, "at", "id"]
            table.create_index(f"ix_security_event_{'_'.join(columns)}", columns)


def downgrade() -> None:
    """Remove the columns."""
    with op.batch_alter_table("security_event") as table:
        for name in INDEXED:
            columns = ["at", "id"] if name == "at" else [name, "at", "id"]
            table.drop_index(f"ix_security_event_{'_'.join(columns)}")
        table.drop_constraint("fk_security_event_actor_id", type_="foreignkey")
        for name in ("agent", "detail", "count", "record_id", "actor_id", "outcome"):
            table.drop_column(name)
        table.create_index("ix_security_event_at", ["at"])
        table.create_index("ix_security_event_user_id", ["user_id"])
