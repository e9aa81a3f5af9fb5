"""The lists, as forms and pages ask for them."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db, fetch
from crm.core.errors import NotFound

from .models import DayOff, Funder, LostReason, Sector

PAGE = 100


class FunderRow(NamedTuple):
    """A funder on offer."""

    id: int
    code: str
    name: str


DAY = sa.bindparam("day", type_=sa.Date)
SECTORS = sa.select(Sector.id, Sector.name, Sector.native_name).where(Sector.active).order_by(Sector.name)
FUNDERS = (
    sa.select(Funder.id, Funder.code, Funder.name)
    .where(Funder.active, sa.or_(Funder.from_on.is_(None), Funder.from_on <= DAY))
    .where(sa.or_(Funder.to_on.is_(None), Funder.to_on >= DAY))
    .order_by(Funder.name)
)


def sector_choices() -> list[tuple[int, str]]:
    """Id and name of each sector on offer, by name."""
    return [(i, f"{name} {native}".strip()) for i, name, native in fetch(SECTORS)]


def funders_on(day: date) -> list[FunderRow]:
    """Funders whose award runs on a day, by name."""
    return [FunderRow(*row) for row in fetch(FUNDERS, {"day": day})]


LOST_REASONS = (
    sa.select(LostReason.id, LostReason.name).where(LostReason.active).order_by(LostReason.asks_words, LostReason.id)
)


def lost_reason_choices() -> list[tuple[int, str]]:
    """Id and name of each reason on offer; those that ask for words come last."""
    return [(i, name) for i, name in fetch(LOST_REASONS)]


def lost_reason(reason_id: int | None) -> LostReason | None:
    """The reason of this number, offered or not."""
    return db.session.get(LostReason, reason_id) if reason_id is not None else None


DAYS_OFF = sa.select(DayOff.day, DayOff.is_workday).where(DayOff.country == sa.bindparam("country"))


def days_off(country: str) -> dict[date, bool]:
    """Days an administrator entered for a country: True is a make-up working day, False a holiday."""
    return dict(fetch(DAYS_OFF, {"country": country}))


def page(cls: type[Any], column: str, number: int) -> tuple[list[Any], bool]:
    """A page of a list's rows by a column, and whether there are more; pages count from 1."""
    first = (max(1, number) - 1) * PAGE
    stmt = sa.select(cls).order_by(
        cls.__table__.c[column].desc() if column == "day" else cls.__table__.c[column], cls.id
    )
    rows = list(db.session.scalars(stmt.offset(first).limit(PAGE + 1)))
    return rows[:PAGE], len(rows) > PAGE


def row(cls: type[Any], row_id: int) -> Any:
    """One row of a list. Raises NotFound."""
    found = db.session.get(cls, row_id)
    if found is None:
        raise NotFound
    return found
