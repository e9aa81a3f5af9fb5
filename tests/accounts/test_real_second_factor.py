"""The second factor on a real database with CSRF tokens: no step blocks itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from crm.accounts.models import AuthenticatorApp
from crm.core import clock
from crm.core.data.base import db
from tests.accounts.factors import SETUP, code_for, key_on
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
