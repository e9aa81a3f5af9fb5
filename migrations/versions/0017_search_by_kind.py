"""A full-text index for each kind of record, instead of one for all."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = (
    "followup",
    "interaction",
    "need",
    "opportunity",
    "organization",
    "person",
    "product",
    "project",
    "representation",
    "show",
)
VECTOR = "array_to_tsvector(array_remove(string_to_array(tokens, ' '), ''))"
OPTIONS = "tokenize='unicode61 remove_diacritics 2', prefix='2 3'"


def upgrade() -> None:
    """Replace the one index by ten."""
    connection = op.get_bind()
    _drop(connection, "record_fts")
    for kind in KINDS:
        index = f"record_fts_{kind}"
        _drop(connection, index)
        if connection.dialect.name == "sqlite":
            # FTS5 reads its content from a view of the rows that it indexes.
            connection.exec_driver_sql(
                f"CREATE VIEW {index}_words AS SELECT id, tokens FROM record WHERE kind = '{kind}'"  # noqa: S608
            )
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE {index} "
                f"USING fts5(tokens, content='{index}_words', content_rowid='id', {OPTIONS})"
            )
            connection.exec_driver_sql(f"INSERT INTO {index}({index}) VALUES('rebuild')")
        else:
            connection.exec_driver_sql(f"CREATE INDEX {index} ON record USING gin (({VECTOR})) WHERE kind = '{kind}'")


def downgrade() -> None:
    """Replace the ten indexes by one."""
    connection = op.get_bind()
    for kind in KINDS:
        _drop(connection, f"record_fts_{kind}")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE record_fts USING fts5(tokens, content='record', content_rowid='id', {OPTIONS})"
        )
        connection.exec_driver_sql("INSERT INTO record_fts(record_fts) VALUES('rebuild')")
    else:
        connection.exec_driver_sql(f"CREATE INDEX record_fts ON record USING gin (({VECTOR}))")


def _drop(connection, index):
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {index}")
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {index}_words")
    else:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {index}")
