"""Settings of database connections, and queries that are executed once per request."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.data.base import db, prepare_engine
from crm.core.data.bulk_changes import pause_for_writers
from crm.core.data.once import once_per_request


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_sqlite_file_is_mapped_and_commits_wait_for_the_disk(real_app):
    with real_app.app_context():
        values = {name: db.session.scalar(sa.text(f"PRAGMA {name}")) for name in ("mmap_size", "synchronous")}
    assert values["mmap_size"] > 2**30
    assert values["synchronous"] == 2


def test_sqlite_file_is_readable_by_its_owner_only(tmp_path):
    file = tmp_path / "new.sqlite"
    own = sa.create_engine(f"sqlite:///{file}")
    prepare_engine(own)
    with own.begin() as connection:
        connection.execute(sa.text("CREATE TABLE a (b INTEGER)"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    own.dispose()
    assert modes == dict.fromkeys(("new.sqlite", "new.sqlite-shm", "new.sqlite-wal"), 0o600)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("stated", "expected"), [(None, "off"), ("on", "on")])
def test_postgresql_connection_sets_only_what_the_operator_has_not_set(real_db, stated, expected):
    options = {"options": f"-c jit={stated}"} if stated else {}
    own = sa.create_engine(real_db.replace("postgresql://", "postgresql+psycopg://"), connect_args=options)
    prepare_engine(own)
    with own.connect() as connection:
        assert connection.scalar(sa.text("SHOW jit")) == expected
        assert connection.scalar(sa.text("SHOW random_page_cost")) == "1.1"
        assert connection.connection.dbapi_connection.prepared_max == 2000  # type: ignore[union-attr]
    own.dispose()


def test_query_is_executed_once_per_request_and_arguments_but_each_time_outside():
    calls = []
    load = once_per_request(lambda country: calls.append(country) or country.lower())
    app = Flask(__name__)
    with app.test_request_context():
        assert [load("US"), load("US"), load("CN")] == ["us", "us", "cn"]
    with app.test_request_context():
        assert load("US") == "us"
    with app.app_context():
        assert [load("US"), load("US")] == ["us", "us"]
    assert calls == ["US", "CN", "US", "US", "US"]


@pytest.mark.usefixtures("session")
def test_long_change_pauses_for_other_writers_only_on_sqlite(engine):
    began = time.monotonic()
    pause_for_writers(0.05)
    assert (time.monotonic() - began >= 0.05) == (engine == "sqlite")
