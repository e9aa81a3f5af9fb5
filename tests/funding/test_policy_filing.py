"""How present sessions differ from those of a filed report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crm.funding.policy.filing import (
    Difference,
    DifferenceKind,
    FiledAssistance,
    FiledSession,
    find_differences,
    suggest_period,
)

pytestmark = pytest.mark.one_engine

CALL = FiledSession(1, 10, "2026-03-09", "follow_up", contact=30, prep=10, travel=0)
BOOTH = FiledAssistance(5, 10, "2026-03-09", "show", approved="8000.00", spent=None, match=None)
VISIT = FiledSession(2, 10, "2026-03-10", "follow_up", contact=60, prep=0, travel=45)


def test_equal_sessions_do_not_differ():
    assert find_differences([CALL, VISIT], [VISIT, CALL]) == []


def test_added_removed_and_changed_sessions_are_listed_by_id():
    longer = replace(VISIT, contact=75, travel=0)
    other = replace(CALL, client_id=11)
    same = replace(CALL, interaction_id=1, client_id=9)
    differences = find_differences([same, CALL, VISIT], [same, other, longer])
    assert [(x.kind, x.key) for x in differences] == [
        (DifferenceKind.removed, (1, 10)),
        (DifferenceKind.added, (1, 11)),
        (DifferenceKind.changed, (2, 10)),
    ]
    assert [x.fields for x in differences] == [{}, {}, {"contact": (60, 75), "travel": (45, 0)}]
    assert (differences[0].filed, differences[0].present, differences[1].filed) == (CALL, None, None)


@pytest.mark.parametrize(
    ("filed", "present"), [(CALL, None), (None, CALL), (CALL, replace(CALL, prep=0)), (BOOTH, None)]
)
def test_differences_are_stored_and_read_back(filed, present):
    difference = Difference(DifferenceKind.changed, filed, present)
    assert Difference.read(difference.write()) == difference


def test_assistance_of_another_client_is_changed():
    (difference,) = find_differences([BOOTH], [replace(BOOTH, client_id=11, spent="1.00")])
    assert (difference.kind, difference.key, difference.newest.client_id) == (DifferenceKind.changed, (5,), 11)
    assert difference.fields == {"client_id": (10, 11), "spent": (None, "1.00")}
    assert difference.record_ids == {10, 11}
    assert Difference(DifferenceKind.removed, CALL, None).record_ids == {1, 10}


def test_empty_difference_has_no_session():
    assert Difference(DifferenceKind.changed, None, None).key == (0, 0)


@pytest.mark.parametrize(
    ("filed_until", "today", "expected"),
    [
        (None, date(2026, 12, 8), (date(2026, 10, 1), date(2026, 11, 30))),
        (date(2026, 10, 31), date(2026, 12, 8), (date(2026, 11, 1), date(2026, 11, 30))),
        (date(2026, 11, 30), date(2026, 12, 8), (date(2026, 12, 1), None)),
        (date(2027, 6, 30), date(2028, 1, 5), (date(2027, 7, 1), date(2027, 9, 30))),
    ],
)
def test_next_report_begins_after_the_last_one_and_ends_with_a_whole_month(filed_until, today, expected):
    assert suggest_period(date(2026, 10, 1), date(2027, 9, 30), filed_until, today) == expected
