"""A report in a browser: what can be done with it on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

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
