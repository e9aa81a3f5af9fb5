"""Who is asking: the cookie holds a random secret, `auth_session` its hash; one read a request."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
import structlog
from flask import current_app, g, request, session
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import Instant, db, fetch, own_transaction
from crm.core.data.identity import Membership, User, actor_of
from crm.core.policy import Actor

from .models import AuthSession
from .policy import LAST_SEEN_INTERVAL

COOKIE_KEY = "secret"
SESSION_RETENTION = timedelta(days=60)
"""How long ended sessions are kept, to answer questions about a sign-in."""
log = structlog.get_logger()


def hash_of(secret: str) -> str:
    """What is kept of a secret: it has 256 random bits, so that a plain digest is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Lengths(NamedTuple):
    """How long sessions last, from the settings."""

    idle: timedelta
    longest: timedelta
    fresh: timedelta


def lengths() -> Lengths:
    """Return how long a session lasts unused, how long in all, and how long its authentication is fresh."""
    config = current_app.config
    return Lengths(
        timedelta(hours=config["CRM_SESSION_IDLE_HOURS"]),
        timedelta(days=config["CRM_SESSION_DAYS"]),
        timedelta(minutes=config["CRM_FRESH_MINUTES"]),
    )


def alive(now: datetime) -> sa.ColumnElement[bool]:
    """The condition of a session that still counts."""
    idle, longest, _fresh = lengths()
    return _since(now - idle, now - longest)


def _since(seen: Any, made: Any) -> sa.ColumnElement[bool]:
    return sa.and_(
        AuthSession.ended_at.is_(None),
        AuthSession.authenticated_at.is_not(None),
        AuthSession.seen_at > seen,
        AuthSession.created_at > made,
    )


_ASKED = (
    sa.select(
        AuthSession.id.label("session_id"),
        AuthSession.seen_at,
        AuthSession.authenticated_at,
        Membership.team_id,
        User.id,
        User.name,
        User.role,
        User.has_compliance,
        User.is_china_desk,
        User.zone,
        User.country,
        User.language,
        User.keys_on,
        User.date_format,
    )
    .join(User, User.id == AuthSession.user_id)
    .outerjoin(Membership, Membership.user_id == User.id)
    .where(
        AuthSession.token_hash == sa.bindparam("secret"),
        User.active,
        _since(sa.bindparam("seen_after", type_=Instant), sa.bindparam("made_after", type_=Instant)),
    )
    .order_by(Membership.position, Membership.team_id)
)


def actor_of_request() -> Actor | None:
    """The person whose session this is; None for a guest, an ended session, a disabled user. One statement."""
    secret = session.get(COOKIE_KEY)
    if not isinstance(secret, str):
        return None
    now = clock.now()
    idle, longest, fresh = lengths()
    rows = fetch(_ASKED, {"secret": hash_of(secret), "seen_after": now - idle, "made_after": now - longest})
    if not rows:
        return None
    first = rows[0]
    g.auth_session_id = first.session_id
    g.is_fresh = now - first.authenticated_at < fresh
    if now - first.seen_at >= LAST_SEEN_INTERVAL:
        g.after_commit.append(lambda: _note_seen(first.session_id, first.id, now))
    # The row has the columns of a user that an actor is made of; loading the user itself would be a second statement.
    return actor_of(cast("User", first), [row.team_id for row in rows if row.team_id is not None])


def _note_seen(session_id: int, user_id: int, now: datetime) -> None:
    """Keep when the session was last used, beside the request: that it is busy must not break a page."""
    try:
        with own_transaction() as own:
            own.execute(sa.update(AuthSession).where(AuthSession.id == session_id).values(seen_at=now))
            update_last_seen(own, user_id)
    except DBAPIError as error:
        log.warning("last_seen_not_kept", error=str(error.orig))


def update_last_seen(own: Session, user_id: int) -> None:
    """Keep that a user is here. By Core: neither a new version of the user nor a line of history."""
    user: Any = User.__table__
    own.execute(sa.update(user).where(user.c.id == user_id).values(last_seen_at=clock.now()))


def add_session(own: Session, user_id: int, known_device_id: int | None) -> str:
    """Write the row of a new session; gives the secret for its cookie."""
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    row = AuthSession(token_hash=hash_of(secret), user_id=user_id, created_at=now, seen_at=now, authenticated_at=now)
    row.known_device_id = known_device_id
    row.device, row.address = device(), address()
    own.add(row)
    return secret


def fill_cookie(secret: str, key: str = COOKIE_KEY) -> None:
    """Give this browser the session; nothing of before stays in the cookie, not even the token of its forms."""
    session.clear()
    # What is drawn in this same answer needs a token of the new session.
    g.pop("csrf_token", None)
    session[key] = secret
    session.permanent = True


def end_sessions(user_id: int, *, but: int | None = None) -> int:
    """End the sessions of a user, in this transaction; `but` is one that stays. Gives how many."""
    gone = sa.update(AuthSession).where(AuthSession.user_id == user_id, AuthSession.ended_at.is_(None))
    if but is not None:
        gone = gone.where(AuthSession.id != but)
    return int(db.session.execute(gone.values(ended_at=clock.now())).rowcount)  # type: ignore[attr-defined]


def end_session(session_id: int, user_id: int) -> bool:
    """End one session of this user; False when it is not theirs or has ended."""
    gone = sa.update(AuthSession).where(
        AuthSession.id == session_id, AuthSession.user_id == user_id, AuthSession.ended_at.is_(None)
    )
    return bool(db.session.execute(gone.values(ended_at=clock.now())).rowcount)  # type: ignore[attr-defined]


def old_sessions(now: datetime) -> sa.Delete:
    """The statement that deletes sessions nobody could use for two months."""
    return sa.delete(AuthSession).where(AuthSession.seen_at < now - SESSION_RETENTION - lengths().longest)


def address() -> str:
    """Where the request comes from."""
    return (request.remote_addr or "")[:60]


def device() -> str:
    """What the browser calls itself, short enough to keep."""
    return (request.user_agent.string or "")[:200]
