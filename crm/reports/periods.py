"""Periods of reports: month, quarter, federal year (from 1 October), state year (from 1 July)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from crm.calendars import add_months
from crm.core.i18n import formats
from crm.core.words import LabeledEnum, _, _l


class PeriodKind(LabeledEnum):
    """How many months a period has, and in which month its year begins."""

    months: int
    first_month: int

    month = "month", _l("Month"), 1, 1
    quarter = "quarter", _l("Quarter"), 3, 1
    federal = "federal", _l("Federal FY"), 12, 10
    state = "state", _l("State FY"), 12, 7

    def __init__(self, _code: str, _label: object, months: int, first_month: int) -> None:
        self.months = months
        self.first_month = first_month


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def name(self) -> str:
        """Return "December 2026", "Q4 2026" or "FY 2027": a fiscal year has the number of the year in which it ends."""
        if self.kind is PeriodKind.month:
            return formats.month(self.first)
        if self.kind is PeriodKind.quarter:
            return _("Q%(quarter)s %(year)s", quarter=(self.first.month + 2) // 3, year=self.first.year)
        return _("FY %(year)s", year=self.last.year)

    @property
    def previous(self) -> Period:
        """The period that ends where this one begins."""
        return find_period(self.kind, self.first - timedelta(days=1))

    @property
    def following(self) -> Period:
        """The period that begins where this one ends."""
        return find_period(self.kind, self.last + timedelta(days=1))

    @property
    def quarters(self) -> list[Period]:
        """The calendar quarters that the period overlaps."""
        quarters = [find_period(PeriodKind.quarter, self.first)]
        while quarters[-1].last < self.last:
            quarters.append(quarters[-1].following)
        return quarters


def find_period(kind: PeriodKind, day: date) -> Period:
    """Return the period of a kind that a day is in."""
    back = (day.month - kind.first_month) % kind.months
    first = add_months(day.replace(day=1), -back)
    return Period(kind, first, add_months(first, kind.months) - timedelta(days=1))
