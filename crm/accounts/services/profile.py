"""Changes that users make to their own account: profile, password, sessions, password reset."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import g

from crm.accounts.devices import delete_device_of_session, delete_devices, device_of_session
from crm.accounts.links import LinkPurpose, load_link_user
from crm.accounts.mails import Notice, mail_notice, mail_reset, send_dummy_reset
from crm.accounts.passwords import check_new_password, hash_password, verify_password
from crm.accounts.policy import PER_ACCOUNT, RESETS_PER_ACCOUNT, RESETS_PER_ADDRESS, EventKind
from crm.accounts.queries import password_context
from crm.accounts.security_log import add_event, record_event
from crm.accounts.sessions import address, end_session, end_sessions
from crm.accounts.sign_in import Throttled
from crm.accounts.throttle import Bucket, account_key, address_key, count_tries, reset_bucket
from crm.core.data.base import db, new_uid, reading
from crm.core.data.identity import User
from crm.core.data.own_transaction import own_transaction
from crm.core.errors import Invalid
from crm.core.policy import DateFormat, ReminderChoice
from crm.core.words import _


@dataclass(frozen=True)
class Profile:
    """A user's own settings."""

    name: str
    native_name: str | None
    zone: str
    country: str
    language: str
    date_format: DateFormat | None
    digest_hour: int
    reminders: ReminderChoice
    keys_on: bool


def change_profile(user: User, profile: Profile) -> None:
    for name in Profile.__dataclass_fields__:
        setattr(user, name, getattr(profile, name))
    db.session.flush()


def change_password(user: User, current: str, new: str) -> None:
    """Change the user's own password, and end all other sessions and all links. Raises Throttled, Invalid on a field.

    Wrong current passwords count like failed sign-ins, so that they can't be guessed in an open browser.
    """
    user_id, old_hash, email, context = user.id, user.password, user.email, password_context(user)
    db.session.rollback()
    if wait := count_tries((account_key("password", email), PER_ACCOUNT)):
        raise Throttled(wait)
    if not verify_password(current, old_hash):
        record_event(EventKind.failed, user_id=user_id, email=email, detail="current password")
        raise Invalid(_("Incorrect password."), "current_password")
    hashed = hash_password(check_new_password(new, *context))
    user = db.session.get_one(User, user_id)
    if user.password != old_hash or not user.active:
        raise Invalid(_("Incorrect password."), "current_password")
    _set_password(user, hashed, EventKind.password_changed, keep_id=g.get("auth_session_id"))


def set_password_by_link(purpose: LinkPurpose, token: str, password: str) -> User:
    """Set a password with a link, which works once. Raises NotFound for an expired link, Invalid on `password`.

    Wrong passwords of unknown devices are forgotten: those of an attack don't lock out the owner who has just used the
    link. The browser doesn't become a known device, and wrong codes still count: the link proves no second factor.
    """
    user = load_link_user(purpose, token)
    context = password_context(user)
    # The slow hash must not hold the lock; the link is checked again after it.
    db.session.rollback()
    hashed = hash_password(check_new_password(password, *context))
    user = load_link_user(purpose, token)
    _set_password(user, hashed, EventKind.password_set)
    reset_bucket(db.session(), Bucket(account_key("login", user.email), None))
    return user


def _set_password(user: User, hashed: str, kind: EventKind, *, keep_id: int | None = None) -> None:
    had_password = user.password is not None
    user.password = hashed
    user.fs_uniquifier = new_uid()
    end_sessions(user.id, keep_id=keep_id)
    delete_devices(user.id, keep_id=device_of_session(keep_id))
    if had_password:
        mail_notice(user, Notice.password_changed)
    add_event(db.session(), kind, user_id=user.id, email=user.email)
    db.session.flush()


def request_reset(email: str) -> None:
    """Email a link for choosing a new password, if there is such a user. The result doesn't show whether there is.

    Raises Throttled after too many requests from one address. An account with too many requests gets no more emails.
    """
    db.session.rollback()
    email = email.strip().lower()
    if wait := count_tries((address_key("reset", address()), RESETS_PER_ADDRESS)):
        raise Throttled(wait)
    wait_for_account = count_tries((account_key("reset", email), RESETS_PER_ACCOUNT))
    stmt = sa.select(User.id).where(User.email == email, User.active)
    with reading(), own_transaction() as own:
        user_id = own.scalar(stmt)
    record_event(EventKind.reset_requested, user_id=user_id, email=email)
    if user_id is not None and not wait_for_account:
        mail_reset(db.session.get_one(User, user_id))
    else:
        send_dummy_reset()


def end_own_session(user_id: int, session_id: int) -> bool:
    """End one of the user's sessions and delete its known device; return False if there is no such session."""
    ended = end_session(session_id, user_id)
    if ended:
        delete_device_of_session(session_id)
        add_event(db.session(), EventKind.session_ended, user_id=user_id)
    return ended


def end_other_sessions(user_id: int) -> int:
    """End all other sessions of a user and delete all other known devices; return the number of ended sessions."""
    ended = end_sessions(user_id, keep_id=g.get("auth_session_id"))
    delete_devices(user_id, keep_id=device_of_session(g.get("auth_session_id")))
    add_event(db.session(), EventKind.ended_others, user_id=user_id)
    return ended
