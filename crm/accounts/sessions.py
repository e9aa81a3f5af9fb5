"""Sessions: the cookie has a random secret, `auth_session` its hash. Each request reads the actor in one statement."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
import structlog
from flask import current_app, g, request, session
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import Instant, db, fetch
from crm.core.data.identity import ACTOR_COLUMNS, Membership, User, actor_of
from crm.core.data.own_transaction import own_transaction
from crm.core.policy import Actor
from crm.core.tokens import hash_token, new_token

from .models import AuthSession
from .policy import LAST_SEEN_INTERVAL

COOKIE_KEY = "secret"
SESSION_RETENTION = timedelta(days=60)
"""How long ended sessions are kept, for questions about a sign-in."""
log = structlog.get_logger()


class SessionLimits(NamedTuple):
    """How long sessions last unused and in all, and how long a sign-in counts as recent."""

    idle_for: timedelta
    max_age: timedelta
    fresh_for: timedelta


def session_limits() -> SessionLimits:
    """Return the limits of sessions from the settings."""
    config = current_app.config
    return SessionLimits(
        timedelta(hours=config["CRM_SESSION_IDLE_HOURS"]),
        timedelta(days=config["CRM_SESSION_DAYS"]),
        timedelta(minutes=config["CRM_FRESH_MINUTES"]),
    )


def is_current_session(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition of current sessions."""
    limits = session_limits()
    return _is_current(now - limits.idle_for, now - limits.max_age)


def _is_current(seen_after: Any, created_after: Any) -> sa.ColumnElement[bool]:
    return sa.and_(
        AuthSession.ended_at.is_(None),
        AuthSession.authenticated_at.is_not(None),
        AuthSession.seen_at > seen_after,
        AuthSession.created_at > created_after,
    )


_SESSION_STMT = (
    sa.select(
        AuthSession.id.label("session_id"),
        AuthSession.seen_at,
        AuthSession.authenticated_at,
        Membership.team_id,
        *ACTOR_COLUMNS,
    )
    .join(User, User.id == AuthSession.user_id)
    .outerjoin(Membership, Membership.user_id == User.id)
    .where(
        AuthSession.token_hash == sa.bindparam("secret"),
        User.active,
        _is_current(sa.bindparam("seen_after", type_=Instant), sa.bindparam("created_after", type_=Instant)),
    )
    .order_by(Membership.position, Membership.team_id)
)


def load_request_actor() -> Actor | None:
    """Return the user of this request's session; None for a guest, an ended session or a deactivated user."""
    secret = session.get(COOKIE_KEY)
    if not isinstance(secret, str):
        return None
    now = clock.now()
    limits = session_limits()
    values = {"seen_after": now - limits.idle_for, "created_after": now - limits.max_age}
    rows = fetch(_SESSION_STMT, values | {"secret": hash_token(secret)})
    if not rows:
        return None
    first = rows[0]
    g.auth_session_id = first.session_id
    g.is_fresh = now - first.authenticated_at < limits.fresh_for
    if now - first.seen_at >= LAST_SEEN_INTERVAL:
        g.after_response.append(lambda: _note_seen(first.session_id, first.id, now))
    # The row has the columns that `actor_of` reads; loading the user would be a second statement.
    return actor_of(cast("User", first), [row.team_id for row in rows if row.team_id is not None])


def _note_seen(session_id: int, user_id: int, now: datetime) -> None:
    """Write when the session was last used, after the response; a busy database must not break the page."""
    try:
        with own_transaction() as own:
            # The user first, as at sign-in: otherwise each could wait for the other.
            update_last_seen(own, user_id)
            own.execute(sa.update(AuthSession).where(AuthSession.id == session_id).values(seen_at=now))
    except DBAPIError as error:
        log.warning("last_seen_not_kept", error=str(error.orig))


def update_last_seen(own: Session, user_id: int) -> None:
    """Write when a user was last seen; with SQL Core, so that version and history of the user don't change."""
    user: Any = User.__table__
    own.execute(sa.update(user).where(user.c.id == user_id).values(last_seen_at=clock.now()))


def add_session(own: Session, user_id: int, known_device_id: int | None) -> str:
    """Create a session and return the secret for its cookie."""
    secret = new_token()
    now = clock.now()
    row = AuthSession(token_hash=hash_token(secret), user_id=user_id, created_at=now, seen_at=now, authenticated_at=now)
    row.known_device_id = known_device_id
    row.device, row.address = device(), address()
    own.add(row)
    return secret


def end_replaced_session(own: Session) -> None:
    """End the session that this browser had until now, if any: a new sign-in replaces it.

    The request has no user from then on, because the new user may be another one.
    """
    stmt = sa.update(AuthSession).where(AuthSession.id == g.get("auth_session_id"), AuthSession.ended_at.is_(None))
    own.execute(stmt.values(ended_at=clock.now()))
    g.actor = None


def set_session_cookie(secret: str, key: str = COOKIE_KEY) -> None:
    """Put a session into the cookie of this browser; everything else in the cookie is removed, also the CSRF token."""
    session.clear()
    # Forms in this same response need a token of the new session.
    g.pop("csrf_token", None)
    session[key] = secret
    session.permanent = True


def end_sessions(user_id: int, *, keep_id: int | None = None) -> int:
    """End the sessions of a user except `keep_id`, in this transaction; return the number."""
    stmt = sa.update(AuthSession).where(AuthSession.user_id == user_id, AuthSession.ended_at.is_(None))
    if keep_id is not None:
        stmt = stmt.where(AuthSession.id != keep_id)
    return int(db.session.execute(stmt.values(ended_at=clock.now())).rowcount)  # type: ignore[attr-defined]


def end_session(session_id: int, user_id: int) -> bool:
    """End one session of a user; return False if it isn't the user's or has ended."""
    stmt = sa.update(AuthSession).where(
        AuthSession.id == session_id, AuthSession.user_id == user_id, AuthSession.ended_at.is_(None)
    )
    return bool(db.session.execute(stmt.values(ended_at=clock.now())).rowcount)  # type: ignore[attr-defined]


def delete_old_sessions_stmt(now: datetime) -> sa.Delete:
    """Return the statement that deletes sessions which expired more than `SESSION_RETENTION` ago."""
    return sa.delete(AuthSession).where(AuthSession.seen_at < now - SESSION_RETENTION - session_limits().max_age)


def address() -> str:
    """Return the IP address of the request."""
    return (request.remote_addr or "")[:60]


def device() -> str:
    """Return the user agent of the request, at most 200 characters."""
    return (request.user_agent.string or "")[:200]


def day_device_key() -> str:
    """Return a key of day, IP address and browser, so that the same new device is reported once a day."""
    text = f"{clock.now():%Y-%m-%d} {address()} {device()}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
