"""What a screen reader says while a page changes: each change once, and nothing that stayed as it was."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from crm.core.data.base import db
from tests.factories import person
from tests.fixtures.browser import Live, enter

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]
RECORD = """window.texts = [];
document.addEventListener("DOMContentLoaded", () => {
  const region = document.querySelector("[data-announce]");
  new MutationObserver(() => region.textContent && window.texts.push(region.textContent))
    .observe(region, { childList: true });
});"""


def test_number_of_selected_rows_is_announced_once(page: Page, live: Live) -> None:
    with live.app.app_context():
        for name in ("Ada", "Bo", "Cy"):
            person("Announceable", name)
        db.session.commit()
    page.add_init_script(RECORD)
    enter(page, "anna", "/people/?q=Announceable")
    boxes = page.locator("[data-select]")
    expect(page.locator("[data-picked]")).to_have_text("0 selected")
    for number in range(2):
        boxes.nth(number).press("Space")
        expect(page.locator("[data-announce]")).to_have_text(f"{number + 1} selected")
    page.locator("[data-select-all]").press("Space")
    expect(page.locator("[data-announce]")).to_have_text("3 selected")
    assert page.evaluate("window.texts") == ["1 selected", "2 selected", "3 selected"]


def test_similar_records_are_announced_only_when_they_change(page: Page, live: Live) -> None:
    with live.app.app_context():
        person("Announcesame", "Lena")
        db.session.commit()
    enter(page, "anna", "/people/new")
    page.get_by_label("Family name", exact=True).fill("Announcesame")
    page.get_by_label("Given name", exact=True).fill("Lena")
    section = page.locator("#similar section")
    expect(section).to_contain_text("Lena Announcesame")
    section.evaluate("section => { window.first = section; }")
    with page.expect_response("**/duplicates/similar/*"):
        page.get_by_label("Pronunciation").fill("LEH-na")
    box = page.get_by_label("Create anyway")
    with page.expect_response("**/duplicates/similar/*"):
        box.press("Space")
    page.wait_for_timeout(100)
    assert page.evaluate("window.first.isConnected")
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    page.get_by_label("Given name", exact=True).fill("Qwertz")
    expect(section.get_by_text("Lena Announcesame")).to_have_count(0)


def test_focus_returns_to_the_menu_that_opened_a_dialog(page: Page, live: Live) -> None:
    enter(page, "anna")
    menu = page.locator("summary[aria-label$='account menu']")
    menu.press("Enter")
    page.get_by_role("button", name="Keyboard shortcuts").press("Enter")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    menu.press("Enter")
    page.get_by_role("button", name="Dark").focus()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
