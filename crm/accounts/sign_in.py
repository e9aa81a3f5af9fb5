"""Signing in and out."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask import g, session

from crm.core import clock
from crm.core.data.base import db, own_transaction, reading
from crm.core.data.identity import User
from crm.core.errors import Invalid, Problem
from crm.core.words import _

from .devices import device_hash, remember_device
from .factors import has_factor
from .mails import Notice, mail_notice, send_dummy_notice
from .models import AuthSession, KnownDevice
from .passwords import is_password
from .policy import EventKind, Factor
from .recovery import count_unused
from .second_step import COOKIE_KEY as SECOND_STEP
from .second_step import Pending, check_factor, start_second_step
from .security_log import add_event, record_event
from .sessions import add_session, address, device, end_session, fill_cookie, update_last_seen
from .throttle import Bucket, account_key, bucket_for, count_attempt, reset_bucket, starts_episode


class Throttled(Problem):
    """Too many tries; `seconds` to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Too many attempts. Wait %(n)d min, then try again.", n=-(-seconds // 60)))
        self.seconds = seconds


class _LoginAccount(NamedTuple):
    id: int
    password: str | None
    last_seen_at: datetime | None
    known_device_id: int | None
    has_factor: bool


def sign_in(email: str, password: str) -> bool:
    """Sign this browser in; False when a second step must follow.

    Raises Throttled before anything is compared, and Invalid with one sentence for every other reason. Everything
    here is written apart from the request: a failure counts, and the slow comparison holds no lock.
    """
    db.session.rollback()
    email = email.strip().lower()
    known = _find(email)
    bucket = bucket_for("login", email, address(), known.known_device_id if known else None)
    wait = count_attempt(bucket)
    if wait.seconds:
        # One event for each window: a flood of attempts must not fill the log.
        if wait.is_first:
            record_event(EventKind.throttled, email=email)
        if bucket.is_of_strangers:
            _report_attack(email, known.id if known else None)
        raise Throttled(wait.seconds)
    if not is_password(password, known.password if known else None) or known is None:
        record_event(EventKind.failed, user_id=known.id if known else None, email=email)
        raise Invalid(_("Incorrect email or password."))
    if known.has_factor:
        with own_transaction() as own:
            reset_bucket(own, bucket)
            secret = start_second_step(own, known.id)
        fill_cookie(secret, SECOND_STEP)
        return False
    _admit(known.id, email, bucket, is_first=known.last_seen_at is None)
    return True


def complete_sign_in(waiting: Pending, code: str, answer: str) -> None:
    """Finish a sign-in with its second factor. Raises Throttled, and Invalid when the factor is wrong."""
    db.session.rollback()
    bucket = bucket_for("second", waiting.email, address(), waiting.known_device_id)
    wait = count_attempt(bucket)
    if wait.seconds:
        if wait.is_first:
            record_event(EventKind.throttled, user_id=waiting.user_id, email=waiting.email, detail="second factor")
        if bucket.is_of_strangers:
            _report_attack(waiting.email, waiting.user_id, Notice.second_attacked)
        raise Throttled(wait.seconds)
    factor = check_factor(waiting.user_id, waiting.session_id, code, answer)
    if factor is None:
        record_event(EventKind.second_failed, user_id=waiting.user_id, email=waiting.email)
        raise Invalid(_("Incorrect code or passkey. Try again with a new code."), "code")
    _admit(waiting.user_id, waiting.email, bucket, is_first=waiting.last_seen_at is None, pending_id=waiting.session_id)
    if factor is Factor.recovery_code:
        report_recovery(waiting.user_id)


def report_recovery(user_id: int) -> None:
    """Write down and email that a recovery code was used, and how many are left."""
    add_event(db.session(), EventKind.recovery_used, user_id=user_id)
    user = db.session.get_one(User, user_id)
    mail_notice(user, Notice.recovery_used, left=count_unused(db.session(), user_id))


def _find(email: str) -> _LoginAccount | None:
    here = sa.and_(KnownDevice.user_id == User.id, KnownDevice.token_hash == device_hash())
    columns = User.id, User.password, User.last_seen_at, KnownDevice.id, has_factor(User.id)
    stmt = sa.select(*columns).outerjoin(KnownDevice, here)
    with reading(), own_transaction() as own:
        row = own.execute(stmt.where(User.email == email, User.active)).one_or_none()
    return _LoginAccount(*row) if row else None


def _admit(user_id: int, email: str, bucket: Bucket, *, is_first: bool, pending_id: int | None = None) -> None:
    """Start the session of somebody who has proved who they are, and remember the device."""
    with own_transaction() as own:
        reset_bucket(own, bucket)
        if pending_id is not None:
            own.execute(sa.delete(AuthSession).where(AuthSession.id == pending_id))
        device = remember_device(own, user_id)
        secret = add_session(own, user_id, device.id)
        update_last_seen(own, user_id)
        add_event(own, EventKind.signed_in, user_id=user_id, email=email)
    fill_cookie(secret)
    # The first sign-in of all is no news to whoever has just chosen a password.
    if device.is_new and not is_first:
        add_event(db.session(), EventKind.new_device, user_id=user_id, email=email)
        mail_notice(db.session.get_one(User, user_id), Notice.new_device, once=_one_a_day())


def _one_a_day() -> str:
    """Return what makes two new devices the same news: day, network address and kind of browser."""
    text = f"{clock.now():%Y-%m-%d} {address()} {device()}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _report_attack(email: str, user_id: int | None, notice: Notice = Notice.attacked) -> None:
    """Email the owner of an account that is being attacked, once per episode; committed, as the request is refused.

    For an unknown address the same work is done for nobody, so that the time of the answer doesn't tell.
    """
    if not starts_episode(notice.value, email):
        return
    if user_id is None:
        send_dummy_notice()
        return
    add_event(db.session(), EventKind.attacked, user_id=user_id, email=email)
    mail_notice(db.session.get_one(User, user_id), notice)
    db.session.commit()


class Proof(NamedTuple):
    """How somebody who is signed in proves again who they are: one of these."""

    password: str = ""
    code: str = ""
    answer: str = ""


def confirm_identity(user: User, proof: Proof) -> None:
    """Make this session fresh again, with the password or a second factor. Raises Throttled, Invalid."""
    user_id, hashed, email = user.id, user.password, user.email
    db.session.rollback()
    bucket = Bucket(account_key("password", email), None)
    if wait := count_attempt(bucket).seconds:
        raise Throttled(wait)
    if proof.password:
        if not is_password(proof.password, hashed):
            record_event(EventKind.failed, user_id=user_id, email=email, detail="confirmation")
            raise Invalid(_("Incorrect password."), "password")
        factor = None
    else:
        factor = check_factor(user_id, g.auth_session_id, proof.code, proof.answer)
        if factor is None:
            record_event(EventKind.second_failed, user_id=user_id, email=email, detail="confirmation")
            raise Invalid(_("Incorrect code or passkey. Try again with a new code."), "code")
    with own_transaction() as own:
        reset_bucket(own, bucket)
        fresh = sa.update(AuthSession).where(AuthSession.id == g.auth_session_id, AuthSession.user_id == user_id)
        own.execute(fresh.values(authenticated_at=clock.now()))
        add_event(own, EventKind.confirmed, user_id=user_id)
    if factor is Factor.recovery_code:
        report_recovery(user_id)


def sign_out() -> None:
    """End this browser's session, in the request's transaction, and empty its cookie."""
    if g.actor is not None and g.get("auth_session_id"):
        end_session(g.auth_session_id, g.actor.id)
        add_event(db.session(), EventKind.signed_out)
    session.clear()
