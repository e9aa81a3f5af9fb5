"""The first hour of a new counselor: what Causeway is, what to do first, and the next digest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.journey import Journey
from tests.fixtures.browser import WATCH_POLICY, Faults, Live, enter, served
from tests.fixtures.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
CONTACTS = Path(__file__).parents[1] / "samples/contacts_csv/google_contacts_current.csv"
PHONE = {"width": 390, "height": 844}
IN_VIEW = "e => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight && r.width > 0; }"


@pytest.fixture
def new_office(databases: Databases, engine: str) -> Iterator[Live]:
    """A server of its own with users and no records."""
    with served(databases, engine) as server:
        yield server


@pytest.fixture
def visit(browser: Browser, new_office: Live) -> Iterator[BrowserContext]:
    """A watched browser profile on that server."""
    faults = Faults(new_office.url)
    context = browser.new_context(
        base_url=new_office.url, viewport={"width": 1440, "height": 900}, timezone_id="America/Los_Angeles"
    )
    context.set_default_timeout(30_000)
    context.add_init_script(WATCH_POLICY)
    context.on("page", faults.watch)
    yield context
    context.close()
    faults.check()


@pytest.fixture
def page(visit: BrowserContext) -> Page:
    """Return Today of a new counselor."""
    page = visit.new_page()
    enter(page, "anna")
    return page


def test_new_counselor_does_the_three_first_steps(page):
    anna = Journey(page, "Job 1, the three first steps")
    anna.reads("Welcome to Causeway", "0 of 3 done", "Import people", "Log an interaction", "Plan a follow-up")
    anna.click("link", "Plan a follow-up")
    anna.fill("Title", "Send the price list")
    anna.tick("In two weeks")
    anna.click("button", "Add follow-up", exact=True)
    anna.click("link", "Today")
    anna.reads("1 of 3 done")
    anna.click("link", "Log an interaction")
    anna.fill("Quick log", "Called the Ningbo port office, 20 min")
    anna.click("button", "Preview", exact=True)
    anna.click("button", "Save interaction", exact=True)
    anna.click("link", "Today")
    anna.reads("2 of 3 done")
    anna.click("link", "Import people")
    anna.upload("File", CONTACTS)
    anna.click("button", "Preview rows")
    anna.click("button", "Import 1 row")
    anna.reads("Results by row", "New person and organization")
    anna.click("link", "Today")
    expect(page.get_by_text("Welcome to Causeway")).to_have_count(0)
    anna.check(16)


def test_new_counselor_learns_what_tomorrows_digest_will_say(page):
    anna = Journey(page, "Job 12, change the digest hour and see what it will say")
    anna.open_menu("account menu")
    anna.click("link", "Profile")
    anna.choose("Digest time", "8:00 AM")
    anna.click("button", "Save changes", exact=True)
    anna.click("link", "Preview your next digest")
    anna.reads("Next digest", "8:00 AM", "Nothing to report")
    anna.check(5)


def test_help_is_one_step_away_on_a_desk_and_two_on_a_phone(page):
    anna = Journey(page, "Job 1, find help on a desk")
    anna.click("link", "Help", exact=True)
    anna.reads("Terms", "How reminders work", "Who sees what", "Keyboard shortcuts")
    anna.check(1)
    page.set_viewport_size(PHONE)
    page.goto("/people/")
    anna = Journey(page, "Job 1, find help on a phone")
    anna.open_menu("More")
    anna.click("link", "Help", exact=True)
    anna.reads("How reminders work")
    anna.check(2)


def test_log_and_new_stay_in_view_at_the_end_of_a_long_page(page):
    page.goto("/help")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.evaluate("scrollY") > 500
    for target in (page.locator(".topbar").get_by_role("link", name="Log"), page.locator(".topbar summary").first):
        assert target.evaluate(IN_VIEW)
    page.set_viewport_size(PHONE)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.locator(".bottombar .plus").evaluate(IN_VIEW)
