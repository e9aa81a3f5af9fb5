"""Dates, times and time zones in lists."""

from __future__ import annotations

import datetime as dt

import pytest

from crm.imports.readers.dates import read_date, read_time, read_when, read_zone
from crm.imports.readers.errors import BadCell


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-08",
        "2026/12/8",
        "2026.12.8",
        "2026年12月8日",
        "２０２６/12/8",
        "20261208",
        "12/8/2026",
        "12-8-2026",
        "12/8/26",
        "8.12.2026",
        "8 Dec 2026",
        "8-Dec-26",
        "8 December 2026",
        "Dec 8, 2026",
        "December 8th, 2026",
        "8 de diciembre de 2026",
        "8 dic 2026",
        "46364",
        "46364.0",
        " 2026-12-08 ",
    ],
)
def test_read_date_takes_the_usual_forms(text):
    assert read_date(text) == dt.date(2026, 12, 8)


def test_read_date_puts_the_day_first_only_where_it_must_be():
    assert read_date("13/8/2026") == dt.date(2026, 8, 13)
    assert read_date("7-Feb-22") == dt.date(2022, 2, 7)
    assert read_date("1/2/68") == dt.date(2068, 1, 2)
    assert read_date("1/2/69") == dt.date(1969, 1, 2)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-02-30", "2026-13-01", "13/13/2026", "8 Foo 2026", "2026-12", "99", "2026-12-08 25:00", "1e5"],
)
def test_read_date_refuses_other_texts(text):
    with pytest.raises(BadCell):
        read_date(text)


@pytest.mark.parametrize("text", ["1899-12-31", "2101-01-01", "0001-01-01", "20261-12-08", "12/8/1026", "99999"])
def test_read_date_refuses_years_out_of_reach(text):
    with pytest.raises(BadCell) as bad:
        read_date(text)
    assert str(bad.value.message)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-12-08", None),
        ("2026-12-08 14:30", (14, 30)),
        ("2026-12-08T14:30:59", (14, 30)),
        ("12/8/2026 2:30 PM", (14, 30)),
        ("12/8/2026 2 pm", (14, 0)),
        ("2026/12/8 下午2:30", (14, 30)),
        ("2026年12月8日 14时30分", (14, 30)),
        ("2026年12月8日下午2点", (14, 0)),
        ("2026年12月8日中午1点", (13, 0)),
        ("2026年12月8日凌晨12点", (0, 0)),
        ("46364.604166667", (14, 30)),
        ("8 Dec 2026 12:05 am", (0, 5)),
    ],
)
def test_read_when_takes_a_time_of_day(text, time):
    assert read_when(text) == (dt.date(2026, 12, 8), dt.time(*time) if time else None)


@pytest.mark.parametrize("text", ["2026年12月7日晚上12点", "2026-12-07 半夜12:00"])
def test_midnight_ends_the_evening_of_its_date(text):
    assert read_when(text) == (dt.date(2026, 12, 8), dt.time(0))


@pytest.mark.parametrize("text", ["2026-12-08T14:30:00Z", "2026-12-08T14:30+08:00", "2026-12-08 14:30 +0800"])
def test_read_when_refuses_a_time_with_an_offset(text):
    with pytest.raises(BadCell, match="offset"):
        read_when(text)


def test_read_time_takes_clocks_and_refuses_bare_numbers():
    assert [read_time(text) for text in ("9:05", "09:05:30", "9:05am", "晚上9:05", "晚上12:05")] == [
        (dt.time(9, 5), False),
        (dt.time(9, 5), False),
        (dt.time(9, 5), False),
        (dt.time(21, 5), False),
        (dt.time(0, 5), True),
    ]
    for text in ("9", "24:00", "9:60", "noon", ""):
        with pytest.raises(BadCell):
            read_time(text)


def test_read_zone_knows_zones_and_the_names_of_mail_programs():
    assert [read_zone(text) for text in ("asia/shanghai", "America/Los Angeles", "China Standard Time", "UTC")] == [
        "Asia/Shanghai",
        "America/Los_Angeles",
        "Asia/Shanghai",
        "UTC",
    ]
    for text in ("PST", "Mars/Olympus", "../../etc/passwd", "", "+08:00"):
        with pytest.raises(BadCell):
            read_zone(text)
