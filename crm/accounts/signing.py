"""Signing in and out."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask import g, session

from crm.core import clock
from crm.core.db import db, own_transaction, reading
from crm.core.errors import Invalid, Problem
from crm.core.identity import User
from crm.core.words import _

from .devices import device_hash, remember_device
from .mails import Notice, mail_notice, notice_to_nobody
from .models import AuthSession, KnownDevice
from .passwords import is_password
from .policy import What
from .security_log import add_event, record_event
from .sessions import add_session, address, device, end_session, fill_cookie, mark_seen
from .throttle import Bucket, account_key, bucket_for, count_attempt, forgive, starts_episode


class Throttled(Problem):
    """Too many tries; `seconds` to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Too many tries. Wait %(n)d minutes, then try again.", n=-(-seconds // 60)))
        self.seconds = seconds


class _Known(NamedTuple):
    id: int
    password: str | None
    last_seen_at: datetime | None
    known_device_id: int | None


def sign_in(email: str, password: str) -> None:
    """Sign this browser in.

    Raises Throttled before anything is compared, and Invalid with one sentence for every other reason. Everything
    here is written apart from the request: a failure counts, and the slow comparison holds no lock.
    """
    db.session.rollback()
    email = email.strip().lower()
    known = _find(email)
    bucket = bucket_for("login", email, address(), known.known_device_id if known else None)
    wait = count_attempt(bucket)
    if wait:
        record_event(What.throttled, email=email)
        if bucket.is_of_strangers:
            _report_attack(email, known.id if known else None)
        raise Throttled(wait)
    if not is_password(password, known.password if known else None) or known is None:
        record_event(What.failed, user_id=known.id if known else None, email=email)
        raise Invalid(_("E-mail or password is not right."))
    _admit(known, email, bucket)


def _find(email: str) -> _Known | None:
    here = sa.and_(KnownDevice.user_id == User.id, KnownDevice.token_hash == device_hash())
    stmt = sa.select(User.id, User.password, User.last_seen_at, KnownDevice.id).outerjoin(KnownDevice, here)
    with reading(), own_transaction() as own:
        row = own.execute(stmt.where(User.email == email, User.active)).one_or_none()
    return _Known(*row) if row else None


def _admit(known: _Known, email: str, bucket: Bucket) -> None:
    """Start the session of somebody who has proved who they are, and remember the device."""
    with own_transaction() as own:
        forgive(own, bucket)
        device = remember_device(own, known.id)
        secret = add_session(own, known.id, device.id)
        mark_seen(own, known.id)
        add_event(own, What.signed_in, user_id=known.id, email=email)
    fill_cookie(secret)
    # The first sign-in of all is no news to whoever has just chosen a password.
    if device.is_new and known.last_seen_at is not None:
        add_event(db.session(), What.new_device, user_id=known.id, email=email)
        mail_notice(db.session.get_one(User, known.id), Notice.new_device, once=_one_a_day())


def _one_a_day() -> str:
    """Return what makes two new devices the same news: day, network address and kind of browser."""
    text = f"{clock.now():%Y-%m-%d} {address()} {device()}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _report_attack(email: str, user_id: int | None) -> None:
    """Email the owner of an account that is being attacked, once per episode; committed, as the request is refused.

    For an unknown address the same work is done for nobody, so that the time of the answer doesn't tell.
    """
    if not starts_episode(email):
        return
    if user_id is None:
        notice_to_nobody()
        return
    add_event(db.session(), What.attacked, user_id=user_id, email=email)
    mail_notice(db.session.get_one(User, user_id), Notice.attacked)
    db.session.commit()


def confirm_password(user: User, password: str) -> None:
    """Make this session fresh again with the password. Raises Throttled, Invalid on `password`."""
    user_id, hashed, email = user.id, user.password, user.email
    db.session.rollback()
    bucket = Bucket(account_key("password", email), None)
    if wait := count_attempt(bucket):
        raise Throttled(wait)
    if not is_password(password, hashed):
        record_event(What.failed, user_id=user_id, email=email, detail="confirmation")
        raise Invalid(_("Incorrect password."), "password")
    refresh_session(user_id, bucket)


def refresh_session(user_id: int, bucket: Bucket) -> None:
    """Let this session count as signed in just now."""
    with own_transaction() as own:
        forgive(own, bucket)
        fresh = sa.update(AuthSession).where(AuthSession.id == g.auth_session_id, AuthSession.user_id == user_id)
        own.execute(fresh.values(authenticated_at=clock.now()))
        add_event(own, What.confirmed, user_id=user_id)


def sign_out() -> None:
    """End this browser's session, in the request's transaction, and empty its cookie."""
    if g.actor is not None and g.get("auth_session_id"):
        end_session(g.auth_session_id, g.actor.id)
        add_event(db.session(), What.signed_out)
    session.clear()
