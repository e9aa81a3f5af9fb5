"""The palette in a browser: commands by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import enter, violations

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


def test_commands_press_controls_and_open_pages_by_keyboard(page):
    enter(page, "anna")
    page.keyboard.press("Control+k")
    page.keyboard.type(">dark")
    expect(page.locator("#hits [role=option]")).to_have_text(["Dark theme"])
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("[data-palette]")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type(">np")
    expect(page.locator("#hits [aria-selected=true]")).to_have_text("New person")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/new")


def test_pinyin_typed_into_the_search_box_of_a_page_becomes_characters(page):
    enter(page, "anna")
    page.locator("header input[name=q]").focus()
    keyboard = page.context.new_cdp_session(page)
    for pinyin in ("q", "qi", "qian"):
        keyboard.send("Input.imeSetComposition", {"text": pinyin, "selectionStart": 1, "selectionEnd": 1})
        expect(page.locator("[data-palette]")).to_be_hidden()
    keyboard.send("Input.insertText", {"text": "钱文"})
    expect(page.locator("[data-palette] [role=combobox]")).to_have_value("钱文")
    page.keyboard.type("w")
    expect(page.locator("[data-palette] [role=combobox]")).to_have_value("钱文w")


def test_unknown_command_is_called_a_command(page):
    enter(page, "anna")
    page.keyboard.press("Control+k")
    page.keyboard.type(">qqqq")
    text = "No command found. Delete the text after > to see all commands."
    expect(page.locator("#hits")).to_have_text(text)
    expect(page.locator("[data-result-count]")).to_have_text(text)
