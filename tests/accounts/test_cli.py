"""Shell commands of accounts and their exit codes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.accounts.models import AuthenticatorApp, AuthSession, SecurityEvent
from crm.accounts.policy import EventKind
from crm.accounts.services import reassignment
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User
from crm.core.mail.outbox.models import Mail
from crm.core.policy import Role
from crm.organizations.models import Organization
from tests.fixtures.forms import token_of

ADD = [
    "users",
    "add",
    "li@demo.example",
    "--name",
    "Li Na",
    "--role",
    "staff",
    "--team",
    "Bay",
    "--timezone",
    "Asia/Shanghai",
]


def user(email: str) -> User:
    return db.session.scalars(sa.select(User).where(User.email == email)).one()


def test_init_creates_administrator_and_prints_one_time_link(run, real_app):
    result = run("init", "--admin", "Chief@center.example")
    assert result.exit_code == 0, result.output
    with real_app.app_context():
        chief = user("chief@center.example")
        assert (chief.role, chief.password) == (Role.administrator, None)
        assert db.session.scalars(sa.select(Team.name)).all() == ["Center"]
    link = result.stdout.strip()
    assert link.startswith("http://localhost/invitation/")
    client = real_app.test_client()
    path = link.removeprefix("http://localhost")
    data = {"password": "four unrelated words", "csrf_token": token_of(client, path)}
    assert client.post(path, data=data).status_code == 303
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_init_again_prints_new_link_without_second_user(run, real_app):
    run("init", "--admin", "chief@center.example")
    assert run("init", "--admin", "chief@center.example").exit_code == 0
    with real_app.app_context():
        assert len(db.session.scalars(sa.select(User.id)).all()) == 1


def test_users_add_creates_user_and_missing_teams(run, real_app):
    result = run(
        *ADD,
        "--team",
        "Valley",
        "--team",
        "bay",
        "--right",
        "compliance",
        "--limit",
        "china_desk",
        "--password-stdin",
        typed="four unrelated words\n",
    )
    assert result.exit_code == 0, result.output
    with real_app.app_context():
        li = user("li@demo.example")
        assert (li.name, li.zone, li.country, li.has_compliance, li.is_china_desk) == (
            "Li Na",
            "Asia/Shanghai",
            "CN",
            True,
            True,
        )
        stmt = sa.select(Team.name).join(Membership, Membership.team_id == Team.id).order_by(Membership.position)
        assert db.session.scalars(stmt).all() == ["Bay", "Valley"]
        event = db.session.scalars(sa.select(SecurityEvent)).one()
        assert (event.kind, event.user_id, event.actor_id, event.address) == (EventKind.created, li.id, None, "")
        assert event.detail == "role: staff; rights: compliance, china_desk; teams: Bay, Valley"
    client = real_app.test_client()
    data = {"email": "li@demo.example", "password": "four unrelated words", "csrf_token": token_of(client)}
    assert client.post("/login", data=data).status_code == 303


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_users_add_removes_invisible_characters_from_name(run, real_app):
    hidden = [*ADD[:4], "\u200b\u2800", *ADD[5:]]
    visible = [*ADD[:4], "Li\u202e\nNa", *ADD[5:]]
    assert (run(*hidden).exit_code, run(*visible).exit_code) == (2, 0)
    with real_app.app_context():
        assert user("li@demo.example").name == "Li Na"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", [" Bay\u200b ", "bay", "BAY", "\uff22\uff41\uff59"])
def test_users_add_uses_the_team_whose_name_differs_only_in_spaces_case_or_width(run, real_app, name):
    assert run(*ADD).exit_code == 0
    result = run("users", "add", "x@demo.example", *ADD[3:8], name)
    assert (result.exit_code, "is new" in result.output) == (0, False)
    with real_app.app_context():
        assert db.session.scalars(sa.select(Team.name)).all() == ["Bay"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_users_add_without_password_prints_link(run):
    assert "http://localhost/invitation/" in run(*ADD).output


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_users_add_accepts_weak_password_with_warning_and_refuses_short_one(run, real_app):
    assert "weak" in run(*ADD, "--password-stdin", typed="password1\n").output
    short = run(
        "users",
        "add",
        "x@demo.example",
        "--name",
        "X",
        "--role",
        "network_manager",
        "--password-stdin",
        typed="short\n",
    )
    assert short.exit_code == 1
    with real_app.app_context():
        assert db.session.scalars(sa.select(User.email)).all() == ["li@demo.example"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "args",
    [
        ["users", "add", "li@demo.example"],
        [*ADD, "--role", "king"],
        [*ADD, "--timezone", "Mars/Base"],
        ["users", "add", "x@demo.example", "--name", "X", "--role", "staff"],
        ["users", "add", "no address", "--name", "X", "--role", "staff"],
        ["users", "disable", "li@demo.example"],
        [*ADD, "--team", "\u200b"],
        [*ADD, "--team", "x" * 81],
        ["users", "add", "x@demo.example", "--name", "X" * 121, "--role", "network_manager"],
        ["init"],
    ],
)
def test_wrong_usage_exits_with_2(run, args):
    assert run(*args).exit_code == 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_users_are_listed_with_role_status_and_teams(run):
    assert "The team Bay is new and was added." in run(*ADD, "--password-stdin", typed="four unrelated words\n").output
    run("users", "add", "nora@demo.example", "--name", "Nora", "--role", "network_manager")
    assert [line.split() for line in run("users", "list").output.splitlines()] == [
        ["li@demo.example", "staff", "active", "Bay"],
        ["nora@demo.example", "network_manager", "invited"],
    ]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_link_for_a_user_without_email_is_printed(run, real_app):
    run(*ADD)
    run("users", "add", "wu@demo.example", "--name", "Wu", "--role", "staff", "--team", "Bay")
    with real_app.app_context():
        user("wu@demo.example").password = "x"
        user("li@demo.example").active = False
        db.session.commit()
    assert "/reset/" in run("users", "link", "wu@demo.example").output
    assert run("users", "link", "li@demo.example").exit_code == 1
    assert run("users", "link", "nobody@demo.example").exit_code == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_users_add_twice_exits_with_1(run):
    assert [run(*ADD).exit_code, run(*ADD).exit_code] == [0, 1]


def test_users_disable_reassigns_records(run, real_app):
    run(*ADD)
    run("users", "add", "wu@demo.example", "--name", "Wu", "--role", "staff", "--team", "Bay")
    with real_app.app_context():
        li = user("li@demo.example")
        bay = db.session.scalars(sa.select(Team.id)).one()
        db.session.add(Organization(name="Pumps", label="Pumps", team_id=bay, counselor_id=li.id))
        db.session.commit()
    result = run("users", "disable", "li@demo.example", "--reassign-to", "wu@demo.example")
    assert result.exit_code == 0
    assert result.output == "li@demo.example was deactivated. Records reassigned to wu@demo.example: 1.\n"
    with real_app.app_context():
        assert not user("li@demo.example").active
        assert db.session.scalars(sa.select(Organization.counselor_id)).all() == [user("wu@demo.example").id]
        assert db.session.scalars(sa.select(AuthSession.id)).all() == []


def test_users_disable_says_what_stays_with_the_user(run, monkeypatch):
    run(*ADD)
    run("users", "add", "wu@demo.example", "--name", "Wu", "--role", "staff", "--team", "Bay")
    monkeypatch.setattr(reassignment, "list_parts", lambda _user_id, **_which: [("Awards to report on", 2)])
    result = run("users", "disable", "li@demo.example", "--reassign-to", "wu@demo.example")
    assert result.output == (
        "li@demo.example was deactivated. Records reassigned to wu@demo.example: 0."
        " Not reassigned, because Wu doesn't have access: Awards to report on (2).\n"
    )


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_users_disable_of_unknown_user_exits_with_1(run):
    run(*ADD)
    assert run("users", "disable", "li@demo.example", "--reassign-to", "no@demo.example").exit_code == 1
    assert run("users", "disable", "no@demo.example", "--new-owner", "li@demo.example").exit_code == 1


def test_commands_refuse_another_schema(databases, engine, tmp_path):
    from tests.fixtures.apps import dispose, make_app

    url = databases.empty(engine)
    app = make_app(url, tmp_path)
    result = app.test_cli_runner().invoke(args=["init", "--admin", "chief@center.example"])
    assert result.exit_code == 1
    assert "db upgrade" in result.output
    dispose(app)
    databases.drop(url)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_reset_second_factor_removes_app_and_emails_user(run, real_app):
    run(*ADD)
    assert run("users", "reset-second-factor", "li@demo.example").exit_code == 1
    with real_app.app_context():
        li = user("li@demo.example")
        db.session.add(AuthenticatorApp(user_id=li.id, secret="x", created_at=clock.now()))
        db.session.commit()
    result = run("users", "reset-second-factor", "li@demo.example")
    assert result.exit_code == 0, result.output
    with real_app.app_context():
        assert db.session.scalars(sa.select(AuthenticatorApp)).all() == []
        assert db.session.scalars(sa.select(Mail.subject)).all() == ["Your two-factor authentication was reset"]
    assert run("users", "reset-second-factor", "nobody@demo.example").exit_code == 1
