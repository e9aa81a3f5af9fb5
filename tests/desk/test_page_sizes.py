"""Pages with fifty rows stay light: what a phone on a bad line has to fetch."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from crm.followups.services import add_follow_up
from tests.factories import client_of, organization, person

pytestmark = [pytest.mark.usefixtures("people"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
DAY = date(2026, 3, 10)
TUESDAY_MORNING = datetime(2026, 3, 10, 17, tzinfo=UTC)
BEFORE_THANKSGIVING = datetime(2026, 11, 25, 17, tzinfo=UTC)
MAX_BYTES = {"/": 84_000, "/followups/": 129_000}
MAX_WIRE_BYTES = 20_000


@pytest.fixture
def fifty_overdue_follow_ups(actor):
    """Add fifty overdue follow-ups of anna, about people with names in both scripts."""
    anna = actor("anna")
    client_row = client_of("Inland", "Tri-Valley Sensors and Instruments")
    buyer = organization("Huadong Water Engineering Group")
    for n in range(50):
        contact = person("Zhou", f"Limin {n}", family_native="周", given_native="立民", organization=buyer)
        values = {
            "title": f"Ask whether the {n} samples passed the test of the plant",
            "due_on": DAY - timedelta(days=4),
        }
        add_follow_up(anna, values, about=[contact.id, client_row.id])


@pytest.mark.parametrize("moment", [TUESDAY_MORNING, BEFORE_THANKSGIVING], ids=["usual", "most-choices"])
@pytest.mark.parametrize("path", ["/", "/followups/"])
def test_fifty_overdue_follow_ups_stay_within_the_weight_of_a_page(
    client, fifty_overdue_follow_ups, clock, path, moment
):
    clock.set(moment)
    page = client.login_as("anna").get(path).get_data()
    assert page.count(b"samples passed the test") >= (30 if path == "/" else 50)
    assert len(page) <= MAX_BYTES[path]
    assert len(client.get(path, headers={"Accept-Encoding": "gzip"}).get_data()) <= MAX_WIRE_BYTES


def test_today_shows_thirty_follow_ups_and_links_to_older_ones(client, fifty_overdue_follow_ups):
    page = client.login_as("anna").get("/").text
    assert len(re.findall(r"<li class=\"todo\"", page)) == 30
    (link,) = re.findall(r'<a class="link" href="([^"]+)">20 older follow-ups are also open\.</a>', page)
    assert client.get(link).text.count("samples passed the test") >= 50


@pytest.mark.parametrize("path", ["/", "/followups/"])
def test_actions_of_all_rows_share_one_form(client, fifty_overdue_follow_ups, path):
    page = client.login_as("anna").get(path).text
    forms = set(re.findall(r'form="(answers)" formaction="/followups/\d+/', page))
    assert (forms, page.count('<form id="answers"')) == ({"answers"}, 1)


@pytest.mark.parametrize("day", [date(2026, 3, 9) + timedelta(days=n) for n in range(5)])
def test_menu_of_a_row_is_short_and_has_next_week_on_each_day(client, fifty_overdue_follow_ups, clock, day):
    clock.set(datetime(day.year, day.month, day.day, 17, tzinfo=UTC))
    client.login_as("anna")
    text = client.get("/followups/").text
    url, codes = _row_menu(text)
    page_codes = re.findall(r'name="to" value="(\w+)"', client.get(url).text)
    is_friday = day.weekday() == 4
    omitted = {"in_two_days", "in_a_week"} | ({"tomorrow"} if is_friday else set())
    assert [code for code in page_codes if code not in omitted] == codes
    assert {"next_workday" if is_friday else "next_week", "two_weeks"} <= set(codes)
    assert {"in_two_days", "in_a_week"} & set(page_codes)


def test_menu_of_a_row_has_no_holiday_tomorrow(client, fifty_overdue_follow_ups, clock):
    clock.set(BEFORE_THANKSGIVING)
    client.login_as("anna")
    assert _row_menu(client.get("/followups/").text)[1] == ["later_today", "next_workday", "next_week", "two_weeks"]


def _row_menu(page):
    """Return the URL to postpone the first follow-up, and the choices in its menu."""
    url = re.search(r'formaction="(/followups/\d+/later)/', page)[1]
    return url, re.findall(rf'<button form="answers" formaction="{url}/(\w+)\?version=1">', page)
