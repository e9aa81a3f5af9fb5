"""Periods of reports: month, quarter, federal year (from October 1), state year (from July 1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from crm.calendars import FEDERAL_YEAR_MONTH, STATE_YEAR_MONTH, add_months, period_start
from crm.core.i18n import formats
from crm.core.words import LabeledEnum, _, _l


class PeriodKind(LabeledEnum):
    """How many months a period has, and in which month its year begins."""

    months: int
    first_month: int

    month = "month", _l("Month"), 1, 1
    quarter = "quarter", _l("Quarter"), 3, 1
    federal = "federal", _l("Federal FY"), 12, FEDERAL_YEAR_MONTH
    state = "state", _l("State FY"), 12, STATE_YEAR_MONTH

    def __init__(self, _code: str, _label: object, months: int, first_month: int) -> None:
        self.months = months
        self.first_month = first_month


class SubPeriod(NamedTuple):
    """A part of a period: its name, and its first and last day."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def award_id(self) -> int:
        """The award whose time to date it is; 0 for a month, quarter or year."""
        return 0

    @property
    def name(self) -> str:
        """Return "December 2026", "Q4 2026" or "Federal FY 2027": a fiscal year has the number in which it ends."""
        if self.kind is PeriodKind.month:
            return formats.month(self.first)
        if self.kind is PeriodKind.quarter:
            return _("Q%(quarter)s %(year)s", quarter=(self.first.month + 2) // 3, year=self.first.year)
        return f"{self.kind} {self.last.year}"

    @property
    def phrase(self) -> str:
        """Return the name as it follows "in" or "for" in a sentence."""
        return self.name

    @property
    def previous(self) -> Period:
        """The period that ends where this one begins."""
        return find_period(self.kind, self.first - timedelta(days=1))

    @property
    def following(self) -> Period:
        """The period that begins where this one ends."""
        return find_period(self.kind, self.last + timedelta(days=1))

    @property
    def parts(self) -> list[SubPeriod]:
        """The quarters of a fiscal year, the months of a quarter, or the month itself; together they are the period."""
        months = 3 if self.kind.months > 3 else 1
        parts = []
        for number, offset in enumerate(range(0, self.kind.months, months), 1):
            first = add_months(self.first, offset)
            last = add_months(first, months) - timedelta(days=1)
            name = formats.month(first) if months == 1 else _name_quarter(number, first, last)
            parts.append(SubPeriod(name, first, last))
        return parts


@dataclass(frozen=True)
class AwardPeriod(Period):
    """The days of an award up to today, or as many days before it; its parts are calendar months, cut at both ends.

    Without an award (`award_id` 0) it is the time before one.
    """

    label: str = ""
    award_id: int = 0

    @property
    def name(self) -> str:
        """Return "STEP STEP-26 to date", or the first and the last day of the time before."""
        if self.award_id:
            return _("%(award)s to date", award=self.label)
        return f"{formats.day(self.first, full=True)} – {formats.day(self.last, full=True)}"

    @property
    def phrase(self) -> str:
        """Return "the period of STEP STEP-26 to date"."""
        return _("the period of %(award)s to date", award=self.label) if self.award_id else self.name

    @property
    def previous(self) -> Period:
        """As many days before."""
        length = self.last - self.first
        last = self.first - timedelta(days=1)
        return AwardPeriod(self.kind, last - length, last)

    @property
    def parts(self) -> list[SubPeriod]:
        """The calendar months, the first from the first day on, the last up to the last day."""
        parts = []
        first = self.first
        while first <= self.last:
            last = min(add_months(first.replace(day=1), 1) - timedelta(days=1), self.last)
            parts.append(SubPeriod(formats.month(first), first, last))
            first = last + timedelta(days=1)
        return parts


def find_award_period(award_id: int, label: str, first: date, last: date, today: date) -> AwardPeriod:
    """Return the period of an award that has begun: up to today, at most up to its last day."""
    return AwardPeriod(PeriodKind.month, first, min(today, last), label, award_id)


def list_months(period: Period) -> list[SubPeriod]:
    """Return the months of a period; together they are the period."""
    if isinstance(period, AwardPeriod):
        return period.parts
    months = []
    for offset in range(period.kind.months):
        first = add_months(period.first, offset)
        months.append(SubPeriod(formats.month(first), first, add_months(first, 1) - timedelta(days=1)))
    return months


def cut_period(before: Period, period: Period, day: date) -> Period:
    """Return the period before up to the day that is as far in it as `day` is in `period`, by months and days.

    On the last day of the period it is the whole period before.
    """
    if day >= period.last:
        return before
    last = add_months(day, -period.kind.months)
    return replace(before, last=min(last, before.last))


def _name_quarter(number: int, first: date, last: date) -> str:
    """Return "Q1, Oct – Dec 2026": the quarters of a fiscal year begin with the year."""
    return _("Q%(number)s, %(months)s", number=number, months=formats.months(first, last))


def find_period(kind: PeriodKind, day: date) -> Period:
    first = period_start(day, kind.months, kind.first_month)
    return Period(kind, first, add_months(first, kind.months) - timedelta(days=1))
