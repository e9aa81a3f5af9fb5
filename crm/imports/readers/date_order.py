"""The order of day and month in a file: one date like 25/12/2026 tells how 03/04/2026 is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from crm.core.i18n.formats.parse import is_day_first
from crm.core.words import Lazy, _l

_DATE = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?: .*)?")
_ORDER: ContextVar[bool | None] = ContextVar("order of day and month", default=None)


class DateOrder(NamedTuple):
    """Whether the day comes first in the dates of a file, None if no date tells; and a note on dates that don't."""

    is_day_first: bool | None = None
    note: Lazy | None = None


def guess_date_order(cells: Iterable[str]) -> DateOrder:
    """Return the order of day and month in the cells that a file has in its columns of dates."""
    day_first = month_first = unclear = ""
    for cell in cells:
        match = _DATE.fullmatch(cell[:40])
        first, second = (int(match[1]), int(match[2])) if match else (0, 0)
        if 12 < first < 32:
            day_first = day_first or cell[:20]
        elif 12 < second < 32:
            month_first = month_first or cell[:20]
        elif first != second:
            unclear = unclear or cell[:20]
    order = bool(day_first) if bool(day_first) != bool(month_first) else None
    if not unclear:
        return DateOrder(order)
    if order is True:
        text = _l("Dates like %(date)s are read as day/month/year, as in %(proof)s.", date=unclear, proof=day_first)
    elif order is False:
        text = _l("Dates like %(date)s are read as month/day/year, as in %(proof)s.", date=unclear, proof=month_first)
    elif day_first:
        text = _l(
            "Check the dates: %(first)s and %(second)s have different orders of day and month. Dates like %(date)s "
            "are read in the order of your date format.",
            first=day_first,
            second=month_first,
            date=unclear,
        )
    else:
        text = _l("Dates like %(date)s are read in the order of your date format.", date=unclear)
    return DateOrder(order, text)


@contextmanager
def reading_in_order(*, day_first: bool | None) -> Iterator[None]:
    """Read dates like 03/04/2026 in this order inside; None is the reader's own."""
    token = _ORDER.set(day_first)
    try:
        yield
    finally:
        _ORDER.reset(token)


def is_day_before_month() -> bool:
    """Return whether dates like 03/04/2026 are read with the day first: in the order of the file, else the reader's."""
    order = _ORDER.get()
    return is_day_first() if order is None else order
