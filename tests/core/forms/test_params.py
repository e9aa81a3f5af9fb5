"""Query parameters: parsed within their limits, refused outside."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm.core.data.base import row_id
from crm.core.forms.params import is_number, parse_day, parse_moment


def test_only_ascii_digits_are_an_integer():
    good, bad = ("0", "7", "007", "999999999"), ("", "-1", "+1", "²", "٥", "1 ", "1_0", "9" * 10, "9" * 5000)
    assert [is_number(text) for text in (*good, *bad)] == [True] * len(good) + [False] * len(bad)


def test_dates_within_range_are_parsed():
    assert (parse_day("1900-01-01"), parse_day("2100-12-31")) == (date(1900, 1, 1), date(2100, 12, 31))
    assert parse_moment("2026-12-08T09:00:00+08:00") == datetime(2026, 12, 8, 1, tzinfo=UTC)
    assert (row_id("0"), row_id("2147483647")) == (0, 2**31 - 1)


@pytest.mark.parametrize("text", ["", "0001-01-01", "2101-01-01", "9999-12-31", "2026-02-30", "12/8/2026"])
def test_dates_out_of_range_are_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_day(text)


@pytest.mark.parametrize(
    "text", ["2026-12-08T09:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-12-08", "now"]
)
def test_datetimes_without_offset_or_out_of_range_are_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_moment(text)


@pytest.mark.parametrize("text", ["", "-1", "+1", "2147483648", "9" * 20, "9" * 5000, "²", "٥", "1 "])
def test_numbers_beyond_the_column_range_are_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        row_id(text)
