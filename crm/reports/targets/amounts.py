"""What of the targets counts in which month. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal

from crm.reports.periods import SubPeriod
from crm.reports.queries import TargetAmount

CENT = Decimal("0.01")


def spread_targets(targets: Sequence[TargetAmount], parts: Iterable[SubPeriod]) -> list[Decimal]:
    """Return the US dollars to be signed in each part of a period; each part is a calendar month or days of one.

    In each month the target of a team stands for the team; without one, those of its counselors are added up. Targets
    of one counselor only are added up as well.
    """
    return [_sum_of_teams(targets, part) for part in parts]


def _sum_of_teams(targets: Sequence[TargetAmount], part: SubPeriod) -> Decimal:
    in_part = [target for target in targets if target.from_on <= part.first <= target.to_on]
    with_own = {target.team_id for target in in_part if target.counselor_id is None}
    counted = (target for target in in_part if target.counselor_id is None or target.team_id not in with_own)
    return sum((share_of(target, part) for target in counted), Decimal(0))


def share_of(target: TargetAmount, part: SubPeriod) -> Decimal:
    """Return the share of a month of the target, or of some days of one, in cents.

    The shares of all months are the amount: rounded cents go to the next month.
    """
    count = _count_months(target.from_on, target.to_on)
    number = _count_months(target.from_on, part.first)
    share = _round(target.amount * number / count) - _round(target.amount * (number - 1) / count)
    days = calendar.monthrange(part.first.year, part.first.month)[1]
    return _round(share * ((part.last - part.first).days + 1) / days)


def _count_months(first: date, last: date) -> int:
    """Return how many months there are from that of a day to that of another, both included."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(CENT)


def percent_of(part: Decimal, target: Decimal) -> int:
    """Return how much of a target is reached, in whole percent, rounded down: 100 means all of it."""
    return int((100 * part / target).to_integral_value(ROUND_DOWN))
