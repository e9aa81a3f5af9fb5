"""A report in a browser: what can be done with it on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from crm.core import clock
from crm.core.data.base import db
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity
from tests.fixtures.browser import Live, enter

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


@pytest.mark.parametrize("width", [390, 320])
def test_report_can_be_emailed_from_a_phone(page: Page, live: Live, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    enter(page, "anna", "/reports/activity")
    link = page.get_by_role("link", name="Email me")
    expect(link).to_be_in_viewport(ratio=1)
    link.click()
    expect(page.get_by_role("heading", name="Choose reports")).to_be_visible()
    box = page.get_by_label("Activity, by email every week")
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    expect(box).to_be_in_viewport()


@pytest.fixture
def plain_page(browser: Browser, live: Live) -> Iterator[Page]:
    """Return a page of a phone without scripts."""
    context = browser.new_context(base_url=live.url, viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_filters_are_one_line_on_a_phone_that_says_what_is_chosen(plain_page: Page) -> None:
    enter(plain_page, "anna", "/reports/pipeline")
    line, path = plain_page.locator(".folded summary").first, plain_page.get_by_label("Sales path")
    expect(line).to_have_text(re.compile(r"^\s*Options\s+All\s*$"))
    expect(path).to_be_hidden()
    line.click()
    path.select_option("direct_sale")
    plain_page.get_by_role("button", name="Apply").click()
    expect(line).to_have_text(re.compile(r"Options\s+Sales path: Direct sale"))
    expect(path).to_be_hidden()
    assert line.bounding_box()["height"] < 50
    expect(plain_page.locator(".answer")).to_be_in_viewport(ratio=1)


def test_filters_are_open_on_a_wide_screen(page: Page) -> None:
    enter(page, "anna", "/reports/pipeline?path=direct_sale")
    expect(page.locator(".folded summary").first).to_be_hidden()
    page.get_by_label("Sales path").focus()
    expect(page.get_by_label("Sales path")).to_be_focused()
    page.emulate_media(media="print")
    expect(page.locator(".folded summary").first).to_contain_text("Sales path: Direct sale")
    expect(page.locator(".folded summary").first).to_be_visible()


def test_choices_of_a_custom_report_are_one_line_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, "anna", "/reports/custom/build/opportunities")
    line, grouping = page.locator(".folded summary").first, page.get_by_label("Group by")
    grouping.select_option("stage")
    expect(page.locator("#result .answer")).to_have_count(1)
    grouping.select_option("counselor")
    page.wait_for_url("**by=counselor**")
    line.click()
    expect(grouping).to_be_hidden()
    expect(line).to_contain_text("Opportunities by counselor")
    page.reload()
    expect(grouping).to_be_hidden()
    expect(page.locator("#result .answer")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [390, 1440])
def test_print_of_a_new_custom_report_has_the_line_of_choices_instead_of_the_form(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    enter(page, "anna", "/reports/custom/build/opportunities")
    line, grouping = page.locator(".folded summary").first, page.get_by_label("Group by")
    grouping.select_option("stage")
    text = line.get_by_text("Opportunities by stage")
    expect(text).to_have_count(1)
    expect(text).to_be_hidden()
    page.emulate_media(media="print")
    expect(text).to_be_visible()
    expect(grouping).to_be_hidden()
    assert page.locator("#result").bounding_box()["x"] == line.bounding_box()["x"]
    page.emulate_media(media="screen")
    expect(grouping).to_be_visible()
    grouping.select_option("")
    expect(text).to_have_count(0)


def test_printed_dashboard_explains_its_charts(page: Page, live: Live) -> None:
    with live.app.app_context():
        make_opportunity(
            client_of("Inland", "Printed Pumps"), "Printed pumps", amount=1000, close_on=clock.now().date()
        )
        db.session.commit()
    enter(page, "clara", "/reports/dashboard")
    caption = page.locator(".dashboard caption").first
    expect(caption).to_contain_text("likely")
    page.emulate_media(media="print")
    expect(caption).to_be_visible()
