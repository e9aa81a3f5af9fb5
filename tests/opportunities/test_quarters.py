"""Calendar quarters of the close date."""

from __future__ import annotations

from datetime import date

import pytest

from crm.opportunities.quarters import parse_quarter, quarter_end


@pytest.mark.parametrize(
    ("text", "quarter"),
    [("2027Q1", "2027Q1"), ("2027 q4", "2027Q4"), ("Q1 2027", "2027Q1"), (" q2/2027 ", "2027Q2"), ("Q5 2027", None)],
)
def test_close_quarter_is_read_as_lists_and_as_pages_write_it(text, quarter):
    assert parse_quarter(text) == quarter


@pytest.mark.parametrize(
    ("quarter", "last"),
    [
        ("2027Q1", date(2027, 3, 31)),
        ("2027Q2", date(2027, 6, 30)),
        ("2027Q3", date(2027, 9, 30)),
        ("2027Q4", date(2027, 12, 31)),
    ],
)
def test_quarter_end_is_its_last_day(quarter, last):
    assert quarter_end(quarter) == last
