"""Goals of awards: what is measured, and whether it is on pace. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from crm.core.words import LabeledEnum, _l


class GoalUnit(LabeledEnum):
    """The unit of a goal."""

    count = "count", _l("number")
    hours = "hours", _l("hours")
    money = "money", _l("US dollars")


class GoalMeasure(LabeledEnum):
    """What a goal counts, in the period of the award and for its funder."""

    unit: GoalUnit

    clients = "clients", _l("Clients"), GoalUnit.count
    new_clients = "new_clients", _l("New clients"), GoalUnit.count
    sessions = "sessions", _l("Sessions"), GoalUnit.count
    hours = "hours", _l("Counseling hours"), GoalUnit.hours
    long_term = "long_term", _l("Long-term clients"), GoalUnit.count
    export_sales = "export_sales", _l("Confirmed export sales"), GoalUnit.money
    jobs = "jobs", _l("Confirmed jobs"), GoalUnit.count
    attendees = "attendees", _l("Workshop attendees"), GoalUnit.count

    def __init__(self, _code: str, _label: object, unit: GoalUnit) -> None:
        self.unit = unit


@dataclass(frozen=True)
class GoalPace:
    """How far a goal is on a day. `projected` is the result at this pace; None before the award begins.

    `is_over`: the award has ended.
    """

    target: Decimal
    actual: Decimal
    projected: Decimal | None
    is_over: bool = False

    @property
    def percent(self) -> int:
        """The share of the target that is reached, in whole percent, at most 100."""
        return min(100, int(100 * self.actual / self.target)) if self.target else 100

    @property
    def is_reached(self) -> bool:
        """Whether the target is reached."""
        return self.actual >= self.target

    @property
    def is_behind(self) -> bool:
        """Whether the target will be missed at this pace, or was missed."""
        return not self.is_reached and self.projected is not None and self.projected < self.target


def find_pace(target: Decimal, actual: Decimal, first: date, last: date, today: date) -> GoalPace:
    """Return the pace of a goal of an award from `first` to `last`, set by its days up to today."""
    if today < first:
        return GoalPace(target, actual, None)
    if today > last:
        return GoalPace(target, actual, actual, is_over=True)
    elapsed, length = (today - first).days + 1, (last - first).days + 1
    projected = (actual * length / elapsed).to_integral_value(ROUND_HALF_UP)
    return GoalPace(target, actual, projected)
