"""Sign in and out, and confirm the identity of a user who is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask import g, session
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import db, reading
from crm.core.data.identity import User
from crm.core.data.own_transaction import own_transaction
from crm.core.errors import Invalid, Problem
from crm.core.words import _, ngettext

from .devices import add_known_device, device_hash
from .factors import has_factor
from .mails import Notice, mail_notice, send_dummy_notice
from .models import AuthSession, KnownDevice
from .passwords import verify_password
from .policy import EventKind, SecondFactor
from .recovery import count_unused
from .second_step import COOKIE_KEY as SECOND_STEP
from .second_step import PendingSignIn, check_factor, start_second_step
from .security_log import add_event, record_event
from .sessions import (
    add_session,
    address,
    day_device_key,
    end_replaced_session,
    end_session,
    set_session_cookie,
    update_last_seen,
)
from .throttle import Bucket, account_key, bucket_for, count_attempt, reset_bucket, starts_episode


class Throttled(Problem):
    """Too many attempts; `seconds` to wait."""

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        text = ngettext(
            "Too many attempts. Wait %(num)s minute, then try again.",
            "Too many attempts. Wait %(num)s minutes, then try again.",
            minutes,
        )
        super().__init__(text)
        self.seconds = seconds


class _LoginAccount(NamedTuple):
    id: int
    password: str | None
    last_seen_at: datetime | None
    known_device_id: int | None
    has_factor: bool


def sign_in(email: str, password: str) -> bool:
    """Sign this browser in; return False if a second step must follow.

    Raises Throttled before anything is compared, and Invalid with the same text for every other reason. Everything is
    written in transactions of its own, so that failures count and the slow comparison holds no lock.
    """
    db.session.rollback()
    email = email.strip().lower()
    account = _find(email)
    bucket = bucket_for("login", email, address(), account.known_device_id if account else None)
    wait = count_attempt(bucket)
    if wait.seconds:
        # One event per window, so that many attempts don't fill the log.
        if wait.is_first_refusal:
            record_event(EventKind.throttled, email=email)
        if bucket.is_for_unknown_devices:
            _report_attack(email, account.id if account else None)
        raise Throttled(wait.seconds)
    if not verify_password(password, account.password if account else None) or account is None:
        record_event(EventKind.failed, user_id=account.id if account else None, email=email)
        raise Invalid(_("Incorrect email or password."))
    if account.has_factor:
        with own_transaction() as own:
            _require_unchanged(own, account)
            end_replaced_session(own)
            reset_bucket(own, bucket)
            secret = start_second_step(own, account.id)
        set_session_cookie(secret, SECOND_STEP)
        return False
    _admit(account.id, email, bucket, is_first=account.last_seen_at is None, account=account)
    return True


def _require_unchanged(own: Session, account: _LoginAccount) -> None:
    """Raise Invalid if the password was changed, or the user deactivated, while the password was compared."""
    if not _lock_active_user(own, User.id == account.id, User.password == account.password):
        raise Invalid(_("Incorrect email or password."))


def _lock_active_user(own: Session, *where: sa.ColumnElement[bool]) -> bool:
    """Return whether there is an active user under these conditions.

    Until this transaction ends, others can't change the user: a new password ends the sessions that exist by then.
    """
    stmt = sa.select(User.id).where(User.active, *where)
    return own.scalar(stmt.with_for_update(key_share=True)) is not None


def complete_sign_in(pending: PendingSignIn, code: str, answer: str) -> None:
    """Complete a sign-in with its second factor. Raises Throttled, and Invalid on `code` if the factor is wrong."""
    db.session.rollback()
    bucket = bucket_for("second", pending.email, address(), pending.known_device_id)
    wait = count_attempt(bucket)
    if wait.seconds:
        if wait.is_first_refusal:
            record_event(EventKind.throttled, user_id=pending.user_id, email=pending.email, detail="second factor")
        if bucket.is_for_unknown_devices:
            _report_attack(pending.email, pending.user_id, Notice.second_attack_warning)
        raise Throttled(wait.seconds)
    factor = check_factor(pending.user_id, pending.session_id, code, answer)
    if factor is None:
        record_event(EventKind.second_failed, user_id=pending.user_id, email=pending.email)
        raise Invalid(_("Incorrect code or passkey. Try again with a new code."), "code")
    is_first = pending.last_seen_at is None
    _admit(pending.user_id, pending.email, bucket, is_first=is_first, pending_id=pending.session_id)
    if factor is SecondFactor.recovery_code:
        report_recovery(pending.user_id)


def report_recovery(user_id: int) -> None:
    """Log and email that a recovery code was used, and how many are left."""
    add_event(db.session(), EventKind.recovery_used, user_id=user_id)
    user = db.session.get_one(User, user_id)
    mail_notice(user, Notice.recovery_used, codes_left=count_unused(db.session(), user_id))


def _find(email: str) -> _LoginAccount | None:
    this_device = sa.and_(KnownDevice.user_id == User.id, KnownDevice.token_hash == device_hash())
    columns = User.id, User.password, User.last_seen_at, KnownDevice.id, has_factor(User.id)
    stmt = sa.select(*columns).outerjoin(KnownDevice, this_device)
    with reading(), own_transaction() as own:
        row = own.execute(stmt.where(User.email == email, User.active)).one_or_none()
    return _LoginAccount(*row) if row else None


def _admit(
    user_id: int,
    email: str,
    bucket: Bucket,
    *,
    is_first: bool,
    account: _LoginAccount | None = None,
    pending_id: int | None = None,
) -> None:
    """Start the session of a user after a complete sign-in, and mark the device as known. Raises Invalid.

    The sign-in is that of `account`, or the one that waited for its second step.
    """
    with own_transaction() as own:
        if account is not None:
            _require_unchanged(own, account)
        if pending_id is not None:
            _end_pending(own, user_id, pending_id)
        end_replaced_session(own)
        reset_bucket(own, bucket)
        device = add_known_device(own, user_id)
        secret = add_session(own, user_id, device.id)
        update_last_seen(own, user_id)
        add_event(own, EventKind.signed_in, user_id=user_id, email=email)
    set_session_cookie(secret)
    # No notice of the very first sign-in: the user has just chosen a password.
    if device.is_new and not is_first:
        add_event(db.session(), EventKind.new_device, user_id=user_id, email=email)
        mail_notice(db.session.get_one(User, user_id), Notice.new_device, once=day_device_key())


def _end_pending(own: Session, user_id: int, pending_id: int) -> None:
    """Delete the session row that waited for the second step. Raises Invalid if it has ended, by a new password too."""
    pending = sa.delete(AuthSession).where(AuthSession.id == pending_id, AuthSession.ended_at.is_(None))
    # The user first, as where a password is changed: otherwise each could wait for the other.
    if not _lock_active_user(own, User.id == user_id) or not own.execute(pending).rowcount:  # type: ignore[attr-defined]
        raise Invalid(_("Your sign-in expired. Sign in again."))


def _report_attack(email: str, user_id: int | None, notice: Notice = Notice.attack_warning) -> None:
    """Email the owner of an account that is under attack, once per episode. Commits, because the request is refused.

    For an unknown email address the same work is done without sending, so that the response time is the same.
    """
    if not starts_episode(notice.value, email):
        return
    if user_id is None:
        send_dummy_notice()
        return
    add_event(db.session(), EventKind.attack_warning, user_id=user_id, email=email)
    mail_notice(db.session.get_one(User, user_id), notice)
    db.session.commit()


class IdentityProof(NamedTuple):
    """What a user enters to confirm their identity: one of these."""

    password: str = ""
    code: str = ""
    answer: str = ""


def confirm_identity(user: User, proof: IdentityProof) -> None:
    """Mark this session as recently authenticated, by password or second factor. Raises Throttled, Invalid.

    It keeps its secret: requests of other tabs that are under way send the former cookie, and a response can be lost.
    """
    user_id, hashed, email = user.id, user.password, user.email
    db.session.rollback()
    bucket = Bucket(account_key("password", email), None)
    if wait := count_attempt(bucket).seconds:
        raise Throttled(wait)
    if proof.password:
        if not verify_password(proof.password, hashed):
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
        stmt = sa.update(AuthSession).where(AuthSession.id == g.auth_session_id, AuthSession.user_id == user_id)
        own.execute(stmt.values(authenticated_at=clock.now()))
        add_event(own, EventKind.confirmed, user_id=user_id)
    if factor is SecondFactor.recovery_code:
        report_recovery(user_id)


def sign_out() -> None:
    """End this browser's session in the request's transaction, and clear its cookie."""
    if g.actor is not None and g.get("auth_session_id"):
        end_session(g.auth_session_id, g.actor.id)
        add_event(db.session(), EventKind.signed_out)
    session.clear()
