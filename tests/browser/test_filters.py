"""The filters of a list: their buttons are in sight in every window, although the fields are longer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fixtures.browser import Live, enter

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]
WINDOWS = [(1440, 900), (1024, 600), (390, 844)]


def expect_apply_visible(page: Page) -> None:
    """Open the filters and expect that no pixel of the button is outside the window; it is above the last field."""
    page.goto("/organizations/")
    page.locator(".filters summary", has_text="Filter").click()
    button = page.get_by_role("button", name="Apply").locator("visible=true")
    expect(button).to_be_in_viewport(ratio=1)
    page.get_by_label("Archived").locator("visible=true").scroll_into_view_if_needed()
    expect(button).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_apply_is_in_sight_in_every_window(page: Page, live: Live, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    enter(page, "anna")
    expect_apply_visible(page)


def test_apply_is_in_sight_without_script(browser: Browser, live: Live) -> None:
    with browser.new_context(
        base_url=live.url, viewport={"width": 390, "height": 844}, java_script_enabled=False
    ) as context:
        page = context.new_page()
        enter(page, "anna")
        expect_apply_visible(page)
