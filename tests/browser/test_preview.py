"""The preview of a quick-log sentence."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Live, enter, wait_ready

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


def test_corrected_sentence_keeps_what_was_entered_in_its_preview(page: Page, live: Live) -> None:
    enter(page, "anna")
    wait_ready(page)
    box, preview = page.locator(".quick textarea"), page.locator("#chips")
    box.fill("met Li Wei 20m, send price list Fri")
    page.get_by_role("button", name="Preview", exact=True).click()
    preview.get_by_label("Notes").fill("She visits Long Beach in March.")
    preview.get_by_label("Title").fill("Price list for 200")
    due = preview.get_by_label("Due").first
    friday = due.input_value()
    box.fill("met Li Wei 25m, send price list Thu")
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(due).not_to_have_value(friday)
    expect(preview.get_by_label("Notes")).to_have_value("She visits Long Beach in March.")
    expect(preview.get_by_label("Title")).to_have_value("Price list for 200")
