"""The second factor on a real database with CSRF tokens: no step blocks itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.accounts.models import AuthenticatorApp, Passkey, SecurityEvent
from crm.accounts.policy import EventKind
from crm.accounts.services.factors import remove_app, remove_passkey
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.errors import Invalid, NotFound
from crm.core.web.resume import PendingForm
from tests.accounts.factors import SETUP, code_for, key_on
from tests.core.web.test_resume import hidden_of
from tests.fixtures.authenticator import Authenticator
from tests.fixtures.forms import token_of
from tests.fixtures.people import sign_in

ANNA = "anna@demo.example"
PAGE = "/profile/second-factor"
STEP = "/login/second-step"


def send(client, path: str, page: str | None = None, **data: str):
    return client.post(path, data=data | {"csrf_token": token_of(client, page or path)})


def first_step(app):
    client = app.test_client()
    answer = send(client, "/login", email=ANNA, password="causeway-demo")
    assert answer.headers["Location"].startswith(STEP)
    return client


def test_passkeys_and_codes_work_on_committed_data(peopled):
    client, device = peopled.test_client(), Authenticator()
    sign_in(client, ANNA)
    options = send(client, f"{PAGE}/passkeys/options", PAGE).json
    assert send(client, f"{PAGE}/passkeys", PAGE, name="Laptop", passkey=device.make(options)).status_code == 200
    other = first_step(peopled)
    answer = device.sign(send(other, f"{STEP}/passkey", STEP).json)
    assert send(other, STEP, passkey=answer).status_code == 303
    options = send(other, "/confirm/passkey", "/profile").json
    assert send(other, "/confirm", "/profile", passkey=device.sign(options)).status_code == 303
    key = key_on(client.get(SETUP).text)
    assert send(client, SETUP, code=code_for(key)).status_code == 303
    assert send(client, f"{PAGE}/app/remove", PAGE).status_code == 303


def test_code_is_accepted_in_one_of_two_simultaneous_requests(peopled):
    client = peopled.test_client()
    sign_in(client, ANNA)
    key = key_on(client.get(SETUP).text)
    assert send(client, SETUP, code=code_for(key)).status_code == 200
    with peopled.app_context():
        db.session.execute(sa.update(AuthenticatorApp).values(last_counter=0))
        db.session.commit()
    with clock.frozen(clock.now()):
        code = code_for(key)
        waiting = [(c, token_of(c, STEP)) for c in (first_step(peopled) for _ in range(4))]
        with ThreadPoolExecutor(4) as pool:
            send_it = lambda one: one[0].post(STEP, data={"code": code, "csrf_token": one[1]}).status_code  # noqa: E731
            assert sorted(pool.map(send_it, waiting)) == [303, 422, 422, 422]


def test_last_required_factor_stays_when_two_are_removed_at_the_same_moment(peopled):
    """On both engines the second waits for the first, and then removes the last one."""
    peopled.config["CRM_REQUIRE_SECOND_FACTOR"] = "everyone"
    with peopled.app_context():
        user_id = db.session.scalars(sa.select(User.id).where(User.email == ANNA)).one()
        passkey = Passkey(user_id=user_id, name="Key", credential_id="a", public_key=b"", created_at=clock.now())
        app = AuthenticatorApp(user_id=user_id, secret="a", created_at=clock.now())
        db.session.add_all([app, passkey])
        db.session.commit()
        passkey_id = passkey.id

    def remove_second() -> None:
        with peopled.app_context():
            remove_passkey(db.session.get_one(User, user_id), passkey_id)
            db.session.commit()

    with ThreadPoolExecutor(1) as pool, peopled.app_context():
        remove_app(db.session.get_one(User, user_id))
        second = pool.submit(remove_second)
        # Long enough for a call that doesn't wait; one that waits ends with the first.
        wait([second], timeout=1)
        db.session.commit()
        with pytest.raises(Invalid, match="Add another method first"):
            second.result()


@pytest.mark.parametrize("factor", ["app", "passkey"])
def test_factor_is_removed_once_by_two_simultaneous_requests(peopled, factor):
    with peopled.app_context():
        user_id = db.session.scalars(sa.select(User.id).where(User.email == ANNA)).one()
        key = Passkey(user_id=user_id, name="Key", credential_id="a", public_key=b"", created_at=clock.now())
        app = AuthenticatorApp(user_id=user_id, secret="a", created_at=clock.now())
        db.session.add_all([app, key])
        db.session.commit()
        key_id = key.id

    def remove() -> None:
        user = db.session.get_one(User, user_id)
        remove_app(user) if factor == "app" else remove_passkey(user, key_id)

    def remove_second() -> None:
        with peopled.app_context():
            remove()
            db.session.commit()

    with ThreadPoolExecutor(1) as pool, peopled.app_context():
        remove()
        second = pool.submit(remove_second)
        wait([second], timeout=1)
        db.session.commit()
        with pytest.raises((Invalid, NotFound)):
            second.result()
        kinds = db.session.scalars(sa.select(SecurityEvent.kind)).all()
        assert kinds == [EventKind.factor_removed]


def test_form_of_a_tab_that_waited_for_the_second_step_is_resumed(peopled):
    client, headers = peopled.test_client(), {"Origin": "http://localhost"}
    sign_in(client, ANNA)
    key = key_on(client.get(SETUP).text)
    assert send(client, SETUP, code=code_for(key)).status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        browser = first_step(peopled)
        form = {"pending_form": PendingForm("/people/new", [("family_latin", "Typed")], True).to_json()}
        tab = form | {"code": code_for(key), "csrf_token": token_of(browser, STEP)}
        assert send(browser, STEP, code=code_for(key)).status_code == 303
        refused = browser.post(STEP, data=tab, headers=headers)
        assert (refused.status_code, "Submit again" in refused.text) == (400, True)
        resumed = browser.post(STEP, data=hidden_of(refused.text), headers=headers)
        assert (resumed.status_code, hidden_of(resumed.text)["family_latin"]) == (200, "Typed")
