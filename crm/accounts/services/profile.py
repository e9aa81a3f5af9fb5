"""What everybody does with the own account: profile, password, sessions, a lost password."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import g

from crm.accounts.devices import device_of_session, forget_device_of, forget_devices
from crm.accounts.links import Purpose, user_of_link
from crm.accounts.mails import Notice, mail_notice, mail_reset, send_dummy_reset
from crm.accounts.passwords import check_new_password, hash_password, is_password
from crm.accounts.policy import PER_ACCOUNT, RESETS_PER_ACCOUNT, RESETS_PER_ADDRESS, EventKind
from crm.accounts.queries import password_context
from crm.accounts.security_log import add_event, record_event
from crm.accounts.sessions import address, end_session, end_sessions
from crm.accounts.sign_in import Throttled
from crm.accounts.throttle import account_key, address_key, count_tries
from crm.core.data.base import db, new_uid, own_transaction, reading
from crm.core.data.identity import User
from crm.core.errors import Invalid
from crm.core.policy import DateFormat, ReminderChoice
from crm.core.words import _


@dataclass(frozen=True)
class Profile:
    """What everybody says of themselves."""

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
    """Keep what a user says of themselves."""
    for name in Profile.__dataclass_fields__:
        setattr(user, name, getattr(profile, name))
    db.session.flush()


def change_password(user: User, current: str, new: str) -> None:
    """Change the own password; every other session and every link ends. Raises Invalid on its field.

    Wrong current passwords count like failed sign-ins: whoever finds a browser open cannot try for ever.
    """
    user_id, kept, email, about = user.id, user.password, user.email, password_context(user)
    db.session.rollback()
    if wait := count_tries((account_key("password", email), PER_ACCOUNT)):
        raise Throttled(wait)
    if not is_password(current, kept):
        record_event(EventKind.failed, user_id=user_id, email=email, detail="current password")
        raise Invalid(_("Incorrect password."), "current_password")
    hashed = hash_password(check_new_password(new, *about))
    user = db.session.get_one(User, user_id)
    if user.password != kept or not user.active:
        raise Invalid(_("Incorrect password."), "current_password")
    _set_password(user, hashed, EventKind.password_changed, but=g.get("auth_session_id"))


def set_password_by_link(purpose: Purpose, token: str, password: str) -> User:
    """Choose a password with a link, once. Raises NotFound for a dead link, Invalid on `password`."""
    found = user_of_link(purpose, token)
    about = password_context(found)
    # The slow hash must not hold the lock; the link is asked again after it.
    db.session.rollback()
    hashed = hash_password(check_new_password(password, *about))
    user = user_of_link(purpose, token)
    _set_password(user, hashed, EventKind.password_set)
    return user


def _set_password(user: User, hashed: str, what: EventKind, *, but: int | None = None) -> None:
    had_one = user.password is not None
    user.password = hashed
    user.fs_uniquifier = new_uid()
    end_sessions(user.id, but=but)
    forget_devices(user.id, but=device_of_session(but))
    if had_one:
        mail_notice(user, Notice.password_changed)
    add_event(db.session(), what, user_id=user.id, email=user.email)
    db.session.flush()


def ask_reset(email: str) -> None:
    """Mail a link to a new password if there is such a user; nobody learns whether there is.

    Raises Throttled for an address that asks for many; an account that was asked for often gets no further mail.
    """
    db.session.rollback()
    email = email.strip().lower()
    if wait := count_tries((address_key("reset", address()), RESETS_PER_ADDRESS)):
        raise Throttled(wait)
    often = count_tries((account_key("reset", email), RESETS_PER_ACCOUNT))
    stmt = sa.select(User.id).where(User.email == email, User.active)
    with reading(), own_transaction() as own:
        user_id = own.scalar(stmt)
    record_event(EventKind.reset_asked, user_id=user_id, email=email)
    if user_id is not None and not often:
        mail_reset(db.session.get_one(User, user_id))
    else:
        send_dummy_reset()


def end_own_session(user_id: int, session_id: int) -> bool:
    """End one of the user's own sessions; its device is no longer known."""
    ended = end_session(session_id, user_id)
    if ended:
        forget_device_of(session_id)
        add_event(db.session(), EventKind.session_ended, user_id=user_id)
    return ended


def end_other_sessions(user_id: int) -> int:
    """Sign out everywhere else, and forget all other devices; gives how many sessions ended."""
    ended = end_sessions(user_id, but=g.get("auth_session_id"))
    forget_devices(user_id, but=device_of_session(g.get("auth_session_id")))
    add_event(db.session(), EventKind.ended_others, user_id=user_id)
    return ended
