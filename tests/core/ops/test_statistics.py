"""Statistics of SQLite's tables: by them it chooses an index that finds few rows."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade

from config import ROOT
from crm.core.data.base import db
from crm.core.data.jobs import stopping
from crm.core.ops.statistics import update_statistics
from crm.core.search.search import rebuild
from tests.factories import client_of, organization

TABLE = (
    "CREATE TABLE numbered (number, same)",
    "CREATE INDEX ix_number ON numbered (number)",
    "CREATE INDEX ix_same ON numbered (same)",
    f"INSERT INTO numbered VALUES {', '.join(f'({number}, 1)' for number in range(3000))}",
)


def _plan() -> str:
    """Return the plan of a query on a new connection: an open one keeps the statistics that it read."""
    db.session.remove()
    db.engine.dispose()
    query = "EXPLAIN QUERY PLAN SELECT * FROM numbered WHERE number = 5 AND same = 1"
    return str(db.session.execute(sa.text(query)).one()[-1])


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_index_that_finds_few_rows_is_chosen(real_app):
    with real_app.app_context():
        for statement in TABLE:
            db.session.execute(sa.text(statement))
        db.session.commit()
        assert "ix_same" in _plan()
        db.session.remove()
        update_statistics()
        assert "ix_number" in _plan()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_index_of_a_table_with_rows_is_counted(peopled):
    with peopled.app_context():
        update_statistics()
        query = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'user'"
        expected = db.session.scalar(sa.text(query))
        assert db.session.scalar(sa.text("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'user'")) == expected > 0


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_upgrade_collects_statistics_if_there_are_records(peopled):
    with peopled.app_context():
        has_table = sa.text("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'")
        upgrade(str(ROOT / "migrations"))
        assert db.session.scalar(has_table) == 0
        client_of("Inland")
        db.session.commit()
        upgrade(str(ROOT / "migrations"))
        assert db.session.scalar(has_table) == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_stops_when_the_process_ends(peopled):
    with peopled.app_context():
        stopping.set()
        try:
            update_statistics()
        finally:
            stopping.clear()
        assert db.session.scalar(sa.text("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'")) == 0


def test_postgresql_is_left_alone(peopled):
    with peopled.app_context():
        update_statistics()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_search_index_is_rebuilt_in_the_order_of_ids(real_app):
    with real_app.app_context():
        for number in range(300):
            organization(f"Firm {999 - number}")
        db.session.commit()
        # All indexes that begin with the kind have the records the other way round.
        changed_at = "strftime('%Y-%m-%d %H:%M:%S.000000', '2026-01-01', '-' || id || ' minutes')"
        db.session.execute(sa.text(f"UPDATE record SET changed_at = {changed_at}"))
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()
        rebuild(db.session.connection())
        db.session.commit()
        segments = db.session.scalar(sa.text("SELECT count(DISTINCT segid) FROM record_fts_organization_idx"))
        check = "INSERT INTO record_fts_organization(record_fts_organization) VALUES('integrity-check')"
        db.session.execute(sa.text(check))
        assert segments == 1
