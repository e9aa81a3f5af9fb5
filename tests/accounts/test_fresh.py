"""Sensitive actions ask for confirmation, and typed text is not lost."""

from __future__ import annotations

import pytest
from flask import url_for

from crm.core.web.blueprint import FRESH
from tests.accounts.lookups import events, team_id, user_form_values
from tests.core.web.test_resume import hidden_of

OURS = {"Origin": "http://localhost"}
PASSWORD = "causeway-demo"


@pytest.fixture
def late(client, people, clock):
    """Return ada's browser, signed in 31 minutes ago."""
    client.login_as("admin")
    clock.forward(minutes=31)
    return client


def edit_of(people, **changed):
    return user_form_values(people["boris"]) | {"name": "Boris K. Keller"} | changed


PAGES = ["/users/new", "/users/1/edit", "/users/1/disable", "/people/?as=csv", "/users/?as=csv", "/followups/?as=csv"]


@pytest.mark.parametrize("path", PAGES)
def test_page_asks_for_password_and_continues(late, people, path):
    answer = late.get(path.replace("1", str(people["boris"].id)))
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/confirm?next=/")
    page = late.get(answer.headers["Location"])
    assert page.status_code == 200
    assert '<h1 class="mb-3">Confirm it\'s you</h1>' in page.text
    confirmed = late.post("/confirm", data=hidden_of(page.text) | {"password": PASSWORD})
    assert confirmed.status_code == 303
    assert late.get(confirmed.headers["Location"]).status_code == 200


@pytest.mark.parametrize("path", ["/users/1/enable", "/users/1/invite", "/mail/channel/pause", "/mail/channel/resume"])
def test_button_asks_for_password(late, people, path):
    assert late.post(path.replace("1", str(people["boris"].id)), headers=OURS).status_code == 401


SENSITIVE = {
    *("accounts.new", "accounts.edit", "accounts.invite", "accounts.reassign", "accounts.disable", "accounts.enable"),
    *("accounts.sign_out", "accounts.resume_email", "accounts.reset_second_factor", "accounts.factors"),
    *("accounts.app_setup", "accounts.app_remove", "accounts.recovery_codes", "accounts.passkey_add"),
    *("accounts.passkey_options", "accounts.passkey_remove", "mail.pause", "mail.resume", "mail.retry_all"),
    *("imports.archive", "imports.archive_file", "funding.client_report", "funding.filed_xlsx", "funding.filed_xml"),
}


def test_sensitive_routes_are_listed(app):
    assert FRESH == SENSITIVE


@pytest.mark.parametrize("endpoint", sorted(SENSITIVE))
def test_sensitive_route_asks_for_password(late, app, endpoint):
    rule = next(app.url_map.iter_rules(endpoint))
    with app.test_request_context():
        path = url_for(endpoint, **dict.fromkeys(rule.arguments, 1))
    method, status = ("POST", 401) if "POST" in rule.methods else ("GET", 303)
    answer = late.open(path, method=method, headers=OURS)
    assert answer.status_code == status
    assert "Confirm it" in answer.text or answer.headers["Location"].startswith("/confirm?next=")


def test_typed_text_survives_confirmation(late, people):
    boris = people["boris"]
    form = edit_of(people, team_ids=[team_id("Bay")])
    refused = late.post(f"/users/{boris.id}/edit", data=form, headers=OURS)
    assert refused.status_code == 401
    assert "Boris K. Keller" in refused.text
    assert boris.name == "Boris Keller"
    wrong = late.post("/confirm", data=hidden_of(refused.text) | {"password": "not it"}, headers=OURS)
    assert wrong.status_code == 422
    again = late.post("/confirm", data=hidden_of(wrong.text) | {"password": PASSWORD}, headers=OURS)
    assert again.status_code == 200
    assert "Boris K. Keller" in again.text
    assert late.post(f"/users/{boris.id}/edit", data=hidden_of(again.text)).status_code == 303
    assert boris.name == "Boris K. Keller"
    assert [e for e in events() if e in ("failed", "confirmed", "changed")][:2] == ["failed", "confirmed"]


def test_fresh_session_needs_no_confirmation(client, people, clock):
    client.login_as("admin")
    clock.forward(minutes=29)
    assert client.get("/users/new").status_code == 200
    assert client.get("/people/?as=csv").status_code == 200
    assert client.get("/confirm?next=/users/").headers["Location"] == "/users/"


def test_confirmation_applies_to_its_own_session_only(late, app, people, clock):
    elsewhere = app.test_client().login_as("admin")
    clock.forward(minutes=31)
    assert late.post("/confirm", data={"password": PASSWORD, "next": "/users/new"}).status_code == 303
    assert late.get("/users/new").status_code == 200
    assert elsewhere.get("/users/new").status_code == 303


def test_duration_of_fresh_sign_in_is_a_setting(client, people, clock, app, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_FRESH_MINUTES", 5)
    client.login_as("admin")
    clock.forward(minutes=6)
    assert client.get("/users/new").status_code == 303


def test_reading_pages_needs_no_confirmation(late):
    assert [late.get(path).status_code for path in ("/users/", "/people/", "/profile", "/mail/")] == [200] * 4


def test_confirmations_are_throttled(late):
    answers = [late.post("/confirm", data={"password": f"guess {n}"}).status_code for n in range(11)]
    assert answers == [422] * 10 + [429]


def test_confirmation_ignores_foreign_next_url(late):
    answer = late.post("/confirm", data={"password": PASSWORD, "next": "//evil.example"})
    assert answer.headers["Location"] == "/"


def test_htmx_request_is_redirected_to_confirmation(late, people):
    answer = late.post("/mail/channel/pause", headers=OURS | {"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/confirm?next=")
