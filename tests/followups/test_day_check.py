"""A day is checked while it is chosen, with the same sentence as on save."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from crm.people.queries import list_workplaces
from tests.factories import make_confidential, person
from tests.fixtures.browser import enter
from tests.tools.pages import problems_of

URL = "/followups/day-check"
NIGHT = "Sat, Dec 19 is a weekend day in China. It's 2:00 AM on Sat, Dec 19 in Shanghai."
ASK = " Choose another date or schedule anyway."


def check(web, **params) -> str | None:
    return web.get(URL, query_string=params).json["problem"]


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"day": "2026-12-19"}, "Sat, Dec 19 is a weekend day."),
        ({"day": "2026-12-18"}, None),
        (
            {"day": "2026-12-18", "time": "10:00"},
            "Sat, Dec 19 is a weekend day in China. It's 2:00 AM on Sat, Dec 19 in Shanghai.",
        ),
        ({"day": "2026-12-18", "time": "10:00", "zone": "Asia/Shanghai"}, None),
        ({"choice": "tomorrow"}, None),
        ({}, None),
        ({"day": "2026-02-30"}, None),
        ({"day": "2026-12-19", "zone": "Nowhere"}, None),
        ({"day": "2026-12-19", "about": "x"}, "Sat, Dec 19 is a weekend day."),
    ],
)
def test_chosen_day_is_checked_at_both_places(web, wang, params, problem):
    assert check(web, **({"about": [wang.id]} | params)) == (problem + ASK if problem else None)


def test_preset_day_is_checked_by_its_code(web, wang, clock):
    clock.set(datetime(2026, 9, 30, 17, tzinfo=UTC))
    assert "National Day in China" in (check(web, choice="tomorrow", about=wang.id) or "")


def test_day_check_reveals_nothing_about_a_hidden_person(web, people):
    hidden = make_confidential(
        person("Zq", team="Inland", zone="Asia/Shanghai", country="CN", counselor=people["clara"])
    )
    assert [len(list_workplaces([hidden.id])), check(web, day="2026-10-01", about=hidden.id)] == [1, None]


@pytest.mark.parametrize(
    ("url", "count"),
    [("/followups/new", 1), ("/interactions/new", 3), ("/inquiries/new", 1)],
)
def test_forms_offer_the_check_and_hide_the_confirmation(web, url, count):
    page = web.get(url).text
    assert page.count(f'data-day-check="{URL}"') == count
    assert page.count("data-day-confirm hidden>") == 1
    assert problems_of(page) == []


def test_postponing_checks_the_days_of_the_people_concerned(web, call, wang):
    page = web.get(f"/followups/{call.id}/later").text
    assert f'data-day-check="{URL}?about={wang.id}&amp;' in page


@pytest.mark.browser
@pytest.mark.engine_in_turn
def test_chosen_day_is_explained_and_confirmed_before_saving(page):
    enter(page, "anna")
    # The script that checks days is loaded after the page: it would miss a day that is entered before.
    page.goto("/followups/new", wait_until="networkidle")
    page.get_by_label("Title").fill("Holiday card")
    confirm = page.get_by_label("Schedule anyway")
    expect(confirm).to_be_hidden()
    day, note = page.locator("#due_on"), page.locator("#due_on-day")
    day.fill("2030-12-25")
    expect(note).to_contain_text("Wed, Dec 25, 2030 is Christmas Day.")
    expect(day).to_have_accessible_description(re.compile("is Christmas Day"))
    expect(page.locator("[data-announce]")).to_contain_text("is Christmas Day")
    expect(confirm).to_be_visible()
    day.fill("2030-12-26")
    expect(note).to_have_count(0)
    expect(confirm).to_be_hidden()
    page.locator("[name=due_time]").fill("03:00")
    expect(note).to_contain_text("3:00 AM")
    confirm.check()
    page.get_by_role("button", name="Add follow-up", exact=True).click()
    expect(page.locator("[data-toast=done]")).to_be_visible()
