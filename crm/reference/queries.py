"""Queries of the lists, for forms and pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db, fetch
from crm.core.data.once import once_per_request
from crm.core.errors import NotFound
from crm.core.policy import Actor

from .models import DayOff, Funder, GiftLimit, LostReason, Rate, Sector
from .policy import DEFAULT_GIFT_USD, DEFAULT_GIFTS_PER_YEAR

PAGE_SIZE = 100


class FunderRow(NamedTuple):
    """A funder that can be chosen."""

    id: int
    code: str
    name: str


class ExchangeRate(NamedTuple):
    """US dollars for one unit of a currency, and the day of the rate; None for dollars themselves."""

    usd: Decimal
    on: date | None


Rates = Mapping[str, ExchangeRate]
DAY = sa.bindparam("day", type_=sa.Date)
SECTORS = sa.select(Sector.id, Sector.name, Sector.native_name, Sector.active).order_by(Sector.name)
FUNDERS = (
    sa.select(Funder.id, Funder.code, Funder.name)
    .where(Funder.active, sa.or_(Funder.from_on.is_(None), Funder.from_on <= DAY))
    .where(sa.or_(Funder.to_on.is_(None), Funder.to_on >= DAY))
    .order_by(Funder.name)
)


def sector_choices(existing: Collection[int] = ()) -> list[tuple[int, str]]:
    """Return id and name of each active sector, and of the `existing` ones of a record, sorted by name."""
    rows = fetch(SECTORS)
    return [(row.id, _sector_label(row)) for row in rows if row.active or row.id in existing]


def sector_filter_choices(_actor: Actor) -> tuple[tuple[str, str], ...]:
    """Return id and name of all sectors as choices of a filter: records keep those that are no longer offered."""
    return tuple((str(row.id), _sector_label(row)) for row in fetch(SECTORS))


def _sector_label(row: Any) -> str:
    return f"{row.name} {row.native_name}".strip()


@once_per_request
def funders_on(day: date) -> list[FunderRow]:
    """Return the active funders whose award includes a day, sorted by name."""
    return [FunderRow(*row) for row in fetch(FUNDERS, {"day": day})]


def offered_funder_id(funder_id: int | None, day: date) -> int | None:
    """Return the id of a funder to propose; None if it is inactive or its award doesn't include the day."""
    return funder_id if funder_id in {funder.id for funder in funders_on(day)} else None


ALL_FUNDERS = sa.select(Funder.id, Funder.name).order_by(Funder.name, Funder.id)


def list_funder_names() -> dict[int, str]:
    """Return the names of all funders by id, also of inactive ones, sorted by name."""
    return dict(map(tuple, fetch(ALL_FUNDERS)))


LOST_REASONS = (
    sa.select(LostReason.id, LostReason.name)
    .where(LostReason.active)
    .order_by(LostReason.requires_description, LostReason.id)
)


ALL_LOST_REASONS = sa.select(LostReason.id, LostReason.name).order_by(LostReason.name, LostReason.id)


def lost_reason_choices() -> list[tuple[int, str]]:
    """Return id and name of each active reason; those that need a description are last."""
    return [(i, name) for i, name in fetch(LOST_REASONS)]


def list_lost_reasons() -> dict[int, str]:
    """Return the names of all reasons by id, also of those that are no longer offered, sorted by name."""
    return dict(map(tuple, fetch(ALL_LOST_REASONS)))


def lost_reason(reason_id: int | None) -> LostReason | None:
    """Return a reason by id, active or not; None if there is none."""
    return db.session.get(LostReason, reason_id) if reason_id is not None else None


DAYS_OFF = sa.select(DayOff.country, DayOff.day, DayOff.is_workday)


def days_off(country: str) -> dict[date, bool]:
    """Return the days that administrators entered for a country: True is a make-up workday, False a holiday."""
    return days_off_by_country().get(country, {})


@once_per_request
def days_off_by_country() -> dict[str, dict[date, bool]]:
    """Return `days_off` of all countries: few rows, and a page needs those of the reader and of a record's place."""
    days: dict[str, dict[date, bool]] = {}
    for country, day, is_workday in fetch(DAYS_OFF):
        days.setdefault(country, {})[day] = is_workday
    return days


RATES = sa.select(Rate.currency, Rate.usd, Rate.on).where(Rate.on <= DAY).order_by(Rate.on)


def load_rates(day: date) -> dict[str, ExchangeRate]:
    """Return the newest rate of each currency up to a day."""
    rates = {currency: ExchangeRate(usd, on) for currency, usd, on in fetch(RATES, {"day": day})}
    return rates | {"USD": ExchangeRate(Decimal(1), None)}


GIFT_LIMIT = sa.select(GiftLimit.usd, GiftLimit.per_year).where(GiftLimit.from_on <= DAY)


def find_gift_limit(day: date) -> tuple[Decimal, int]:
    """Return the limits of a day above which gifts need approval: US dollars per gift, gifts a year for a recipient."""
    rows = fetch(GIFT_LIMIT.order_by(GiftLimit.from_on.desc()).limit(1), {"day": day})
    return (rows[0].usd, rows[0].per_year) if rows else (DEFAULT_GIFT_USD, DEFAULT_GIFTS_PER_YEAR)


def page(cls: type[Any], column: str, number: int) -> tuple[list[Any], bool]:
    """Return a page of a list's rows, sorted by a column, and whether there are more. The first page is 1.

    Days are sorted newest first, as are the rates of a currency.
    """
    first = (max(1, number) - 1) * PAGE_SIZE
    columns = cls.__table__.c
    keys = [columns[column], *(columns[name] for name in ("on",) if name in columns)]
    stmt = sa.select(cls).order_by(*(key.desc() if isinstance(key.type, sa.Date) else key for key in keys), cls.id)
    rows = list(db.session.scalars(stmt.offset(first).limit(PAGE_SIZE + 1)))
    return rows[:PAGE_SIZE], len(rows) > PAGE_SIZE


def row(cls: type[Any], row_id: int) -> Any:
    """Return a row of a list. Raises NotFound."""
    row = db.session.get(cls, row_id)
    if row is None:
        raise NotFound
    return row
