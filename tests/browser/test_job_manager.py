"""A manager's Monday, done by the words on the screen: changes, overdue items, forecast, print, file, leaving."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from python_calamine import load_workbook

from crm.core import clock
from crm.core.data.base import db
from crm.opportunities.policy import OpportunityStage
from tests.accounts.lookups import user
from tests.browser.journey import Journey
from tests.factories.opportunities import make_opportunity, move_at
from tests.factories.organizations import client_of
from tests.fixtures.browser import WATCH_POLICY, Faults, Live, enter, served, violations
from tests.fixtures.databases import Databases
from tests.fixtures.people import make_people
from tests.reports.test_waiting import make_follow_up

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
COUNT_PRINTS = "window.printed = 0; window.print = () => { window.printed += 1; }"


@pytest.fixture
def office(databases: Databases, engine: str) -> Iterator[Live]:
    """A server of its own: a contract, a loss, an opportunity that is stuck, and an overdue follow-up."""
    with served(databases, engine) as server:
        with server.app.app_context():
            people, now = make_people(["anna", "clara"]), clock.now()
            client = client_of("Inland", "Tri-Valley Sensors", counselor=people["anna"])
            rows = {
                title: make_opportunity(client, title, days=60, counselor=people["anna"], amount=amount)
                for title, amount in (("Valves", 250_000), ("Pumps", 40_000), ("Meters", 90_000))
            }
            move_at(rows["Valves"], OpportunityStage.matched, OpportunityStage.contracted, now)
            move_at(rows["Pumps"], OpportunityStage.matched, OpportunityStage.withdrawn, now)
            rows["Valves"].stage_since = rows["Pumps"].stage_since = now
            make_follow_up(clock.today("America/Los_Angeles") - timedelta(days=5), people["anna"], title="Send price")
            db.session.commit()
        yield server


@pytest.fixture
def page(browser: Browser, office: Live) -> Iterator[Page]:
    """A watched page on that server, signed in as the manager."""
    faults = Faults(office.url)
    context = browser.new_context(base_url=office.url, viewport={"width": 1440, "height": 900}, locale="en-US")
    context.set_default_timeout(30_000)
    context.add_init_script(WATCH_POLICY)
    context.add_init_script(COUNT_PRINTS)
    context.on("page", faults.watch)
    visitor = context.new_page()
    enter(visitor, "clara")
    yield visitor
    context.close()
    faults.check()


def section(page: Page, title: str):
    """Return a section of the report by its title."""
    return page.get_by_role("region", name=title)


def test_monday_review_takes_15_steps(page: Page) -> None:
    job = Journey(page, "Monday review: what changed, stuck, overdue, forecast, a number's records, print, XLSX")
    job.click("link", "Reports")
    job.click("link", "Pipeline", within=page.get_by_role("main"))
    changed = section(page, "What changed this week?").get_by_role("row")
    expect(changed.nth(1)).to_contain_text(re.compile("Signed.*Valves.*Matched.*Contract signed", re.DOTALL))
    expect(changed.nth(2)).to_contain_text(re.compile("Lost.*Pumps.*Matched.*Withdrawn", re.DOTALL))
    job.click("link", "Stuck", within=page.get_by_role("navigation", name="On this page"))
    expect(section(page, "What is stuck?")).to_contain_text("Meters")
    job.click("link", "Overdue follow-ups", within=page.get_by_role("navigation", name="On this page"))
    late = section(page, "Which follow-ups are overdue?").get_by_role("row").nth(1)
    expect(late).to_contain_text(re.compile("Send price.*Firm.*We owe.*Anna Reyes.*5", re.DOTALL))
    job.click("link", "Closing", within=page.get_by_role("navigation", name="On this page"))
    expect(section(page, "What will close, and when?")).to_be_visible()
    job.click("link", "1 signed")
    expect(page.get_by_role("main")).to_contain_text("1 total")
    expect(page.get_by_role("main")).to_contain_text("US$ total $250K")
    job.go_back()
    job.click("button", "Print")
    assert page.evaluate("window.printed") == 1
    with page.expect_download() as download:
        job.click_to_download("link", "XLSX")
    book = load_workbook(str(download.value.path()))
    assert book.sheet_names[:3] == ["Summary", "Changes", "Stuck"]
    assert book.get_sheet_by_name("Changes").to_python()[1][:2] == ["Signed", "Valves"]
    job.check(15)


def test_records_of_a_leaver_are_handed_over_in_8_steps(page: Page, office: Live) -> None:
    job = Journey(page, "Someone leaves: deactivate the account, records to several new owners")
    job.click("link", "Users")
    job.click("link", "Anna Reyes")
    job.click("link", "Deactivate")
    job.choose("Reassign to", "Clara Whitfield")
    job.choose("Open follow-ups, Inland", "Dora Lindqvist")
    job.click("button", "Deactivate")
    # The client, its three opportunities, and the follow-up.
    expect(page.get_by_text("Anna Reyes was deactivated. 5 records were reassigned.")).to_be_visible()
    job.check(8)
    with office.app.app_context():
        assert not user("anna@demo.example").active


def test_report_fits_a_phone_and_is_accessible(browser: Browser, office: Live) -> None:
    for width, theme in ((320, "dark"), (390, "light"), (1440, "light")):
        context = browser.new_context(base_url=office.url, viewport={"width": width, "height": 800}, bypass_csp=True)
        context.add_cookies([{"name": "theme", "value": theme, "url": office.url}])
        context.set_default_timeout(30_000)
        visitor = context.new_page()
        enter(visitor, "clara")
        for path in (
            "/reports/",
            "/reports/pipeline",
            "/reports/pipeline?period=month&at=2026-01-15",
            "/users/1/reassign",
        ):
            visitor.goto(path)
            wide = visitor.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            # axe looks at the other widths and colors of all pages in test_crawl.
            problems = violations(visitor) if width == 390 else []
            assert (path, width, wide, problems) == (path, width, False, [])
        context.close()
