"""The only place that reads the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_fixed: list[datetime] = []


def now() -> datetime:
    """The current moment, aware, in UTC: the business clock."""
    return _fixed[-1] if _fixed else datetime.now(UTC)


def real_now() -> datetime:
    """The machine's time, not changed by `frozen`: for leases, never for due dates."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The current date in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def frozen(moment: datetime) -> Iterator[datetime]:
    """Stop the business clock of this process at one moment (tests, `jobs once --now`)."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    _fixed.append(moment.astimezone(UTC))
    try:
        yield moment
    finally:
        _fixed.pop()
