"""Known devices: browsers in which a user has completed a sign-in. Failed attempts on other devices don't block them.

The browser has a random secret in a signed cookie; the table has its hash for each user.
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import db
from crm.core.tokens import hash_token, new_token
from crm.core.web.security import cookie_name

from .models import AuthSession, KnownDevice
from .policy import KNOWN_DEVICE_LIFETIME

COOKIE = "causeway_device"


class Device(NamedTuple):
    """The known device of this browser for a user."""

    id: int
    is_new: bool


def device_hash() -> str | None:
    """Return the hash of the secret in this browser's device cookie; None if it is missing or forged."""
    secret = _secret()
    return hash_token(secret) if secret else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known-device")


def _secret() -> str | None:
    try:
        secret = _signer().loads(request.cookies.get(cookie_name(COOKIE), ""))
    except BadSignature:
        return None
    return secret if isinstance(secret, str) else None


def add_known_device(own: Session, user_id: int) -> Device:
    """Mark this browser as known for a user after a complete sign-in, and send its cookie."""
    secret = _secret() or new_token()
    token_hash = hash_token(secret)
    now = clock.now()
    row = own.scalar(sa.select(KnownDevice).where(KnownDevice.user_id == user_id, KnownDevice.token_hash == token_hash))
    is_new = row is None
    if row is None:
        row = KnownDevice(user_id=user_id, token_hash=token_hash, created_at=now)
        own.add(row)
    row.seen_at = now
    own.flush()
    _send_cookie(secret)
    return Device(row.id, is_new)


def _send_cookie(secret: str) -> None:
    value = _signer().dumps(secret)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    age = int(KNOWN_DEVICE_LIFETIME.total_seconds())

    @after_this_request
    def send(response: Response) -> Response:
        response.set_cookie(cookie_name(COOKIE), value, max_age=age, httponly=True, secure=secure, samesite="Lax")
        return response


def delete_devices(user_id: int, *, keep_id: int | None = None) -> None:
    """Delete the known devices of a user except `keep_id`, in this transaction."""
    stmt = sa.delete(KnownDevice).where(KnownDevice.user_id == user_id)
    if keep_id is not None:
        stmt = stmt.where(KnownDevice.id != keep_id)
    db.session.execute(stmt)


def delete_device_of_session(session_id: int) -> None:
    """Delete the known device on which a session was started, in this transaction."""
    used = sa.select(AuthSession.known_device_id).where(AuthSession.id == session_id)
    db.session.execute(sa.delete(KnownDevice).where(KnownDevice.id.in_(used)))


def device_of_session(session_id: int | None) -> int | None:
    """Return the id of the known device on which a session was started; None if there is none."""
    if session_id is None:
        return None
    return db.session.scalar(sa.select(AuthSession.known_device_id).where(AuthSession.id == session_id))
