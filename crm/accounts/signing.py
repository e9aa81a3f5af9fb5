"""Signing in and out."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from flask import g, session

from crm.core.db import db, own_transaction, reading
from crm.core.errors import Invalid, Problem
from crm.core.identity import User
from crm.core.words import _

from .passwords import is_password
from .policy import PER_ACCOUNT, PER_ADDRESS, What
from .security_log import add_event, record_event
from .sessions import add_session, address, end_session, fill_cookie, mark_seen
from .throttle import account_key, address_key, count_tries, forgive


class Throttled(Problem):
    """Too many tries; `seconds` to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Too many tries. Wait %(n)d minutes, then try again.", n=-(-seconds // 60)))
        self.seconds = seconds


class _Known(NamedTuple):
    id: int
    password: str | None


def sign_in(email: str, password: str) -> None:
    """Sign this browser in.

    Raises Throttled before anything is compared, and Invalid with one sentence for every other reason. Everything
    here is written apart from the request: a failure counts, and the slow comparison holds no lock.
    """
    db.session.rollback()
    email = email.strip().lower()
    keys = account_key("login", email), address_key("login", address())
    wait = count_tries((keys[0], PER_ACCOUNT), (keys[1], PER_ADDRESS))
    if wait:
        record_event(What.throttled, email=email)
        raise Throttled(wait)
    known = _find(email)
    if not is_password(password, known.password if known else None) or known is None:
        record_event(What.failed, user_id=known.id if known else None, email=email)
        raise Invalid(_("E-mail or password is not right."))
    with own_transaction() as own:
        forgive(own, *keys)
        secret = add_session(own, known.id)
        mark_seen(own, known.id)
        add_event(own, What.signed_in, user_id=known.id, email=email)
    fill_cookie(secret)


def _find(email: str) -> _Known | None:
    asked = sa.select(User.id, User.password).where(User.email == email, User.active)
    with reading(), own_transaction() as own:
        row = own.execute(asked).one_or_none()
    return _Known(*row) if row else None


def sign_out() -> None:
    """End this browser's session, in the request's transaction, and empty its cookie."""
    if g.actor is not None and g.get("auth_session_id"):
        end_session(g.auth_session_id, g.actor.id)
        add_event(db.session(), What.signed_out)
    session.clear()
