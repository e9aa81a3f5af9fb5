"""Passkeys: created, used in the second step, refused if anything is wrong."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.accounts.models import AuthSession, Passkey
from crm.core.clock import now
from crm.core.data.base import db
from tests.accounts.factors import ANNA, PASSWORD, codes_on, first_step
from tests.accounts.lookups import events, mails
from tests.core.web.test_resume import hidden_of
from tests.fixtures.authenticator import Authenticator

PAGE = "/profile/second-factor/passkeys"
STEP = "/login/second-step"


def add_passkey(client, authenticator: Authenticator, name: str = "Laptop"):
    """Add a passkey in a signed-in browser."""
    answer = authenticator.make(client.post(f"{PAGE}/options").json)
    return client.post(PAGE, data={"name": name, "passkey": answer})


def sign_with(client, authenticator: Authenticator, path: str = STEP):
    return client.post(path, data={"passkey": authenticator.sign(client.post(f"{path}/passkey").json)})


@pytest.fixture
def anna(client, people):
    """Return anna's browser, signed in."""
    return client.login_as("anna")


@pytest.fixture
def authenticator(anna):
    """Return an authenticator with a passkey of anna, and sign her browser out."""
    authenticator = Authenticator()
    assert add_passkey(anna, authenticator).status_code == 200
    anna.post("/logout")
    return authenticator


def test_added_passkey_gives_recovery_codes_and_is_reported(anna):
    answer = add_passkey(anna, Authenticator(), "Security key")
    assert len(codes_on(answer.text)) == 10
    assert "Security key" in anna.get("/profile/second-factor").text
    assert "Passkey: Security key" in mails()[-1].text
    assert "factor_added" in events()
    second = add_passkey(anna, Authenticator(), "Phone")
    assert second.status_code == 303


def test_passkey_completes_sign_in(authenticator, anna):
    assert first_step(anna).headers["Location"].startswith(STEP)
    assert "Use a passkey" in anna.get(STEP).text
    assert sign_with(anna, authenticator).status_code == 303
    assert anna.get("/profile").status_code == 200
    row = db.session.scalars(sa.select(Passkey)).one()
    assert (row.sign_count, row.used_at is not None) == (1, True)


def test_passkey_is_offered_at_once_for_a_form_after_the_session_ended(authenticator, anna):
    headers = {"Origin": "http://localhost"}
    refused = anna.post("/people/new", data={"family_latin": "Typed"}, headers=headers)
    step = first_step(anna, headers, **hidden_of(refused.text))
    assert "Use a passkey" in step.text
    answer = authenticator.sign(anna.post(f"{STEP}/passkey").json)
    resumed = anna.post(STEP, data=hidden_of(step.text) | {"passkey": answer}, headers=headers)
    assert hidden_of(resumed.text)["family_latin"] == "Typed"


def test_passkey_answer_is_accepted_once(authenticator, anna, app):
    first_step(anna)
    answer = authenticator.sign(anna.post(f"{STEP}/passkey").json)
    assert anna.post(STEP, data={"passkey": answer}).status_code == 303
    other = app.test_client()
    first_step(other)
    assert other.post(STEP, data={"passkey": answer}).status_code == 422
    other.post(f"{STEP}/passkey")
    assert other.post(STEP, data={"passkey": answer}).status_code == 422


def test_wrong_answer_uses_up_challenge(authenticator, anna):
    first_step(anna)
    options = anna.post(f"{STEP}/passkey").json
    assert anna.post(STEP, data={"passkey": Authenticator().sign(options)}).status_code == 422
    assert anna.post(STEP, data={"passkey": authenticator.sign(options)}).status_code == 422
    assert db.session.scalars(sa.select(AuthSession.challenge).where(AuthSession.challenge.is_not(None))).all() == []


def test_passkey_of_another_user_is_refused(authenticator, anna, app, people):
    boris_device = Authenticator()
    boris = app.test_client().login_as("boris")
    add_passkey(boris, boris_device)
    first_step(anna)
    assert sign_with(anna, boris_device).status_code == 422


def test_passkey_answer_from_another_site_is_refused(authenticator, anna):
    first_step(anna)
    authenticator.origin = "https://causeway.example.evil"
    assert sign_with(anna, authenticator).status_code == 422


def test_copied_passkey_is_refused_by_its_count(authenticator, anna):
    first_step(anna)
    authenticator.count = 5
    assert sign_with(anna, authenticator).status_code == 303
    anna.post("/logout")
    first_step(anna)
    authenticator.count = 2
    assert sign_with(anna, authenticator).status_code == 422


NONSENSE = ["{", "[]", "{}", '{"id": 5}', '{"id": "x", "rawId": "x", "response": {}, "type": "public-key"}', "[" * 9000]


@pytest.mark.parametrize("answer", NONSENSE)
def test_malformed_passkey_answer_is_refused(authenticator, anna, answer):
    anna = anna.application.test_client().login_as("boris")
    assert add_passkey(anna, Authenticator()).status_code == 200
    anna.post(f"{PAGE}/options")
    assert anna.post(PAGE, data={"name": "X", "passkey": answer}).status_code == 422
    anna.post("/logout")
    anna.post("/login", data={"email": "boris@demo.example", "password": "causeway-demo"})
    anna.post(f"{STEP}/passkey")
    assert anna.post(STEP, data={"passkey": answer}).status_code == 422


def test_passkey_needs_challenge_of_its_own_session(anna, app):
    other = app.test_client().login_as("anna")
    authenticator = Authenticator()
    answer = authenticator.make(other.post(f"{PAGE}/options").json)
    assert anna.post(PAGE, data={"name": "X", "passkey": answer}).status_code == 422
    assert other.post(PAGE, data={"name": "", "passkey": answer}).status_code == 422


def test_same_passkey_is_not_added_twice(anna, app, people):
    authenticator = Authenticator()
    add_passkey(anna, authenticator)
    assert add_passkey(anna, authenticator).status_code == 422
    assert add_passkey(app.test_client().login_as("boris"), authenticator).status_code == 422


def test_user_has_at_most_ten_passkeys(anna, people, clock):
    for n in range(9):
        for name in ("anna", "boris"):
            values = {"name": "X", "credential_id": f"{name:x<7}{n}", "public_key": b"", "created_at": now()}
            db.session.add(Passkey(user_id=people[name].id, **values))
    db.session.commit()
    authenticator = Authenticator()
    assert add_passkey(anna, authenticator, "Tenth").status_code == 200
    row = db.session.scalars(sa.select(Passkey).order_by(Passkey.id.desc())).first()
    assert (row.user_id, row.name, row.created_at, row.used_at) == (people["anna"].id, "Tenth", now(), None)
    answer = add_passkey(anna, Authenticator(), "Eleventh")
    assert (answer.status_code, "limit of 10 passkeys" in answer.text) == (422, True)


def test_passkey_confirms_identity(authenticator, anna, clock):
    first_step(anna)
    sign_with(anna, authenticator)
    clock.forward(minutes=31)
    assert anna.post(f"{PAGE}/options").status_code == 401
    assert "Use a passkey" in anna.get("/confirm").text
    assert sign_with(anna, authenticator, "/confirm").status_code == 303
    assert anna.get("/profile/second-factor").status_code == 200


def test_passkey_is_removed_only_by_its_owner(authenticator, anna, app, people):
    passkey_id = db.session.scalars(sa.select(Passkey.id)).one()
    boris = app.test_client().login_as("boris")
    assert boris.post(f"{PAGE}/{passkey_id}/remove").status_code == 404
    first_step(anna)
    sign_with(anna, authenticator)
    assert anna.post(f"{PAGE}/{passkey_id}/remove").status_code == 303
    anna.post("/logout")
    assert first_step(anna).headers["Location"] == "/"


def test_passkey_options_need_the_password_first(client, authenticator):
    assert client.application.test_client().post(f"{STEP}/passkey").status_code == 404


def test_passkeys_are_not_offered_at_ip_address(anna, app, monkeypatch):
    assert "Add passkey" in anna.get("/profile/second-factor").text
    monkeypatch.setitem(app.config, "CRM_BASE_URL", "http://127.0.0.1:5000")
    assert "Add passkey" in anna.get("/profile/second-factor").text
    at_address = app.test_client()
    at_address.get("/login", base_url="http://127.0.0.1")
    at_address.post(
        "/login", data={"email": "boris@demo.example", "password": "causeway-demo"}, base_url="http://127.0.0.1"
    )
    page = at_address.get("/profile/second-factor", base_url="http://127.0.0.1").text
    assert "Add passkey" not in page
    assert "open Causeway by its host name" in page


def test_passkey_is_not_offered_to_confirm_at_ip_address(client, people, clock, app, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_BASE_URL", "http://127.0.0.1:5000")
    browsers = []
    for base_url in ("http://localhost", "http://127.0.0.1"):
        browser = app.test_client()
        browser.post("/login", data={"email": ANNA, "password": PASSWORD}, base_url=base_url)
        browsers.append(browser)
    values = {"name": "X", "credential_id": "x", "public_key": b"", "created_at": now()}
    db.session.add(Passkey(user_id=people["anna"].id, **values))
    db.session.commit()
    clock.forward(minutes=31)
    by_name = browsers[0].get("/confirm").text
    by_address = browsers[1].get("/confirm", base_url="http://127.0.0.1").text
    assert [text in by_name for text in ("Use a passkey", "data-passkey=", "Confirm and continue")] == [True] * 3
    assert [text in by_address for text in ("Use a passkey", "data-passkey=")] == [False] * 2
    assert "Confirm and continue" in by_address
