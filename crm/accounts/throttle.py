"""Count attempts in the database, in short transactions of their own: an attempt counts if its request rolls back."""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.own_transaction import own_transaction
from crm.core.data.rows import upsert

from .models import LoginTry
from .policy import EPISODE_ENDS_AFTER, PER_ACCOUNT, PER_ADDRESS, Throttle, wait_after


def account_key(purpose: str, email: str) -> str:
    """Return the key of an account. The email address is hashed, because anything may be typed there."""
    return f"{purpose}:account:{hashlib.sha256(email.encode()).hexdigest()}"


def address_key(purpose: str, address: str) -> str:
    """Return the key of an IP address. The 2^64 addresses of an IPv6 network count as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"{purpose}:address:{address[:60]}"
    if parsed.version == 6 and parsed.ipv4_mapped is not None:
        # How some proxies report IPv4; otherwise all of them would count as one network.
        parsed = parsed.ipv4_mapped
    if parsed.version == 6:
        return f"{purpose}:address:{ipaddress.ip_network((parsed, 64), strict=False)}"
    return f"{purpose}:address:{parsed}"


class Bucket(NamedTuple):
    """The keys under which attempts are counted; a known device has a key of its own and no address."""

    account: str
    address: str | None

    @property
    def is_for_unknown_devices(self) -> bool:
        """Return whether attempts from unknown devices are counted here."""
        return self.address is not None


def bucket_for(purpose: str, email: str, address: str, known_device_id: int | None) -> Bucket:
    """Return the bucket of an attempt. A known device isn't affected by failures of others or of its network."""
    if known_device_id is not None:
        return Bucket(f"{purpose}:device:{known_device_id}", None)
    return Bucket(account_key(purpose, email), address_key(purpose, address))


class ThrottleResult(NamedTuple):
    """Seconds to wait, 0 if the attempt is allowed, and whether it is the first refused one in its window."""

    seconds: int
    is_first_refusal: bool


def count_attempt(bucket: Bucket) -> ThrottleResult:
    """Count one attempt under the account or device and, for an unknown device, under its network address."""
    if bucket.address is None:
        return _count_all((bucket.account, PER_ACCOUNT))
    return _count_all((bucket.account, PER_ACCOUNT), (bucket.address, PER_ADDRESS))


def count_tries(*counted: tuple[str, Throttle]) -> int:
    """Count one attempt under each key. Returns the seconds to wait, 0 if the attempt is allowed."""
    return _count_all(*counted).seconds


def _count_all(*counted: tuple[str, Throttle]) -> ThrottleResult:
    """Count one attempt under each key and commit.

    Attempts are counted before the password is compared, so that simultaneous attempts can't exceed the limit.
    """
    now = clock.now()
    with own_transaction() as own:
        counts = [(limit, *_count(own, key, limit, now)) for key, limit in counted]
    seconds = max(wait_after(limit, count, since, now) for limit, count, since in counts)
    return ThrottleResult(seconds, any(count == limit.limit + 1 for limit, count, _since in counts))


def starts_episode(purpose: str, email: str) -> bool:
    """Return whether an attack on an account begins now: the first throttled attempt after a day without any."""
    limit = Throttle(1, EPISODE_ENDS_AFTER)
    with own_transaction() as own:
        return _count(own, account_key(purpose, email), limit, clock.now(), sliding=True)[0] == 1


def _count(own: Session, key: str, limit: Throttle, now: datetime, *, sliding: bool = False) -> tuple[int, datetime]:
    """Add one to the count of a key. The window begins with the first attempt, or with the last one if `sliding`."""
    tries = LoginTry
    is_over = tries.since <= now - limit.window
    since = now if sliding else sa.case((is_over, now), else_=tries.since)
    update_values = {"count": sa.case((is_over, 1), else_=tries.count + 1), "since": since}
    stmt = upsert(own, tries, {"key": key, "since": now, "count": 1}, key=[tries.key], update=update_values)
    row = own.execute(stmt.returning(tries.count, tries.since)).one()
    return row[0], row[1]


def reset_bucket(session: Session, bucket: Bucket) -> None:
    """After a successful sign-in, clear the count of the account or device and reduce that of the address by one."""
    session.execute(sa.delete(LoginTry).where(LoginTry.key == bucket.account))
    if bucket.address is not None:
        stmt = sa.update(LoginTry).where(LoginTry.key == bucket.address, LoginTry.count > 0)
        session.execute(stmt.values(count=LoginTry.count - 1))


def delete_old_tries_stmt(before: datetime) -> sa.Delete:
    """Return the statement that deletes attempts whose window began before a moment."""
    return sa.delete(LoginTry).where(LoginTry.since < before)
