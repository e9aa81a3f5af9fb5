"""The feed that a token belongs to."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.throttle import address_key, count_tries
from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.core.tokens import hash_token
from crm.feeds.models import CalendarFeed
from crm.feeds.policy import FEED_GUESSES, FEED_READS


def count_read(token: str, address: str) -> int:
    """Count one request of a feed; return the seconds to wait, 0 if it is allowed."""
    key = hash_token(token)
    exists = db.session.scalar(sa.select(sa.exists().where(CalendarFeed.token_hash == key)))
    db.session.rollback()
    # The servers of Google and Microsoft read for many users: only wrong tokens count for an address.
    if exists:
        return count_tries((f"feed:{key}", FEED_READS))
    return count_tries((address_key("feed", address), FEED_GUESSES))


def load_feed(token: str) -> tuple[CalendarFeed, Actor]:
    """Return the feed of a token and its user. Raises NotFound for an unknown one, and for a deactivated user."""
    stmt = (
        sa.select(CalendarFeed, User)
        .join(User, User.id == CalendarFeed.user_id)
        .where(CalendarFeed.token_hash == hash_token(token), User.active)
    )
    row = db.session.execute(stmt).one_or_none()
    if row is None:
        raise NotFound
    feed, user = row
    return feed, load_actor(user)
