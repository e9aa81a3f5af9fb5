"""Dates of surveys."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm.core.policy import Actor, Limit, Role
from crm.impact.policy import (
    MilestoneKind,
    last_day_of_link,
    last_survey_on,
    next_survey_on,
    sees_money,
    survey_dates,
)


def test_surveys_come_every_six_months_for_four_years():
    start = date(2026, 8, 31)
    dates = survey_dates(start, 6, last_survey_on(start))
    assert dates == [
        date(2027, 2, 28),
        date(2027, 8, 31),
        date(2028, 2, 29),
        date(2028, 8, 31),
        date(2029, 2, 28),
        date(2029, 8, 31),
        date(2030, 2, 28),
        date(2030, 8, 31),
    ]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (date(2026, 1, 1), date(2026, 7, 1)),
        (date(2026, 7, 1), date(2027, 1, 1)),
        (date(2029, 12, 31), date(2030, 1, 1)),
        (date(2030, 1, 1), None),
    ],
)
def test_next_survey_is_the_first_date_after_a_day(after, expected):
    start = date(2026, 1, 1)
    assert next_survey_on(start, 6, last_survey_on(start), after) == expected


def test_last_day_of_a_link_is_over_before_it_ends_in_every_time_zone():
    assert last_day_of_link(datetime(2026, 3, 10, 12, tzinfo=UTC)) == date(2026, 3, 9)


def test_sales_are_hidden_from_users_with_that_limit():
    assert sees_money(Actor(id=1, role=Role.staff))
    assert not sees_money(Actor(id=1, role=Role.staff, limits=frozenset({Limit.china_desk})))


def test_jobs_and_new_markets_have_no_amount():
    assert {kind.value for kind in MilestoneKind if not kind.has_amount} == {"jobs", "new_market"}
