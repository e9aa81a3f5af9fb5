"""Formats of dates, numbers, money, names and codes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from flask import g

from crm.core.clock import frozen
from crm.core.i18n import formats
from crm.core.policy import Actor

pytestmark = pytest.mark.one_engine

NOW = datetime(2026, 12, 8, 15, 36, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _reader(app):
    with app.test_request_context(), frozen(NOW):
        g.actor = Actor(id=1, zone="America/Los_Angeles")
        yield


def test_next_time_has_the_weekday_on_another_day_than_the_readers_today():
    texts = [formats.next_time(datetime(2026, 12, day, hour, tzinfo=UTC)) for day, hour in ((9, 1), (9, 9))]
    assert texts == ["5:00 PM", "Wed 1:00 AM"]


@pytest.mark.parametrize(
    ("value", "kw", "text"),
    [
        (date(2026, 12, 8), {}, "Dec 8"),
        (date(2025, 12, 8), {}, "Dec 8, 2025"),
        (date(2026, 12, 8), {"full": True}, "Dec 8, 2026"),
        (date(2026, 12, 8), {"weekday": True}, "Tue, Dec 8"),
        (date(2027, 1, 1), {"weekday": True}, "Fri, Jan 1, 2027"),
        (datetime(2026, 12, 9, 1, tzinfo=UTC), {}, "Dec 8"),
        (datetime(2027, 1, 1, 7, 59, tzinfo=UTC), {}, "Dec 31"),
        (datetime(2027, 1, 1, 8, 0, tzinfo=UTC), {}, "Jan 1, 2027"),
        (date(2025, 12, 8), {"full": False}, "Dec 8"),
        (date(2026, 12, 8), {"weekday": True, "full": True}, "Tue, Dec 8, 2026"),
        (None, {}, ""),
    ],
)
def test_date_is_formatted(value, kw, text):
    assert formats.day(value, **kw) == text


def test_datetimes_are_shown_in_the_zone_of_the_reader():
    moment = datetime(2026, 12, 9, 1, 0, tzinfo=UTC)
    assert formats.clock_time(moment) == "5:00 PM"
    assert formats.moment(moment) == "Tue, Dec 8, 5:00 PM"
    assert formats.moment(moment, full=True) == "Tue, Dec 8, 2026, 5:00 PM"
    assert formats.moment(moment, "Asia/Shanghai") == "Wed, Dec 9, 9:00 AM"
    assert formats.both_clocks(moment, "Asia/Shanghai") == "5:00 PM = Wed 9:00 AM Shanghai"
    assert formats.both_clocks(moment, "America/Los_Angeles") == "5:00 PM"
    assert formats.both_clocks(moment, "America/Denver") == "5:00 PM = 6:00 PM Denver"
    assert formats.both_clocks(moment, "America/Los_Angeles", None, "Asia/Shanghai") == "5:00 PM = Wed 9:00 AM Shanghai"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 12, 8), "today"),
        (date(2026, 12, 7), "yesterday"),
        (date(2026, 12, 9), "tomorrow"),
        (date(2026, 11, 25), "13 days ago"),
        (date(2025, 12, 8), "Dec 8, 2025"),
        (date(2026, 12, 11), "in 3 days"),
        (date(2026, 8, 31), "99 days ago"),
        (date(2026, 8, 30), "Aug 30"),
        (date(2027, 3, 17), "in 99 days"),
        (date(2027, 3, 18), "Mar 18, 2027"),
        (datetime(2026, 12, 8, 7, 59, tzinfo=UTC), "yesterday"),
        (datetime(2026, 12, 8, 8, 0, tzinfo=UTC), "today"),
        (datetime(2026, 12, 9, 1, tzinfo=UTC), "today"),
        (None, ""),
    ],
)
def test_ago_describes_the_elapsed_time(value, text):
    assert formats.ago(value) == text


@pytest.mark.parametrize(
    ("due", "light"),
    [
        (None, ("none", "No next step")),
        (date(2026, 12, 4), ("late", "4 days overdue")),
        (date(2026, 12, 6), ("late", "2 days overdue")),
        (date(2026, 12, 9), ("due", "Tomorrow")),
        (date(2026, 12, 7), ("late", "Yesterday")),
        (date(2026, 12, 8), ("due", "Today")),
        (date(2026, 12, 10), ("due", "Dec 10")),
        (date(2026, 12, 11), ("planned", "Dec 11")),
    ],
)
def test_light_describes_the_state(due, light):
    assert formats.light(due) == light


@pytest.mark.parametrize(
    ("amount", "currency", "short", "text"),
    [
        (Decimal(1240000), "USD", True, "$1.24M"),
        (Decimal("6800000.00"), "CNY", True, "CN¥6.8M"),
        (Decimal(90000), "USD", True, "$90K"),
        (Decimal(196250), "CNY", True, "CN¥196K"),
        (Decimal(10234000), "USD", True, "$10.2M"),
        (Decimal(86000000), "USD", True, "$86M"),
        (Decimal(999600), "USD", True, "$1M"),
        (Decimal(12345), "EUR", True, "€12.3K"),
        (Decimal(-1240000), "USD", True, "-$1.24M"),
        (Decimal(9500), "USD", True, "$9,500"),
        (Decimal("9999.99"), "USD", True, "$9,999.99"),
        (Decimal(10_000), "USD", True, "$10K"),
        (Decimal(-9500), "CNY", True, "-CN¥9,500"),
        (Decimal(-10_000), "EUR", True, "-€10K"),
        (Decimal(5_000_000), "JPY", True, "¥5M"),
        (12.5, "USD", True, "$12.50"),
        (Decimal(1240000), "USD", False, "$1,240,000"),
        (Decimal("12.50"), "EUR", False, "€12.50"),
        (Decimal(0), "USD", True, "$0"),
        (None, "USD", True, ""),
    ],
)
def test_money_is_formatted_with_its_currency(amount, currency, short, text):
    assert formats.money(amount, currency, short=short) == text


@pytest.mark.parametrize(
    ("text", "tag"),
    [("王小明", "zh-Hans"), ("王 Tom", "zh-Hans"), ("寶島水務", "zh-Hant"), ("Tom", None), ("", None), (None, None)],
)
def test_lang_follows_the_script_of_the_text(text, tag):
    assert formats.lang(text) == tag


def test_numbers_and_other_short_values_are_formatted():
    assert [formats.num(x) for x in (1240, Decimal("1240.50"), 0, None)] == ["1,240", "1,240.5", "0", ""]
    assert [formats.initials(x) for x in ("Anna Reyes", "王小明", "Bo", "a b c", "", None)] == [
        "AR",
        "王",
        "B",
        "AC",
        "?",
        "?",
    ]
    sizes = {
        0: "0 B",
        820: "820 B",
        1023: "1,023 B",
        1024: "1 kB",
        12_345: "12 kB",
        1024**2 - 1: "1,024 kB",
        1024**2: "1 MB",
        3_600_000: "3.4 MB",
        99 * 1024**2 + 500_000: "99.5 MB",
        100 * 1024**2 + 500_000: "100 MB",
        3 * 1024**3 // 2: "1.5 GB",
        5_000 * 1024**3: "5,000 GB",
        None: "",
    }
    assert {size: formats.filesize(size) for size in sizes} == sizes
    labels = ("Meeting", "WeChat", "E-mail", "China rep", "Chinese name", "")
    assert [formats.within(x) for x in labels] == ["meeting", "WeChat", "e-mail", "China rep", "Chinese name", ""]
    assert [formats.language_name(x) for x in ("en", "xx", None)] == ["English", "xx", ""]


def test_year_is_shown_when_it_differs_for_the_reader():
    assert formats.moment(datetime(2027, 1, 5, 18, 0, tzinfo=UTC)) == "Tue, Jan 5, 2027, 10:00 AM"
    # New Year in London is still the old year in Los Angeles.
    with frozen(datetime(2027, 1, 1, 2, 0, tzinfo=UTC)):
        assert [formats.day(day) for day in (date(2026, 12, 31), date(2027, 1, 1))] == ["Dec 31", "Jan 1, 2027"]
        assert formats.moment(datetime(2026, 12, 31, 18, 0, tzinfo=UTC)) == "Thu, Dec 31, 10:00 AM"


def test_local_time_is_shown_in_other_zones():
    zones = ["America/Los_Angeles", "Asia/Shanghai", None]
    day, moment = date(2026, 12, 8), time(17, 0)
    shanghai = "= Wed, Dec 9, 9:00 AM Shanghai"
    assert formats.other_clocks(day, moment, "America/Los_Angeles", zones) == shanghai
    assert (
        formats.other_clocks(day, moment, "America/Denver", zones)
        == "= Tue, Dec 8, 4:00 PM Los Angeles, = Wed, Dec 9, 8:00 AM Shanghai"
    )
    assert [
        formats.other_clocks(*x, zones) for x in ((None, moment, "UTC"), (day, None, "UTC"), (day, moment, None))
    ] == [""] * 3


def test_clock_of_a_zone_is_shown_only_in_the_season_in_which_it_differs():
    zones = ("America/Phoenix",)
    winter, summer = datetime(2026, 12, 8, 18, 0, tzinfo=UTC), datetime(2026, 7, 8, 18, 0, tzinfo=UTC)
    assert (formats.their_clock(winter, *zones), formats.their_clock(summer, *zones)) == ("= 11:00 AM Phoenix", "")


def test_phone_keeps_its_extension():
    assert formats.phone("+1 909 555 0142 ext. 12") == "+1 909-555-0142 ext. 12"


def test_customs_codes_are_formatted_with_dots():
    assert [formats.hs(x) for x in ("902680", "9026", None)] == ["9026.80", "9026", ""]
    assert formats.phone("+8613800138000") == "+86 138 0013 8000"
    assert formats.phone("9095550142", "US") == "+1 909-555-0142"
    assert [formats.phone(x) for x in ("ask Tom", "", None)] == ["ask Tom", "", ""]


def test_codes_are_shown_as_names():
    assert [formats.country(code) for code in ("CN", "XX", None)] == ["China", "XX", ""]
    zones = ("America/Los_Angeles", "America/Argentina/Buenos_Aires", "Asia/Ho_Chi_Minh", "UTC")
    assert [formats.place(zone) for zone in zones] == ["Los Angeles", "Buenos Aires", "Ho Chi Minh", "UTC"]


def test_page_values_are_formatted_once():
    calls = []
    write = formats.memoize_format(lambda x: calls.append(x) or str(x))
    assert [write(1), write(2), write(1)] == ["1", "2", "1"]
    assert calls == [1, 2]


def test_templates_have_the_filters(app):
    assert set(formats.FILTERS) <= set(app.jinja_env.filters)


def test_address_breaks_after_the_at_sign_and_before_dots():
    assert formats.breakable_address("a<b@post.example") == "a&lt;b@<wbr>post<wbr>.example"
    assert formats.mark_address("https://www.post.example") == "https://www<wbr>.post<wbr>.example"
    assert formats.mark_address("Ask a@b.example. <周>") == 'Ask a@b.example. &lt;<span lang="zh-Hans">周</span>&gt;'


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(0, 3, 0), (1, 250, 1), (1, 3, 33), (2, 3, 67), (249, 250, 99), (3, 3, 100), (Decimal("0.1"), Decimal(90), 1)],
)
def test_share_is_none_or_all_only_if_it_is(part, whole, percent):
    assert formats.percent_of(part, whole) == percent
