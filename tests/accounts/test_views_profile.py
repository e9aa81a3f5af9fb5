"""A user's own profile, password and sessions."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import g, request_finished

from crm.accounts.models import SecurityEvent
from crm.accounts.policy import EventKind
from crm.accounts.services import profile
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.policy import DateFormat, ReminderChoice

GOOD = "four unrelated words"
PROFILE = {
    "name": "Anna R.",
    "native_name": "安娜",
    "zone": "Asia/Shanghai",
    "country": "CN",
    "language": "en",
    "date_format": "iso",
    "digest_hour": "6",
    "reminders": "all",
    "theme": "dark",
}


def test_profile_is_saved(client, people):
    anna = people["anna"]
    answer = client.login_as("anna").post("/profile", data=PROFILE | {"version": anna.version})
    assert answer.status_code == 303
    saved = (anna.name, anna.native_name, anna.zone, anna.country, anna.digest_hour, anna.reminders, anna.keys_on)
    assert saved == ("Anna R.", "安娜", "Asia/Shanghai", "CN", 6, ReminderChoice.all, False)
    page = client.get("/profile").text
    assert ('data-bs-theme="dark"' in page, 'href="/reports/dashboard/edit"' in page) == (True, True)


@pytest.mark.parametrize("choice", ["us", "uk", "iso", ""])
def test_date_format_reaches_the_actor(app, client, people, choice):
    client.login_as("anna").post("/profile", data=PROFILE | {"version": people["anna"].version, "date_format": choice})
    formats = []
    with request_finished.connected_to(lambda *_args, **_kw: formats.append(g.actor.date_format), app):
        client.get("/profile")
    assert formats == [DateFormat(choice) if choice else None]


def test_theme_can_be_reset_to_system_default(client, people):
    client.login_as("anna").post("/profile", data=PROFILE | {"version": people["anna"].version})
    client.post("/profile", data=PROFILE | {"version": people["anna"].version, "theme": ""})
    assert "data-bs-theme" not in client.get("/profile").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"zone": "Mars/Base"},
        {"digest_hour": "25"},
        {"reminders": "x"},
        {"theme": "x"},
        {"date_format": "de"},
    ],
)
def test_invalid_profile_changes_nothing(client, people, wrong):
    answer = client.login_as("anna").post("/profile", data=PROFILE | {"version": people["anna"].version} | wrong)
    assert answer.status_code == 422
    assert (people["anna"].name, people["anna"].zone) == ("Anna Reyes", "America/Los_Angeles")


def test_profile_cannot_change_role(client, people):
    data = PROFILE | {"version": people["anna"].version, "role": "administrator", "has_compliance": "y", "active": ""}
    client.login_as("anna").post("/profile", data=data)
    assert (people["anna"].role.value, people["anna"].has_compliance, people["anna"].active) == ("staff", False, True)


def test_password_change_needs_current_password(client, people):
    client.login_as("anna")
    before = people["anna"].password
    answer = client.post("/profile/password", data={"current_password": "not it", "password": GOOD})
    assert answer.status_code == 422
    assert "Incorrect password." in answer.text
    assert people["anna"].password == before


def test_new_password_ends_other_sessions(client, app, people):
    elsewhere = app.test_client().login_as("anna")
    client.login_as("anna")
    data = {"current_password": "causeway-demo", "password": GOOD}
    assert client.post("/profile/password", data=data).status_code == 303
    assert client.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 303
    assert elsewhere.post("/login", data={"email": "anna@demo.example", "password": GOOD}).status_code == 303
    assert EventKind.password_changed in db.session.scalars(sa.select(SecurityEvent.kind)).all()


@pytest.mark.parametrize("values", [{"password": "another hash"}, {"active": False}])
def test_password_is_not_changed_if_the_account_was_changed_meanwhile(client, people, monkeypatch, values):
    real, anna_id = profile.hash_password, people["anna"].id

    def hash_meanwhile(password: str) -> str:
        user = db.session.get_one(User, anna_id)
        for name, value in values.items():
            setattr(user, name, value)
        db.session.flush()
        return real(password)

    client.login_as("anna")
    monkeypatch.setattr(profile, "hash_password", hash_meanwhile)
    data = {"current_password": "causeway-demo", "password": GOOD}
    answer = client.post("/profile/password", data=data)
    assert (answer.status_code, "Incorrect password." in answer.text) == (422, True)


def test_attempts_of_current_password_are_throttled(client, people):
    client.login_as("anna")
    tries = [{"current_password": f"try {n}", "password": GOOD} for n in range(11)]
    answers = [client.post("/profile/password", data=data) for data in tries]
    assert [a.status_code for a in answers] == [422] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 800


def test_sessions_are_listed_and_ended(client, app, people):
    elsewhere = app.test_client()
    elsewhere.environ_base["HTTP_USER_AGENT"] = "Lynx 3 <b>"
    elsewhere.login_as("anna")
    page = client.login_as("anna").get("/profile").text
    assert "Lynx 3 &lt;b&gt;" in page
    assert client.post("/profile/sessions/end-others").status_code == 303
    assert elsewhere.get("/profile").status_code == 303
    assert client.get("/profile").status_code == 200
    assert EventKind.ended_others in db.session.scalars(sa.select(SecurityEvent.kind)).all()


def test_buttons_of_sessions_have_different_names(client, app, people):
    for _ in range(3):
        app.test_client().login_as("anna")
    names = re.findall(r'aria-label="(Sign out session [^"]+)"', client.login_as("anna").get("/profile").text)
    assert len(set(names)) == 3


def test_one_session_is_ended(client, app, people):
    elsewhere = app.test_client().login_as("anna")
    with elsewhere.session_transaction():
        pass
    client.login_as("anna")
    page = client.get("/profile").text
    path = next(
        line.split('action="')[1].split('"')[0] for line in page.splitlines() if "/end" in line and "others" not in line
    )
    assert client.post(path).status_code == 303
    assert elsewhere.get("/profile").status_code == 303
    assert client.post(path).status_code == 404
    stmt = sa.select(SecurityEvent.user_id).where(SecurityEvent.kind == EventKind.session_ended)
    assert db.session.scalars(stmt).all() == [people["anna"].id]


def test_session_of_another_user_cannot_be_ended(client, app, people):
    anna_browser = app.test_client().login_as("anna")
    from crm.accounts.models import AuthSession

    session_id = db.session.scalars(sa.select(AuthSession.id).where(AuthSession.user_id == people["anna"].id)).one()
    assert client.login_as("boris").post(f"/profile/sessions/{session_id}/end").status_code == 404
    assert anna_browser.get("/profile").status_code == 200


def test_guest_has_no_profile(client, people):
    assert client.get("/profile/password").status_code == 303
    assert client.post("/profile/sessions/end-others").status_code == 401


def test_password_typed_after_session_end_is_not_on_the_page(client, people):
    data = {"current_password": "causeway-demo", "password": GOOD, "other": "Words of mine"}
    answer = client.post("/profile/password", data=data)
    assert answer.status_code == 401
    assert "Words of mine" in answer.text
    assert [word for word in ("causeway-demo", GOOD) if word in answer.text] == []
