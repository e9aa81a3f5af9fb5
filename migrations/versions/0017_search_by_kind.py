"""An index of words for each kind of record, in place of one for all."""

from alembic import op

from crm.core.find import create_search, drop_search, rebuild
from crm.core.find_index import VECTOR

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes anew, as a database made from the beginning has them."""
    drop_search(op.get_bind())
    create_search(op.get_bind())
    rebuild(op.get_bind())


def downgrade() -> None:
    """Make the one for all again."""
    connection = op.get_bind()
    drop_search(connection)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE record_fts USING fts5(tokens, content='record', content_rowid='id', "
            "tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
        )
        connection.exec_driver_sql("INSERT INTO record_fts(record_fts) VALUES('rebuild')")
    else:
        connection.exec_driver_sql(f"CREATE INDEX record_fts ON record USING gin (({VECTOR}))")
