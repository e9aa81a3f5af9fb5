"""A password that is changed while a sign-in with the old one is being checked: no session of that sign-in stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa

from crm.accounts import sessions, sign_in
from crm.accounts.devices import add_known_device
from crm.accounts.models import AuthSession
from crm.accounts.passwords import hash_password
from crm.accounts.policy import EventKind, SecondFactor
from crm.accounts.services import profile
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from tests.accounts.test_real_second_factor import ANNA, SETUP, STEP, code_for, first_step, key_on, send
from tests.fixtures.people import sign_in as sign_in_browser


def change_password(app) -> None:
    with app.app_context():
        user = db.session.scalars(sa.select(User).where(User.email == ANNA)).one()
        profile._set_password(user, hash_password("four unrelated words"), EventKind.password_changed)
        db.session.commit()


@pytest.fixture
def change_meanwhile(peopled, monkeypatch) -> Callable[[str, Any], None]:
    """Return a function that gives a check of the sign-in a result, and changes Anna's password meanwhile."""

    def patch(name: str, result: Any) -> None:
        def check(*_args: object) -> Any:
            other = Thread(target=change_password, args=[peopled])
            other.start()
            other.join(timeout=60)
            return result

        monkeypatch.setattr(sign_in, name, check)

    return patch


def count_sessions(app) -> int:
    """Return how many sessions can be used or still wait for their second step."""
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count(AuthSession.id)).where(AuthSession.ended_at.is_(None))) or 0


def test_sign_in_with_a_password_that_is_changed_meanwhile_is_refused(peopled, change_meanwhile):
    change_meanwhile("verify_password", True)
    answer = send(peopled.test_client(), "/login", email=ANNA, password="causeway-demo")
    assert (answer.status_code, "Incorrect email or password." in answer.text) == (422, True)
    assert count_sessions(peopled) == 0


def test_second_step_does_not_complete_a_sign_in_that_ended_meanwhile(peopled, change_meanwhile):
    client = peopled.test_client()
    sign_in_browser(client, ANNA)
    assert send(client, SETUP, code=code_for(key_on(client.get(SETUP).text))).status_code == 200
    waiting = first_step(peopled)
    change_meanwhile("check_factor", SecondFactor.app)
    answer = send(waiting, STEP, code="123456")
    assert (answer.status_code, "Sign in again." in answer.text) == (422, True)
    assert count_sessions(peopled) == 0


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_password_changed_while_the_second_step_completes_ends_its_session(peopled, monkeypatch):
    client = peopled.test_client()
    sign_in_browser(client, ANNA)
    assert send(client, SETUP, code=code_for(key_on(client.get(SETUP).text))).status_code == 200
    waiting = first_step(peopled)
    changing = Thread(target=change_password, args=[peopled])

    def mark_known(*args: Any) -> Any:
        changing.start()
        changing.join(timeout=0.5)  # It waits for this transaction.
        return add_known_device(*args)

    monkeypatch.setattr(sign_in, "check_factor", lambda *_args: SecondFactor.app)
    monkeypatch.setattr(sign_in, "add_known_device", mark_known)
    assert send(waiting, STEP, code="123456").status_code == 303
    changing.join(timeout=60)
    assert count_sessions(peopled) == 0


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_last_use_of_a_session_is_written_while_a_sign_in_replaces_it(peopled):
    sign_in_browser(peopled.test_client(), ANNA)
    later = clock.now() + timedelta(minutes=10)

    def note_seen(session_id: int, user_id: int) -> None:
        with peopled.app_context():
            sessions._note_seen(session_id, user_id, later)

    with peopled.app_context():
        row = db.session.scalars(sa.select(AuthSession)).one()
        noting = Thread(target=note_seen, args=[row.id, row.user_id])
        db.session.execute(sa.select(User.id).where(User.id == row.user_id).with_for_update(key_share=True))
        noting.start()
        noting.join(timeout=0.5)  # It waits for this transaction.
        db.session.execute(sa.update(AuthSession).values(ended_at=later))
        db.session.commit()
        noting.join(timeout=60)
        db.session.expire_all()
        assert (row.seen_at, row.ended_at) == (later, later)
