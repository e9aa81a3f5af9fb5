"""The second step of a sign-in: a code or a passkey after the password, in the same browser, within 10 minutes.

The password creates a session row without `authenticated_at`, which gives no access. Everything here is written in
short transactions of its own, like the first step.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask import session as cookie
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import reading
from crm.core.data.identity import User
from crm.core.data.own_transaction import own_transaction
from crm.core.tokens import hash_token, new_token

from . import passkeys, recovery
from .devices import device_hash
from .models import AuthenticatorApp, AuthSession, KnownDevice, Passkey
from .policy import SECOND_STEP_TIMEOUT, SecondFactor
from .sessions import address, device
from .totp import find_accepted_step

COOKIE_KEY = "second_step"


class PendingSignIn(NamedTuple):
    """A sign-in whose second step is missing."""

    session_id: int
    user_id: int
    email: str
    last_seen_at: datetime | None
    known_device_id: int | None


def start_second_step(own: Session, user_id: int) -> str:
    """Create the session row that waits for the second step; return the secret for its cookie."""
    secret = new_token()
    now = clock.now()
    row = AuthSession(token_hash=hash_token(secret), user_id=user_id, created_at=now, seen_at=now)
    row.device, row.address = device(), address()
    own.add(row)
    return secret


def find_pending() -> PendingSignIn | None:
    """Return the sign-in of this browser that waits for the second step; None if there is none or it has expired."""
    secret = cookie.get(COOKIE_KEY)
    if not isinstance(secret, str):
        return None
    this_device = sa.and_(KnownDevice.user_id == User.id, KnownDevice.token_hash == device_hash())
    stmt = (
        sa.select(AuthSession.id, User.id, User.email, User.last_seen_at, KnownDevice.id)
        .join(User, User.id == AuthSession.user_id)
        .outerjoin(KnownDevice, this_device)
        .where(
            AuthSession.token_hash == hash_token(secret),
            AuthSession.authenticated_at.is_(None),
            AuthSession.ended_at.is_(None),
            AuthSession.created_at > clock.now() - SECOND_STEP_TIMEOUT,
            User.active,
        )
    )
    with reading(), own_transaction() as own:
        row = own.execute(stmt).one_or_none()
    return PendingSignIn(*row) if row else None


def offers_passkeys(pending: PendingSignIn | None) -> bool:
    """Return whether the page of the second step offers a passkey."""
    return pending is not None and passkeys.is_available() and bool(list_passkeys(pending.user_id))


def check_factor(user_id: int, session_id: int, code: str, answer: str) -> SecondFactor | None:
    """Check a code, or a passkey's answer to the challenge of a session, and mark it as used.

    Returns the kind of factor, or None if it is wrong or was used.
    """
    if answer:
        return SecondFactor.passkey if _accepts_passkey(user_id, session_id, answer) else None
    if recovery.is_recovery_code(code):
        with own_transaction() as own:
            return SecondFactor.recovery_code if recovery.use_code(own, user_id, code) else None
    return SecondFactor.app if _accepts_app_code(user_id, code) else None


def _accepts_app_code(user_id: int, code: str) -> bool:
    app = AuthenticatorApp
    with reading(), own_transaction() as own:
        row = own.execute(sa.select(app.secret, app.last_counter).where(app.user_id == user_id)).one_or_none()
    step = find_accepted_step(row.secret, code, row.last_counter, clock.now()) if row else None
    if row is None or step is None:
        return False
    # Of two simultaneous requests with the same code only one updates the row.
    unused = app.user_id == user_id, app.secret == row.secret, app.last_counter < step
    with own_transaction() as own:
        result = own.execute(sa.update(app).where(*unused).values(last_counter=step))
        return bool(result.rowcount)  # type: ignore[attr-defined]


def passkey_options(user_id: int, session_id: int) -> str:
    """Return the options for the browser's script to use one of the user's passkeys, as JSON; store the challenge."""
    passkey_request = passkeys.authentication_request(list_passkeys(user_id))
    store_challenge(session_id, passkey_request.challenge)
    return passkey_request.options


def _accepts_passkey(user_id: int, session_id: int, answer: str) -> bool:
    challenge = take_challenge(session_id)
    verified = passkeys.verify_authentication(answer, challenge, list_passkeys(user_id)) if challenge else None
    if verified is None:
        return False
    row, sign_count = verified
    with own_transaction() as own:
        used = sa.update(Passkey).where(Passkey.id == row.id)
        own.execute(used.values(sign_count=sign_count, used_at=clock.now()))
    return True


def list_passkeys(user_id: int) -> list[Passkey]:
    """Return the passkeys of a user, read in a transaction of its own."""
    with reading(), own_transaction() as own:
        rows = list(own.scalars(sa.select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)))
        own.expunge_all()
    return rows


def store_challenge(session_id: int, challenge: str) -> None:
    """Store the challenge that a passkey must sign next in this session."""
    with own_transaction() as own:
        own.execute(sa.update(AuthSession).where(AuthSession.id == session_id).values(challenge=challenge))


def take_challenge(session_id: int) -> str | None:
    """Return the challenge of a session and clear it: it can be used for one answer only."""
    with own_transaction() as own:
        challenge = own.scalar(sa.select(AuthSession.challenge).where(AuthSession.id == session_id))
        stmt = sa.update(AuthSession).where(AuthSession.id == session_id, AuthSession.challenge == challenge)
        result = own.execute(stmt.values(challenge=None))
        return challenge if result.rowcount else None  # type: ignore[attr-defined]
