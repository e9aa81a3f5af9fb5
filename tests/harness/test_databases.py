"""The database fixtures: both engines, isolation, real commits."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Team
from tests.fixtures.databases import ENGINES

TEAMS = ("Bay", "Inland", "Valley")
"""The teams of the demo, which the database of `session` already has."""


def _teams() -> list[str]:
    return list(db.session.scalars(sa.select(Team.name).order_by(Team.name)))


def test_engine_is_the_requested_one(app, session, engine):
    assert engine in ENGINES
    assert db.engine.dialect.name == engine


@pytest.mark.parametrize("again", [1, 2])
def test_session_is_rolled_back_even_after_a_commit(session, again):
    assert _teams() == [*TEAMS]
    session.add(Team(name="Zhejiang"))
    session.commit()
    assert _teams() == [*TEAMS, "Zhejiang"]


def test_session_keeps_earlier_rows_after_a_rollback(session):
    session.add(Team(name="Zhejiang"))
    session.commit()
    session.add(Team(name="Zibo"))
    session.flush()
    session.rollback()
    assert _teams() == [*TEAMS, "Zhejiang"]


def test_sql_fixture_lists_statements_without_savepoints(session, sql):
    session.add(Team(name="Zhejiang"))
    session.commit()
    sql.clear()
    _teams()
    session.commit()
    assert [statement.split()[0] for statement in sql] == ["SELECT"]


def test_people_are_the_demo_users(people, actor):
    assert sorted(people) == ["admin", "anna", "boris", "clara", "dora", "nora", "shen"]
    assert len(actor("shen").team_ids) == 3
    assert actor("shen").hides_money
    assert actor("anna").first_team_id == actor("clara").first_team_id != actor("boris").first_team_id


@pytest.mark.parametrize("again", [1, 2])
def test_real_database_commits_and_starts_empty(real_app, again):
    with real_app.app_context():
        assert _teams() == []
        db.session.add(Team(name="Inland"))
        db.session.commit()
        with db.engine.connect() as other:
            assert other.scalar(sa.select(sa.func.count()).select_from(Team)) == 1


def test_request_does_not_share_the_session_of_the_test(client, session):
    databases_seen = []
    client.application.teardown_request_funcs.setdefault(None, []).append(lambda _: databases_seen.append(db.session()))
    session.add(Team(name="Zhejiang"))
    try:
        client.get("/healthz")
    finally:
        client.application.teardown_request_funcs[None].pop()
    assert databases_seen
    assert databases_seen[0] is not session()
    assert "Zhejiang" in _teams()
