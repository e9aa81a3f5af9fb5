"""Joins whose left side SQLite reads first."""

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User
from crm.core.data.ordered_join import join_in_order


def _teams_of_members():
    rows = sa.select(Membership.user_id, Membership.team_id).cte("members").prefix_with("MATERIALIZED")
    joined = join_in_order(rows, (Team, Team.id == rows.c.team_id), (User, User.id == rows.c.user_id))
    return sa.select(User.name, Team.name).select_from(joined).order_by(User.name, Team.name)


def test_rows_are_those_of_an_ordinary_join(session, people):
    ordinary = (
        sa.select(User.name, Team.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Team, Team.id == Membership.team_id)
        .order_by(User.name, Team.name)
    )
    assert session.execute(_teams_of_members()).all() == session.execute(ordinary).all() != []


def test_conditions_with_parameters_keep_their_order(session, people):
    stmt = _teams_of_members().where(Team.name != "Bay", User.id == people["anna"].id)
    assert {name for name, _team in session.execute(stmt)} == {people["anna"].name}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_sqlite_begins_with_the_left_side(session):
    text = str(_teams_of_members().compile(db.engine))
    assert text.count("CROSS JOIN") == 2
    plan = [row[-1] for row in session.execute(sa.text(f"EXPLAIN QUERY PLAN {text}"))]
    reads = [line.split()[1] for line in plan if line.startswith(("SCAN", "SEARCH"))]
    assert reads[-3:] == ["members", "team", "user"]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_postgresql_gets_an_ordinary_join(session):
    text = str(_teams_of_members().compile(db.engine))
    assert "CROSS JOIN" not in text
    assert text.count(" JOIN ") == 2
