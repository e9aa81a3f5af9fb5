"""Pages at the width of a phone: breadcrumbs of long names, and filters that are longer than the screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from crm.core.data.base import db
from tests.factories import organization
from tests.fixtures.browser import Live, enter

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]
PHONE = {"width": 390, "height": 844}
LONG_NAME = "International Consolidated Environmental Monitoring and Sustainable Development Corporation"


def test_breadcrumb_of_a_long_name_takes_one_line(page: Page, live: Live) -> None:
    with live.app.app_context():
        row = organization(LONG_NAME)
        db.session.commit()
        url = f"/organizations/{row.id}/edit"
    page.set_viewport_size(PHONE)
    enter(page, "anna", url)
    crumb = page.get_by_role("navigation", name="Breadcrumb").bounding_box()
    assert crumb["height"] <= 44
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.get_by_role("link", name=LONG_NAME).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(LONG_NAME)


def test_each_filter_can_be_removed_without_scrolling(page: Page, live: Live) -> None:
    page.set_viewport_size(PHONE)
    enter(page, "anna", "/opportunities/?counselor=1&waiting=us&state=open")
    links = page.get_by_role("link", name="Remove")
    assert links.count() == 3
    for link in links.all():
        expect(link).to_be_in_viewport(ratio=1)


def test_tabs_of_a_timeline_are_one_line_with_the_chosen_one_in_sight(page: Page, live: Live) -> None:
    with live.app.app_context():
        row = organization("Qa Tabs")
        db.session.commit()
        url = f"/organizations/{row.id}?tab=files"
    page.set_viewport_size(PHONE)
    enter(page, "anna", url)
    tabs = page.get_by_role("navigation", name="Timeline")
    expect(tabs.get_by_role("link", name="Files")).to_be_in_viewport(ratio=0.9)
    assert tabs.bounding_box()["height"] < 60
    tabs.evaluate("element => element.scrollTo({ left: 0, behavior: 'instant' })")
    expect(tabs).to_have_css("mask-image", re.compile("gradient"))
    tabs.evaluate("element => element.scrollTo({ left: 1000, behavior: 'instant' })")
    expect(tabs).to_have_css("mask-image", "none")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_tabs_that_fit_a_phone_neither_fade_nor_scroll(page: Page, live: Live) -> None:
    page.set_viewport_size(PHONE)
    enter(page, "anna", "/interactions/")
    tabs = page.locator(".tabs").first
    expect(tabs).to_be_visible()
    assert tabs.evaluate("element => element.scrollWidth - element.clientWidth") == 0
    expect(tabs).to_have_css("mask-image", "none")


def test_filtered_list_can_be_saved_as_a_view_on_a_phone(page: Page, live: Live) -> None:
    page.set_viewport_size(PHONE)
    enter(page, "anna", "/organizations/?country=CN")
    page.get_by_text("Save view").first.click()
    page.get_by_label("View name").fill("Qa Chinese firms")
    page.get_by_role("button", name="Save view").click()
    expect(page.locator("[data-toast]")).to_contain_text("View saved")
    expect(page.get_by_role("navigation", name="Views").get_by_text("Qa Chinese firms")).to_be_attached()


def test_filter_with_a_long_value_is_not_wider_than_the_screen(page: Page, live: Live) -> None:
    with live.app.app_context():
        row = organization(LONG_NAME)
        db.session.commit()
        url = f"/shows/attendance/?attendee={row.id}"
    page.set_viewport_size(PHONE)
    enter(page, "anna", url)
    link = page.get_by_role("link", name="Remove")
    expect(link).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
