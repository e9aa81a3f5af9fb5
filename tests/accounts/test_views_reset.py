"""Password reset: the request, the link, the new password."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from crm.accounts.models import SecurityEvent
from crm.accounts.policy import EventKind
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.mail.outbox.encryption import readable_text
from tests.accounts.lookups import mailed_path, mails

ANNA = "anna@demo.example"
GOOD = "four unrelated words"


def password_of(name: str) -> str | None:
    return db.session.scalar(sa.select(User.password).where(User.email == f"{name}@demo.example"))


def test_reset_response_is_the_same_for_unknown_account(client, people):
    existing, unknown = (
        client.post("/reset", data={"email": ANNA}),
        client.post("/reset", data={"email": "no@demo.example"}),
    )
    assert (existing.status_code, existing.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert client.get(existing.headers["Location"]).status_code == 200
    assert [(m.kind, m.address, m.secret) for m in mails()] == [("password_reset", ANNA, True)]


@pytest.mark.parametrize(("email", "count"), [(ANNA, 0), ("no@demo.example", 1)])
def test_unknown_account_costs_the_same_work(client, people, monkeypatch, email, count):
    composed = []
    monkeypatch.setattr("crm.accounts.services.profile.send_dummy_reset", lambda: composed.append(email))
    client.post("/reset", data={"email": email})
    assert len(composed) == count


def test_every_request_is_in_the_security_log_with_the_account_if_there_is_one(client, people):
    for email in (ANNA, "no@demo.example"):
        client.post("/reset", data={"email": email})
    stmt = sa.select(SecurityEvent.user_id, SecurityEvent.email).where(SecurityEvent.kind == EventKind.reset_requested)
    assert db.session.execute(stmt.order_by(SecurityEvent.id)).all() == [
        (people["anna"].id, ANNA),
        (None, "no@demo.example"),
    ]


def test_reset_of_deactivated_user_sends_nothing(client, people):
    people["anna"].active = False
    client.post("/reset", data={"email": ANNA})
    assert mails() == []


def test_reset_limits_mails_to_one_account(client, people):
    for _ask in range(6):
        assert client.post("/reset", data={"email": ANNA}).status_code == 303
    assert len(mails()) == 3


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Forwarded-Server", "Forwarded"])
def test_forged_host_headers_never_change_link(client, people, header):
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    answer = client.post("/reset", data={"email": ANNA}, headers={header: value})
    if header == "Host":
        assert (answer.status_code, mails()) == (400, [])
        return
    text = readable_text(mails()[0])
    assert "evil.example" not in text
    assert "http://localhost/reset/" in text


def test_reset_link_works_once_and_ends_all_sessions(client, app, people):
    elsewhere = app.test_client().login_as("anna", with_form=True)
    client.post("/reset", data={"email": ANNA})
    path = mailed_path()
    assert client.get(path).status_code == 200
    assert client.post(path, data={"password": GOOD}).headers["Location"] == "/login"
    assert client.post("/login", data={"email": ANNA, "password": GOOD}).status_code == 303
    assert elsewhere.get("/profile").status_code == 303
    password_hash = password_of("anna")
    assert client.get(path).status_code == 404
    assert client.post(path, data={"password": "another four unrelated words"}).status_code == 404
    assert password_of("anna") == password_hash


def test_reset_link_expires(client, people, monkeypatch):
    client.post("/reset", data={"email": ANNA})
    path = mailed_path()
    later = time.time() + 2 * 3600 + 5
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert client.get(path).status_code == 404


def test_reset_link_is_not_accepted_as_invitation(client, people):
    client.post("/reset", data={"email": ANNA})
    assert client.get(mailed_path().replace("/reset/", "/invitation/")).status_code == 404


def test_reset_link_of_deactivated_user_is_refused(client, people):
    client.post("/reset", data={"email": ANNA})
    people["anna"].active = False
    assert client.get(mailed_path()).status_code == 404


@pytest.mark.parametrize("password", ["short", "password123", "annareyes", "1234567890", "a" * 129, ""])
def test_weak_password_is_refused_and_nothing_changes(client, people, password):
    client.post("/reset", data={"email": ANNA})
    before = password_of("anna")
    assert client.post(mailed_path(), data={"password": password}).status_code == 422
    assert password_of("anna") == before
    assert client.get(mailed_path()).status_code == 200


def test_blank_email_is_refused(client, people):
    for path, more in (("/reset", {}), ("/login", {"password": "causeway-demo"})):
        answer = client.post(path, data={"email": "  ", **more})
        assert (answer.status_code, "This field is required." in answer.text) == (422, True)
