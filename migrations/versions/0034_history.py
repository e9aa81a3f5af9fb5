"""Find archived records, views of a record, and the exports that had it."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def _index(name: str, table: str, columns: list[str]) -> None:
    filled = sa.text(f"{columns[0]} IS NOT NULL")
    op.create_index(name, table, columns, sqlite_where=filled, postgresql_where=filled)


def upgrade() -> None:
    """Add the records of an export, and indexes."""
    op.add_column("export_log", sa.Column("record_kind", sa.String(20), nullable=True))
    op.add_column("export_log", sa.Column("record_ids", sa.LargeBinary(), nullable=True))
    op.create_index("ix_export_log_record_kind_id", "export_log", ["record_kind", "id"])
    _index("ix_security_event_record_id", "security_event", ["record_id"])
    _index("ix_record_archived", "record", ["archived_at", "id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_record_archived", "record")
    op.drop_index("ix_security_event_record_id", "security_event")
    op.drop_index("ix_export_log_record_kind_id", "export_log")
    op.drop_column("export_log", "record_ids")
    op.drop_column("export_log", "record_kind")
