"""Passkeys: made, used at the second step, refused when anything about them is wrong."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.accounts.models import AuthSession, Passkey
from crm.core.data.base import db
from tests.accounts.factors import codes_on, first_step
from tests.accounts.lookups import events, mails
from tests.fixtures.authenticator import Authenticator

PAGE = "/profile/second-factor/passkeys"
STEP = "/login/second-step"


def made(client, device: Authenticator, name: str = "Laptop"):
    """Add a passkey in a signed-in browser."""
    answer = device.make(client.post(f"{PAGE}/options").json)
    return client.post(PAGE, data={"name": name, "passkey": answer})


def signed(client, device: Authenticator, at: str = STEP):
    return client.post(at, data={"passkey": device.sign(client.post(f"{at}/passkey").json)})


@pytest.fixture
def anna(client, people):
    """Give anna's browser."""
    return client.login_as("anna")


@pytest.fixture
def device(anna):
    """Give a device whose passkey opens anna's account, and sign her browser out."""
    device = Authenticator()
    assert made(anna, device).status_code == 200
    anna.post("/logout")
    return device


def test_a_passkey_is_added_with_recovery_codes_and_reported(anna):
    answer = made(anna, Authenticator(), "Security key")
    assert len(codes_on(answer.text)) == 10
    assert "Security key" in anna.get("/profile/second-factor").text
    assert "Passkey: Security key" in mails()[-1].text
    assert "factor_added" in events()
    second = made(anna, Authenticator(), "Phone")
    assert second.status_code == 303


def test_a_passkey_finishes_the_sign_in(device, anna):
    assert first_step(anna).headers["Location"].startswith(STEP)
    assert "Use a passkey" in anna.get(STEP).text
    assert signed(anna, device).status_code == 303
    assert anna.get("/profile").status_code == 200
    row = db.session.scalars(sa.select(Passkey)).one()
    assert (row.sign_count, row.used_at is not None) == (1, True)


def test_an_answer_is_good_once(device, anna, app):
    first_step(anna)
    answer = device.sign(anna.post(f"{STEP}/passkey").json)
    assert anna.post(STEP, data={"passkey": answer}).status_code == 303
    other = app.test_client()
    first_step(other)
    assert other.post(STEP, data={"passkey": answer}).status_code == 422
    other.post(f"{STEP}/passkey")
    assert other.post(STEP, data={"passkey": answer}).status_code == 422


def test_a_challenge_is_used_up_by_a_wrong_answer(device, anna):
    first_step(anna)
    options = anna.post(f"{STEP}/passkey").json
    assert anna.post(STEP, data={"passkey": Authenticator().sign(options)}).status_code == 422
    assert anna.post(STEP, data={"passkey": device.sign(options)}).status_code == 422
    assert db.session.scalars(sa.select(AuthSession.challenge).where(AuthSession.challenge.is_not(None))).all() == []


def test_a_passkey_of_another_user_opens_nothing(device, anna, app, people):
    theirs = Authenticator()
    boris = app.test_client().login_as("boris")
    made(boris, theirs)
    first_step(anna)
    assert signed(anna, theirs).status_code == 422


def test_an_answer_from_another_site_is_refused(device, anna):
    first_step(anna)
    device.origin = "https://causeway.example.evil"
    assert signed(anna, device).status_code == 422


def test_a_copied_device_is_noticed_by_its_count(device, anna):
    first_step(anna)
    device.count = 5
    assert signed(anna, device).status_code == 303
    anna.post("/logout")
    first_step(anna)
    device.count = 2
    assert signed(anna, device).status_code == 422


NONSENSE = ["{", "[]", "{}", '{"id": 5}', '{"id": "x", "rawId": "x", "response": {}, "type": "public-key"}', "[" * 9000]


@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_is_refused(device, anna, answer):
    anna = anna.application.test_client().login_as("boris")
    assert made(anna, Authenticator()).status_code == 200
    anna.post(f"{PAGE}/options")
    assert anna.post(PAGE, data={"name": "X", "passkey": answer}).status_code == 422
    anna.post("/logout")
    anna.post("/login", data={"email": "boris@demo.example", "password": "causeway-demo"})
    anna.post(f"{STEP}/passkey")
    assert anna.post(STEP, data={"passkey": answer}).status_code == 422


def test_a_passkey_needs_a_challenge_of_its_own_session(anna, app):
    other = app.test_client().login_as("anna")
    device = Authenticator()
    answer = device.make(other.post(f"{PAGE}/options").json)
    assert anna.post(PAGE, data={"name": "X", "passkey": answer}).status_code == 422
    assert other.post(PAGE, data={"name": "", "passkey": answer}).status_code == 422


def test_the_same_passkey_is_not_added_twice(anna, app, people):
    device = Authenticator()
    made(anna, device)
    assert made(anna, device).status_code == 422
    assert made(app.test_client().login_as("boris"), device).status_code == 422


def test_the_identity_is_confirmed_by_a_passkey(device, anna, clock):
    first_step(anna)
    signed(anna, device)
    clock.forward(minutes=31)
    assert anna.post(f"{PAGE}/options").status_code == 401
    assert "Use a passkey" in anna.get("/confirm").text
    assert signed(anna, device, "/confirm").status_code == 303
    assert anna.get("/profile/second-factor").status_code == 200


def test_a_passkey_is_removed_by_its_owner_only(device, anna, app, people):
    passkey_id = db.session.scalars(sa.select(Passkey.id)).one()
    boris = app.test_client().login_as("boris")
    assert boris.post(f"{PAGE}/{passkey_id}/remove").status_code == 404
    first_step(anna)
    signed(anna, device)
    assert anna.post(f"{PAGE}/{passkey_id}/remove").status_code == 303
    anna.post("/logout")
    assert first_step(anna).headers["Location"] == "/"


def test_nobody_is_asked_for_a_passkey_without_the_password(client, device):
    assert client.application.test_client().post(f"{STEP}/passkey").status_code == 404


def test_at_a_bare_address_passkeys_are_not_offered(anna, app, monkeypatch):
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
    assert "open Causeway with a host name" in page
