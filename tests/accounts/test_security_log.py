"""Events of the security log, written in their own transaction or with the change."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade
from structlog.contextvars import bound_contextvars
from structlog.testing import capture_logs

from crm.accounts.event_queries import list_event_parties
from crm.accounts.models import SecurityEvent
from crm.accounts.policy import EventKind, EventOutcome
from crm.accounts.security_log import add_event, record_event
from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.policy import Role
from tests.accounts.lookups import team_id, user
from tests.factories import client_of, person
from tests.fixtures.forms import token_of

ANNA = "anna@demo.example"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def last_event() -> SecurityEvent:
    return db.session.scalars(sa.select(SecurityEvent).order_by(SecurityEvent.id.desc()).limit(1)).one()


def test_failed_sign_in_stores_email_address_and_browser(client, people):
    client.post("/login", data={"email": "who@else.example", "password": "x"}, headers={"User-Agent": FIREFOX})
    event = last_event()
    assert (event.kind, event.outcome) == (EventKind.failed, EventOutcome.refused)
    assert (event.email, event.user_id, event.actor_id) == ("who@else.example", None, None)
    assert (event.address, event.agent) == ("127.0.0.1", "Firefox, Windows")


def test_sign_in_as_another_user_is_not_an_event_of_the_former_one(client, people):
    client.login_as("anna")
    client.post("/login", data={"email": "boris@demo.example", "password": "causeway-demo"})
    event = last_event()
    assert (event.kind, event.actor_id, event.user_id) == (EventKind.signed_in, None, people["boris"].id)


@pytest.mark.parametrize(
    "typed", ["four unrelated words", "P@ssword", "@tower.of babel", "Tr0ub@dor.3", "Tr0ub@dor.a1", "Tr0ub@.com"]
)
def test_password_in_the_email_field_is_not_stored(client, people, typed):
    client.post("/login", data={"email": typed, "password": "x"})
    event = last_event()
    assert (event.kind.value, event.email) == ("failed", "")


@pytest.mark.parametrize("typed", ["li@a.example", "li@mail.a-b.cn", "li@a.xn--fiqs8s", "李@例子.中国"])
def test_address_of_a_failed_sign_in_is_stored(client, people, typed):
    client.post("/login", data={"email": typed, "password": "x"})
    assert last_event().email == typed


def test_upgrade_empties_typed_passwords(peopled):
    typed = ["four words", "Tr0ub@dor.3", "li@a.example", "li@a.xn--fiqs8s"]
    with peopled.app_context():
        user_id = db.session.scalar(sa.select(User.id).limit(1))
        rows = [{"email": text, "user_id": None} for text in typed] + [{"email": "four", "user_id": user_id}]
        common = {"at": now(), "kind": EventKind.failed}
        db.session.execute(sa.insert(SecurityEvent), [common | row for row in rows])
        db.session.commit()
        db.session.remove()
        downgrade(revision="0105")
        upgrade()
        stmt = sa.select(SecurityEvent.email).where(SecurityEvent.kind == EventKind.failed).order_by(SecurityEvent.id)
        emails = db.session.scalars(stmt).all()
        db.session.remove()
        db.engine.dispose()
    assert emails == ["", "", "li@a.example", "li@a.xn--fiqs8s", "four"]


def test_role_change_names_actor_account_and_difference(client, people):
    anna, admin = people["anna"].id, people["admin"].id
    data = {"email": ANNA, "name": "Anna Reyes", "role": "manager", "has_compliance": "y"}
    teams = [team_id("Inland"), team_id("Bay")]
    page = client.login_as("admin", with_form=True).post(
        f"/users/{anna}/edit", data=data | {"team_ids": teams, "version": "1"}
    )
    assert page.status_code == 303
    event = last_event()
    assert (event.kind, event.actor_id, event.user_id) == (EventKind.changed, admin, anna)
    expected = "role: staff → manager; rights: - → compliance; teams: Inland → Bay, Inland"
    assert event.detail == expected


def test_refused_role_change_leaves_no_event(client, people):
    admin = people["admin"]
    data = {"email": admin.email, "name": admin.name, "role": "staff", "version": "1"}
    client.login_as("admin", with_form=True).post(
        f"/users/{admin.id}/edit", data=data | {"team_ids": [team_id("Inland")]}
    )
    assert user("admin@demo.example").role is Role.administrator
    assert last_event().kind is EventKind.signed_in


def test_event_recorded_in_writing_request_stays_after_rollback(peopled):
    """On SQLite a second writer inside the request's transaction would block itself."""
    client = peopled.test_client()

    def fail() -> tuple[str, int]:
        db.session.execute(sa.text("UPDATE team SET name = name || '!'"))
        record_event(EventKind.throttled, email="x@y.example", detail="a test")
        return "no", 409

    peopled.view_functions["accounts.logout"] = fail
    token = token_of(client, "/login")
    assert client.post("/logout", data={"csrf_token": token}).status_code == 409
    with peopled.app_context():
        assert last_event().email == "x@y.example"
        assert db.session.scalar(sa.text("SELECT count(*) FROM team WHERE name LIKE '%!'")) == 0


def test_event_parties_name_records_by_kind_and_number(people):
    organization, li = client_of("Inland"), person("Li", "Wei")
    about = [
        SecurityEvent(at=now(), kind=EventKind.exported, record_id=i)
        for i in (organization.id, li.id, organization.id, None)
    ]
    db.session.add_all(about)
    db.session.flush()
    first, second, _other, without = (event.id for event in about)
    expected = {first: f"Organization {organization.id}", second: f"Person {li.id}", without: ""}
    parties = list_event_parties([first, second, without])
    assert {event_id: row.record for event_id, row in parties.items()} == expected


def test_event_is_written_to_program_log_on_commit(peopled):
    with peopled.app_context(), capture_logs() as lines, bound_contextvars(job="a_job"):
        add_event(db.session(), EventKind.changed, user_id=1, email="secret@x.example", detail="role")
        db.session.rollback()
        add_event(db.session(), EventKind.exported, user_id=1, email="secret@x.example", count=7)
        db.session.flush()
        assert [line for line in lines if line["event"] == "security_event"] == []
        db.session.commit()
    written = [line for line in lines if line["event"] == "security_event"]
    expected = {"kind": "exported", "outcome": "ok", "user": None, "account": 1, "record": None, "count": 7}
    assert written == [expected | {"event": "security_event", "log_level": "info"}]


def test_failed_sign_in_is_logged_without_typed_text(peopled):
    client = peopled.test_client()
    data = {"email": "secret@x.example", "password": "x", "csrf_token": token_of(client, "/login")}
    with capture_logs() as lines:
        client.post("/login", data=data)
    written = [line for line in lines if line["event"] == "security_event"]
    assert [(line["kind"], line["outcome"], line["account"]) for line in written] == [("failed", "refused", None)]
    assert "secret@x.example" not in str(lines)


def test_shell_command_writes_no_log_line(peopled):
    with peopled.app_context(), capture_logs() as lines:
        add_event(db.session(), EventKind.created, user_id=1)
        db.session.commit()
    assert lines == []
