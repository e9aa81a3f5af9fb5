"""The statistics of SQLite's tables, by which it chooses the index of each statement.

Without them it takes any equality for a search of ten rows. PostgreSQL updates its own (docs/adr/0027-statistics.md).
"""

from __future__ import annotations

import time

from sqlalchemy import Connection

from crm.core.data.base import db
from crm.core.data.bulk_changes import pause_for_writers
from crm.core.data.engines import on_sqlite
from crm.core.data.jobs import job, stopping

SLICE_SECONDS = 0.2
"""How long a transaction collects statistics; a large index alone may take longer."""
PAUSE_SECONDS = 0.12
TO_ANALYZE = """
    SELECT coalesce(i.name, t.name) FROM sqlite_schema t
    LEFT JOIN sqlite_schema i ON i.type = 'index' AND i.tbl_name = t.name
    WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, i.name
"""
"""All indexes, and the tables without one."""


@job(every=24 * 60 * 60)
def update_statistics() -> None:
    """Update the statistics by which SQLite plans its statements."""
    if on_sqlite():
        with db.engine.connect() as connection:
            collect_statistics(connection)


def collect_statistics(connection: Connection) -> None:
    """Count the rows and the different values of each index, in short transactions, because it locks out writers."""
    names = connection.exec_driver_sql(TO_ANALYZE).scalars().all()
    began = time.monotonic()
    for name in names:
        if time.monotonic() - began > SLICE_SECONDS:
            connection.commit()
            pause_for_writers(PAUSE_SECONDS)
            began = time.monotonic()
        if stopping.is_set():
            break
        connection.exec_driver_sql(f'ANALYZE "{name}"')
    connection.commit()
