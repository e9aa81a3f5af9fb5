"""Add, remove and reset second factors, and create recovery codes."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app, g

from crm.accounts import passkeys
from crm.accounts.devices import delete_devices
from crm.accounts.factors import has_factor
from crm.accounts.mails import Notice, mail_notice
from crm.accounts.models import AuthenticatorApp, Passkey
from crm.accounts.policy import PER_ACCOUNT, EventKind, SecondFactor, requires_second_factor
from crm.accounts.recovery import count_unused, delete_codes, replace_codes
from crm.accounts.second_step import take_challenge
from crm.accounts.security_log import add_event
from crm.accounts.sessions import end_sessions
from crm.accounts.sign_in import Throttled
from crm.accounts.throttle import account_key, count_tries
from crm.accounts.totp import find_accepted_step
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.locks import lock_row
from crm.core.errors import Invalid, NotFound
from crm.core.words import _

MAX_PASSKEYS = 10


def add_app(user_id: int, secret: str, code: str) -> list[str]:
    """Set up the authenticator app that shares this secret; it replaces an earlier one.

    Returns new recovery codes if the user has none left, else an empty list. Raises Throttled, and Invalid on `code`.
    """
    db.session.rollback()
    email = db.session.get_one(User, user_id).email
    db.session.rollback()
    if wait := count_tries((account_key("setup", email), PER_ACCOUNT)):
        raise Throttled(wait)
    step = find_accepted_step(secret, code, 0, clock.now())
    if step is None:
        raise Invalid(_("Incorrect code. Enter the current code from the app."), "code")
    app = db.session.get(AuthenticatorApp, user_id) or AuthenticatorApp(user_id=user_id)
    app.secret, app.last_counter, app.created_at = secret, step, clock.now()
    db.session.add(app)
    return _added(db.session.get_one(User, user_id), str(SecondFactor.app.label))


def add_passkey(user: User, name: str, answer: str) -> list[str]:
    """Store a passkey that the browser has created; returns the same as `add_app`. Raises Invalid on `name`."""
    user_id = user.id
    db.session.rollback()
    challenge = take_challenge(g.auth_session_id)
    new = passkeys.verify_registration(answer, challenge) if challenge else None
    if new is None:
        raise Invalid(_("Your browser didn't create a passkey. Try again."), "name")
    duplicate = sa.select(Passkey.id).where(Passkey.credential_id == new.credential_id)
    count = sa.select(sa.func.count()).select_from(Passkey).where(Passkey.user_id == user_id)
    if db.session.scalar(duplicate) or (db.session.scalar(count) or 0) >= MAX_PASSKEYS:
        raise Invalid(
            _("This passkey already exists, or you've reached the limit of %(n)d passkeys.", n=MAX_PASSKEYS), "name"
        )
    db.session.add(Passkey(user_id=user_id, name=name, created_at=clock.now(), **new._asdict()))
    return _added(db.session.get_one(User, user_id), f"{SecondFactor.passkey.label}: {name}")


def _added(user: User, detail: str) -> list[str]:
    add_event(db.session(), EventKind.factor_added, user_id=user.id, email=user.email, detail=detail)
    mail_notice(user, Notice.factor_added, detail=detail)
    db.session.flush()
    return [] if count_unused(db.session(), user.id) else replace_codes(db.session(), user.id)


def create_recovery_codes(user: User) -> list[str]:
    """Replace the recovery codes of a user and return the new ones. Raises Invalid without a second factor."""
    if not db.session.scalar(sa.select(has_factor(user.id))):
        raise Invalid(_("Set up two-factor authentication first."))
    codes = replace_codes(db.session(), user.id)
    add_event(db.session(), EventKind.codes_generated, user_id=user.id, email=user.email)
    mail_notice(user, Notice.codes_generated)
    db.session.flush()
    return codes


def remove_app(user: User) -> None:
    """Remove the authenticator app of a user. Raises Invalid without one, or if the last required factor would go."""
    lock_row(User, user.id)
    app = db.session.get(AuthenticatorApp, user.id)
    if app is None:
        raise Invalid(_("You haven't set up an authenticator app."))
    _remove(user, app, str(SecondFactor.app.label))


def remove_passkey(user: User, passkey_id: int) -> None:
    """Remove a passkey of a user. Raises NotFound, and Invalid if the last required factor would go."""
    lock_row(User, user.id)
    row = db.session.scalar(sa.select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user.id))
    if row is None:
        raise NotFound
    _remove(user, row, f"{SecondFactor.passkey.label}: {row.name}")


def _remove(user: User, row: AuthenticatorApp | Passkey, detail: str) -> None:
    """Remove a factor of a user who is locked: the second of two requests waits, and loads what the first left."""
    db.session.delete(row)
    db.session.flush()
    if not db.session.scalar(sa.select(has_factor(user.id))):
        if requires_second_factor(current_app.config["CRM_REQUIRE_SECOND_FACTOR"], user.role):
            raise Invalid(_("Add another method first. Your role requires two-factor authentication."))
        delete_codes(db.session(), user.id)
    add_event(db.session(), EventKind.factor_removed, user_id=user.id, email=user.email, detail=detail)
    mail_notice(user, Notice.factor_removed, detail=detail)
    db.session.flush()


def reset_factors(user: User) -> None:
    """Remove all second factors of a user and end the sessions. Raises Invalid if the user has none."""
    if not db.session.scalar(sa.select(has_factor(user.id))):
        raise Invalid(_("%(name)s hasn't set up two-factor authentication.", name=user.name))
    for table in (AuthenticatorApp, Passkey):
        db.session.execute(sa.delete(table).where(table.user_id == user.id))
    delete_codes(db.session(), user.id)
    end_sessions(user.id)
    delete_devices(user.id)
    add_event(db.session(), EventKind.factor_reset, user_id=user.id, email=user.email)
    mail_notice(user, Notice.factor_reset)
    db.session.flush()
