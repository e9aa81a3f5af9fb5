"""What of the targets counts in which month: their shares, and teams before counselors."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from crm.reports.periods import SubPeriod, find_award_period, list_months
from crm.reports.queries import TargetAmount
from crm.reports.targets.amounts import percent_of, share_of, spread_targets
from crm.reports.targets.periods import end_of_month
from tests.reports.target_rows import YEAR

INLAND, BAY, ANNA, DORA, BORIS = 1, 2, 11, 12, 13


def months(first: date, count: int) -> list[SubPeriod]:
    """Return so many months from the one that begins on a day."""
    parts = []
    for _n in range(count):
        parts.append(SubPeriod("", first, end_of_month(first)))
        first = parts[-1].last + timedelta(days=1)
    return parts


def test_shares_of_months_add_up_to_the_amount():
    target = TargetAmount(INLAND, None, date(2025, 10, 1), date(2026, 9, 30), Decimal("1000000.01"))
    shares = [share_of(target, month) for month in list_months(YEAR)]
    assert (sum(shares), len(set(shares)) <= 2) == (target.amount, True)
    assert {share.quantize(Decimal(1)) for share in shares} == {Decimal(83_333)}


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 1, 1), date(2026, 3, 31), [0, 0, 0, 100, 100, 100]),
        (date(2025, 9, 1), date(2025, 11, 30), [100, 100, 0, 0, 0, 0]),
        (date(2026, 3, 1), date(2026, 5, 31), [0, 0, 0, 0, 0, 100]),
        (date(2026, 4, 1), date(2026, 6, 30), [0, 0, 0, 0, 0, 0]),
    ],
)
def test_target_counts_with_the_months_that_the_period_has(first, last, expected):
    target = TargetAmount(INLAND, None, first, last, Decimal(300))
    assert spread_targets([target], months(date(2025, 10, 1), 6)) == expected


def test_period_of_an_award_has_the_days_of_its_first_and_last_month():
    target = TargetAmount(INLAND, None, date(2026, 1, 1), date(2026, 3, 31), Decimal(9_300))
    period = find_award_period(1, "A", date(2026, 1, 22), date(2026, 12, 31), date(2026, 3, 5))
    assert spread_targets([target], list_months(period)) == [1000, 3100, 500]


def test_target_of_a_team_stands_for_it_in_its_months_and_those_of_counselors_in_others():
    first, second = months(date(2026, 1, 1), 2)
    targets = [
        TargetAmount(INLAND, None, first.first, first.last, Decimal(1000)),
        TargetAmount(INLAND, ANNA, first.first, second.last, Decimal(200)),
        TargetAmount(INLAND, DORA, second.first, second.last, Decimal(30)),
        TargetAmount(BAY, BORIS, first.first, second.last, Decimal(8)),
    ]
    assert spread_targets(targets, [first, second]) == [1004, 134]
    assert spread_targets([targets[1]], [first, second]) == [100, 100]


@pytest.mark.parametrize("seed", range(5))
def test_random_targets_equal_a_computation_by_days(seed):
    random, first = Random(seed), date(2025, 10, 1)
    period = months(first, 12)
    targets = []
    for team, counselor in ((INLAND, None), (INLAND, ANNA), (INLAND, DORA), (BAY, BORIS), (BAY, None)):
        begin = random.randrange(12)
        end = random.randrange(begin, 12)
        amount = Decimal(random.randrange(1, 10**8)) / 100
        targets.append(TargetAmount(team, counselor, period[begin].first, period[end].last, amount))
    days = [random.randrange(1, monthrange(month.first.year, month.first.month)[1] + 1) for month in period]
    parts = [SubPeriod("", month.first, month.first.replace(day=day)) for month, day in zip(period, days, strict=True)]
    for part, share in zip(parts, spread_targets(targets, parts), strict=True):
        expected = 0.0
        for team in (INLAND, BAY):
            covering = [t for t in targets if t.team_id == team and t.from_on <= part.first <= t.to_on]
            of_team = [t for t in covering if t.counselor_id is None]
            for t in of_team or covering:
                count = sum(t.from_on <= month.first <= t.to_on for month in period)
                expected += float(t.amount) / count * part.last.day / end_of_month(part.first).day
        assert abs(float(share) - expected) < 0.05


def test_percent_is_rounded_down():
    assert [percent_of(Decimal(n), Decimal(1000)) for n in (0, 9, 999, 1000, 1509)] == [0, 0, 99, 100, 150]
