"""Queries about users: states, teams, sessions, and the users and records that an actor may see or reassign."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.accounts import queries
from crm.accounts.models import AuthSession
from crm.accounts.queries import AccountState, SessionRow, account_state, account_state_column, load_teams
from crm.core.clock import now
from crm.core.data.base import db, new_uid
from crm.core.data.identity import Membership, User
from crm.core.errors import Forbidden, NotFound
from crm.core.policy import Role
from tests.accounts.lookups import record, team_id


@pytest.mark.parametrize(
    ("active", "password", "state"),
    [
        (True, "hash", AccountState.active),
        (True, None, AccountState.invited),
        (False, "hash", AccountState.disabled),
        (False, None, AccountState.disabled),
    ],
)
def test_account_state_follows_from_activation_and_password(people, active, password, state):
    assert account_state(User(active=active, password=password)) is state
    people["anna"].active, people["anna"].password = active, password
    db.session.flush()
    stmt = sa.select(account_state_column()).where(User.id == people["anna"].id)
    assert db.session.scalars(stmt).one() == state.value


def test_teams_are_those_of_the_named_users(people):
    anna, shen = people["anna"].id, people["shen"].id
    db.session.add(Membership(user_id=anna, team_id=team_id("Bay"), position=-1))
    db.session.flush()
    teams = load_teams([anna, shen])
    assert {user_id: [team.name for team in rows] for user_id, rows in teams.items()} == {
        anna: ["Bay", "Inland"],
        shen: ["Inland", "Bay", "Valley"],
    }
    assert teams[anna][1] == (team_id("Inland"), "Inland")
    assert [name for _id, name in queries.list_teams()] == ["Bay", "Inland", "Valley"]
    assert queries.team(team_id("Bay")).name == "Bay"
    with pytest.raises(NotFound):
        queries.team(0)


def test_managers_see_the_users_of_their_teams(people, actor):
    names = {"admin": set(people), "clara": {"anna", "clara", "shen", "dora", "admin"}, "nora": set()}
    for viewer, expected in names.items():
        stmt = sa.select(User.id).where(queries.managed_users(actor(viewer)))
        assert set(db.session.scalars(stmt)) == {people[name].id for name in expected}
    assert queries.load_user(actor("clara"), people["anna"].id) is people["anna"]
    for user_id in (people["boris"].id, 0):
        with pytest.raises(NotFound):
            queries.load_user(actor("clara"), user_id)


def test_manager_may_reassign_staff_whose_records_are_all_of_the_own_team(people, actor):
    anna, clara, admin = people["anna"], actor("clara"), actor("admin")
    record("Shared", anna, None)
    record("Own", anna)
    assert queries.load_reassignable_user(clara, anna.id) is anna
    other = record("Bay", anna, "Bay")
    with pytest.raises(Forbidden):
        queries.load_reassignable_user(clara, anna.id)
    assert queries.may_reassign(admin, anna)
    other.counselor_id = people["boris"].id
    db.session.flush()
    assert queries.may_reassign(clara, anna)
    assert not queries.may_reassign(clara, people["dora"])


def test_users_are_found_by_email_address(people):
    people["boris"].active = False
    db.session.flush()
    emails = ["anna@demo.example", "boris@demo.example", "nobody@demo.example"]
    assert queries.find_active_emails(emails) == {"anna@demo.example"}
    assert queries.find_user_by_email(" ANNA@demo.example ") is people["anna"]
    assert queries.find_user_by_email("boris@demo.example") is people["boris"]
    assert queries.find_user_by_email("nobody@demo.example") is None


def test_users_are_listed_by_name(people):
    people["nora"].name = people["anna"].name
    people["shen"].active = False
    db.session.flush()
    names = ["admin", "anna", "nora", "boris", "clara", "dora", "shen"]
    assert queries.list_users() == [(people[name].id, people[name].name) for name in names]


def test_current_sessions_of_a_user_are_listed_last_used_first(app, people, clock):
    def add(name: str, **values) -> AuthSession:
        values = {"created_at": now(), "seen_at": now(), "authenticated_at": now(), "address": "::1", **values}
        row = AuthSession(token_hash=new_uid(), user_id=people[name].id, device="Firefox/1 Windows", **values)
        db.session.add(row)
        db.session.flush()
        return row

    idle, age = (timedelta(hours=app.config["CRM_SESSION_IDLE_HOURS"]), timedelta(days=app.config["CRM_SESSION_DAYS"]))
    second = timedelta(seconds=1)
    first = add("anna", seen_at=now() - timedelta(hours=1))
    add("boris")
    add("anna", ended_at=now())
    add("anna", authenticated_at=None)
    add("anna", seen_at=now() - idle)
    add("anna", created_at=now() - age)
    last = add("anna", created_at=now() - age + second)
    idle_row = add("anna", seen_at=now() - idle + second)
    rows = queries.list_sessions(people["anna"].id, now())
    assert [row.id for row in rows] == [last.id, first.id, idle_row.id]
    assert rows[1] == SessionRow(first.id, "Firefox, Windows", "::1", now(), now() - timedelta(hours=1))


def test_password_must_not_consist_of_names_of_center_teams_and_user(app, people, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_CENTER_NAME", "Trade Center")
    monkeypatch.setitem(app.config, "CRM_BASE_URL", "https://crm.example.org/x")
    common = ("Trade Center", "crm.example.org/x", "Bay", "Inland", "Valley")
    assert queries.password_context() == common
    assert queries.password_context(people["anna"]) == ("Anna Reyes", "", "anna@demo.example", *common)
    assert queries.password_context(people["shen"])[:2] == ("Shen Yun", "沈韵")


def test_records_are_counted_by_kind_in_the_order_of_the_page(people):
    anna = people["anna"]
    for n in range(3):
        record(f"A{n}", anna, confidential=n == 2)
    record("B", people["boris"])
    counts = queries.count_owned_records(queries.records_to_reassign(anna.id))
    assert [(str(row.label), row.number) for row in counts] == [("Organizations", 3)]


def test_network_manager_may_not_reassign(people, actor):
    assert people["nora"].role is Role.network_manager
    assert not queries.may_reassign(actor("nora"), people["anna"])
