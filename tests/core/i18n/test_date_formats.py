"""Dates and times are shown and parsed by the reader's country and settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from flask import g
from flask_babel import force_locale

from crm.core.clock import frozen
from crm.core.i18n import formats
from crm.core.policy import Actor, DateFormat

pytestmark = pytest.mark.one_engine

MOMENT = datetime(2026, 12, 9, 1, 0, tzinfo=UTC)
ANNA = Actor(id=1, zone="America/Los_Angeles")
READERS = {
    "us": ANNA,
    "uk by country": replace(ANNA, country="GB"),
    "uk by choice": replace(ANNA, date_format=DateFormat.uk),
    "us by choice": replace(ANNA, country="GB", date_format=DateFormat.us),
    "iso": replace(ANNA, date_format=DateFormat.iso),
    "english in china": replace(ANNA, country="CN"),
}
US = ("Dec 8", "Tue, Dec 8", "Tue, Dec 8, 5:00 PM", "5:00 PM = Wed 9:00 AM Shanghai", "en-US")
UK = ("8 Dec", "Tue 8 Dec", "Tue 8 Dec, 17:00", "17:00 = Wed 09:00 Shanghai", "en-GB")
ISO = ("2026-12-08", "Tue 2026-12-08", "Tue 2026-12-08 17:00", "17:00 = Wed 09:00 Shanghai", "iso")


@pytest.fixture(autouse=True)
def _now(app):
    with app.test_request_context(), frozen(datetime(2026, 12, 8, 15, 36, tzinfo=UTC)):
        yield


def written() -> tuple[str, ...]:
    return (
        formats.day(date(2026, 12, 8)),
        formats.day(date(2026, 12, 8), weekday=True),
        formats.moment(MOMENT),
        formats.both_clocks(MOMENT, "Asia/Shanghai"),
        formats.formats_tag(),
    )


@pytest.mark.parametrize(
    ("reader", "texts"),
    [
        ("us", US),
        ("us by choice", US),
        ("english in china", (*US[:4], "en")),
        ("uk by country", UK),
        ("uk by choice", UK),
        ("iso", ISO),
    ],
)
def test_dates_follow_the_chosen_format_or_the_country(reader, texts):
    g.actor = READERS[reader]
    assert written() == texts


def test_dates_are_chinese_for_a_chinese_reader():
    g.actor = replace(ANNA, country="CN")
    with force_locale("zh_Hans"):
        assert written() == (
            "12月8日",
            "12月8日 周二",
            "12月8日 周二 17:00",
            "17:00 = 周三 09:00 上海",
            "zh-Hans-CN",
        )


def test_formats_follow_a_reader_and_a_language_that_change_within_a_request():
    for reader, texts in (("us", US), ("iso", ISO), ("uk by choice", UK)):
        g.actor = READERS[reader]
        assert written() == texts
    with force_locale("zh_Hans"):
        assert formats.day(date(2026, 12, 8)) == "12月8日"
    with formats.as_read_by(ANNA):
        assert written() == US
    g.actor = None
    assert formats.zone_of_reader() == "UTC"


def test_dates_of_other_years_and_headings_include_the_year():
    g.actor = ANNA
    assert formats.day(date(2027, 1, 5)) == "Jan 5, 2027"
    assert formats.moment(datetime(2027, 1, 5, 18, 0, tzinfo=UTC)) == "Tue, Jan 5, 2027, 10:00 AM"
    assert formats.long_day(date(2026, 12, 8)) == "Tuesday, December 8, 2026"
    assert formats.month(date(2026, 12, 8)) == "December 2026"


@pytest.mark.parametrize(
    ("first", "last", "english", "iso"),
    [
        (date(2026, 5, 22), date(2026, 11, 20), "May 22 – Nov 20, 2026", "2026-05-22 – 2026-11-20"),
        (date(2025, 10, 1), date(2026, 9, 30), "Oct 1, 2025 – Sep 30, 2026", "2025-10-01 – 2026-09-30"),
    ],
)
def test_periods_name_a_common_year_once(first, last, english, iso):
    g.actor = ANNA
    assert formats.day_range(first, last) == english
    g.actor = READERS["iso"]
    assert formats.day_range(first, last) == iso


def test_times_without_a_zone_are_not_converted():
    g.actor = ANNA
    assert [formats.clock_time(x) for x in (time(17), datetime(2026, 12, 8, 9, 30), None)] == ["5:00 PM", "9:30 AM", ""]
    assert formats.day_time(date(2026, 12, 8), time(9, 30)) == "Tue, Dec 8, 9:30 AM"
    assert formats.day_time(date(2026, 12, 8), None) == "Tue, Dec 8"


def test_percent_has_no_space_in_english():
    assert [formats.percent(x) for x in (60, Decimal("51.5"), 0, None)] == ["60%", "51.5%", "0%", ""]


@pytest.mark.parametrize(
    ("reader", "text", "day"),
    [
        ("us", "12/08/2026", date(2026, 12, 8)),
        ("us", " 2026-12-08 ", date(2026, 12, 8)),
        ("us", "2026/12/8", date(2026, 12, 8)),
        ("uk by choice", "08/12/2026", date(2026, 12, 8)),
        ("uk by country", "08.12.2026", date(2026, 12, 8)),
        ("iso", "12/08/2026", date(2026, 12, 8)),
        ("us by choice", "12-8-2026", date(2026, 12, 8)),
    ],
)
def test_typed_dates_are_parsed_in_the_order_of_the_reader(reader, text, day):
    g.actor = READERS[reader]
    assert formats.parse_day(text) == day


@pytest.mark.parametrize("text", ["", "13/08/2026", "12/08/26", "2026-02-30", "tomorrow", "２０２６-12-08", "12/08"])
def test_texts_that_are_not_dates_are_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the form writes its own message
        formats.parse_day(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17:00", time(17)),
        (" 17:00:59 ", time(17)),
        ("17:05+08:00", time(17, 5)),
        ("9:05", time(9, 5)),
        ("5:00 PM", time(17)),
        ("5:00\u202fPM", time(17)),
        ("5 p.m.", time(17)),
        ("12:15am", time(0, 15)),
        ("12 PM", time(12)),
    ],
)
def test_typed_times_are_parsed_in_12_and_24_hours(text, expected):
    assert formats.parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "13:00 PM", "0 AM", "25:00", "5:70 PM", "noon", "５ pm"])
def test_texts_that_are_not_times_are_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the form writes its own message
        formats.parse_time(text)
