"""Counting tries in the database, each in a short transaction: a failed one counts though its request rolls back."""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import own_transaction

from .models import LoginTry
from .policy import EPISODE_ENDS_AFTER, PER_ACCOUNT, PER_ADDRESS, Throttle, wait_after


def account_key(purpose: str, email: str) -> str:
    """The key of an account; its address is not readable in it, because anything may be typed there."""
    return f"{purpose}:account:{hashlib.sha256(email.encode()).hexdigest()}"


def address_key(purpose: str, address: str) -> str:
    """The key of a network address; a home has 2^64 addresses of version 6, which count as one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return f"{purpose}:address:{address[:60]}"
    if found.version == 6:
        return f"{purpose}:address:{ipaddress.ip_network((found, 64), strict=False)}"
    return f"{purpose}:address:{found}"


class Bucket(NamedTuple):
    """Where the attempts of a request are counted: those of a known device by themselves, apart from everybody's."""

    account: str
    address: str | None

    @property
    def is_of_strangers(self) -> bool:
        """Whether attempts from unknown devices are counted here."""
        return self.address is not None


def bucket_for(purpose: str, email: str, address: str, known_device_id: int | None) -> Bucket:
    """Return where an attempt counts: for a known device, failures of others and of its network don't matter."""
    if known_device_id is not None:
        return Bucket(f"{purpose}:device:{known_device_id}", None)
    return Bucket(account_key(purpose, email), address_key(purpose, address))


class Wait(NamedTuple):
    """How many seconds to wait, 0 when the attempt may go on, and whether it is the first one refused in its window."""

    seconds: int
    is_first: bool


def count_attempt(bucket: Bucket) -> Wait:
    """Count one attempt under the account or device and, for an unknown device, under its network address."""
    if bucket.address is None:
        return _count_all((bucket.account, PER_ACCOUNT))
    return _count_all((bucket.account, PER_ACCOUNT), (bucket.address, PER_ADDRESS))


def count_tries(*counted: tuple[str, Throttle]) -> int:
    """Count one try under each key. Returns the seconds to wait, 0 when the try may go on."""
    return _count_all(*counted).seconds


def _count_all(*counted: tuple[str, Throttle]) -> Wait:
    """Count one try under each key, committed at once.

    Counted before the password is compared, so that tries side by side can't slip past the limit.
    """
    now = clock.now()
    with own_transaction() as own:
        counts = [(limit, *_count(own, key, limit, now)) for key, limit in counted]
    seconds = max(wait_after(limit, count, since, now) for limit, count, since in counts)
    return Wait(seconds, any(count == limit.most + 1 for limit, count, _since in counts))


def starts_episode(purpose: str, email: str) -> bool:
    """Whether an attack on an account begins now: the first throttled attempt after a day without any."""
    quiet = Throttle(1, EPISODE_ENDS_AFTER)
    with own_transaction() as own:
        return _count(own, account_key(purpose, email), quiet, clock.now(), sliding=True)[0] == 1


def _count(own: Session, key: str, limit: Throttle, now: datetime, *, sliding: bool = False) -> tuple[int, datetime]:
    """Count one more under a key; the window begins with the first try, or, if sliding, with the last one."""
    on: Any = postgresql if own.get_bind().dialect.name == "postgresql" else sqlite
    kept = LoginTry
    over = kept.since <= now - limit.window
    since = now if sliding else sa.case((over, now), else_=kept.since)
    again = {"count": sa.case((over, 1), else_=kept.count + 1), "since": since}
    written = on.insert(kept).values(key=key, since=now, count=1)
    written = written.on_conflict_do_update(index_elements=[kept.key], set_=again)
    row = own.execute(written.returning(kept.count, kept.since)).one()
    return row[0], row[1]


def reset_bucket(session: Session, bucket: Bucket) -> None:
    """After a good sign-in: the account or device starts anew, the address gets its one try back."""
    session.execute(sa.delete(LoginTry).where(LoginTry.key == bucket.account))
    if bucket.address is not None:
        counted = sa.update(LoginTry).where(LoginTry.key == bucket.address, LoginTry.count > 0)
        session.execute(counted.values(count=LoginTry.count - 1))


def old_tries(before: datetime) -> sa.Delete:
    """The statement that forgets tries whose window began before a moment."""
    return sa.delete(LoginTry).where(LoginTry.since < before)
