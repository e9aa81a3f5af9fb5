"""Birthdays and ranks of people."""

from __future__ import annotations

from datetime import date

import pytest

from crm.people.policy import LEAP_YEAR, Month, OfficialRank, birth_date, birthday_in, describe_rank

pytestmark = pytest.mark.one_engine


def test_date_of_birth_without_a_year_is_in_a_leap_year():
    assert birth_date(Month.february, 29, None) == date(LEAP_YEAR, 2, 29)
    assert birth_date(Month.march, 1, 1980) == date(1980, 3, 1)
    assert birth_date(None, None, None) is None


@pytest.mark.parametrize(
    ("month", "day", "year"),
    [
        (Month.april, 31, None),
        (Month.february, 29, 1981),
        (Month.april, None, None),
        (None, 3, None),
        (None, None, 1980),
    ],
)
def test_impossible_or_incomplete_date_of_birth_is_refused(month, day, year):
    with pytest.raises(ValueError):  # noqa: PT011 - the message is Python's
        birth_date(month, day, year)


@pytest.mark.parametrize(("year", "expected"), [(2027, date(2027, 2, 28)), (2028, date(2028, 2, 29))])
def test_birthday_on_february_29_is_the_day_before_in_other_years(year, expected):
    assert birthday_in(year, Month.february, 29) == expected
    assert birthday_in(year, Month.december, 31) == date(year, 12, 31)


@pytest.mark.parametrize(
    ("rank", "words", "text"),
    [
        (None, None, ""),
        (OfficialRank.bureau, None, "Department or bureau"),
        (OfficialRank.bureau, "副厅级", "Department or bureau, 副厅级"),
        (OfficialRank.other, "invented", "invented"),
        (OfficialRank.other, None, "Other"),
        (None, "副厅级", "副厅级"),
    ],
)
def test_rank_is_shown_with_its_words(rank, words, text):
    assert describe_rank(rank, words) == text
