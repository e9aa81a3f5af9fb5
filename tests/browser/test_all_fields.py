"""*All fields* of the log box opens the log form with the sentence and what was entered in its preview."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.fixtures.browser import Live, enter, wait_ready

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

SENTENCE = "met Uma Fieldgate 20m, send price list Fri"


@pytest.fixture
def today(page: Page, live: Live) -> Page:
    enter(page, "anna")
    wait_ready(page)
    return page


def open_all_fields(page: Page) -> None:
    page.locator(".quick").get_by_role("button", name="All fields").click()
    expect(page.get_by_role("heading", name="Log interaction")).to_be_visible()
    wait_ready(page)


def test_sentence_is_in_the_form_and_forgotten_when_it_is_saved(today: Page, live: Live) -> None:
    sentence = today.locator(".quick textarea")
    sentence.fill(SENTENCE)
    open_all_fields(today)
    expect(today.locator("#minutes")).to_have_value("20")
    expect(today.get_by_label("Title").first).to_have_value("Send price list")
    today.goto("/")
    expect(sentence).to_have_value(SENTENCE)
    open_all_fields(today)
    today.get_by_label("Add “Uma Fieldgate” as a new person").check()
    today.get_by_role("button", name="Save interaction").click()
    expect(today.locator("[data-toast=done]")).to_contain_text("Saved")
    today.goto("/")
    expect(sentence).to_have_value("")


def test_corrections_of_the_preview_are_in_the_form(today: Page) -> None:
    today.locator(".quick textarea").fill(SENTENCE.replace("Uma", "Ulf"))
    today.keyboard.press("Enter")
    chips = today.locator("#chips")
    chips.get_by_label("Notes").fill("Ships in March.")
    open_all_fields(today)
    expect(today.get_by_label("Notes")).to_have_value("Ships in March.")
    expect(today.locator("#minutes")).to_have_value("20")


def test_corrected_sentence_is_in_the_form_rather_than_its_former_preview(today: Page) -> None:
    sentence = today.locator(".quick textarea")
    sentence.fill(SENTENCE.replace("Uma", "Ute"))
    today.keyboard.press("Enter")
    expect(today.locator("#chips [data-result]")).to_be_focused()
    sentence.fill(SENTENCE.replace("Uma", "Ute").replace("20m", "35m"))
    open_all_fields(today)
    expect(today.locator("#minutes")).to_have_value("35")


def preview(page: Page, sentence: str) -> Locator:
    page.locator(".quick textarea").fill(sentence)
    page.keyboard.press("Enter")
    expect(page.locator("#chips [data-result]")).to_be_focused()
    return page.locator("#chips")


def test_preview_after_back_has_what_was_entered_in_it(today: Page) -> None:
    sentence = SENTENCE.replace("Uma", "Uli")
    chips = preview(today, sentence)
    chips.get_by_label("Notes").fill("Ships in March.")
    chips.get_by_label("Title").first.fill("Price list for 200")
    open_all_fields(today)
    today.go_back()
    wait_ready(today)
    expect(today.locator(".quick textarea")).to_have_value(sentence)
    preview(today, sentence.replace("20m", "25m"))
    expect(chips.get_by_label("Notes")).to_have_value("Ships in March.")
    expect(chips.get_by_label("Title").first).to_have_value("Price list for 200")
    expect(chips.locator("#minutes")).to_have_value("25")


def test_preview_of_someone_else_after_back_has_nothing_of_the_former_one(today: Page) -> None:
    chips = preview(today, SENTENCE.replace("Uma", "Ulla"))
    chips.get_by_label("Notes").fill("Ships in March.")
    open_all_fields(today)
    today.go_back()
    wait_ready(today)
    preview(today, "called Udo Fieldgate 10m")
    expect(chips.get_by_label("Notes")).to_have_value("")


def test_saved_form_leaves_nothing_for_the_next_preview(today: Page) -> None:
    sentence = SENTENCE.replace("Uma", "Ursula")
    chips = preview(today, sentence)
    chips.get_by_label("Notes").fill("Ships in March.")
    chips.get_by_label("Add “Ursula Fieldgate” as a new person").check()
    open_all_fields(today)
    today.get_by_role("button", name="Save interaction").click()
    expect(today.locator("[data-toast=done]")).to_contain_text("Saved")
    wait_ready(today)
    preview(today, sentence)
    expect(chips.get_by_label("Notes")).to_have_value("")


def test_all_fields_work_without_scripts(browser: Browser, live: Live) -> None:
    context = browser.new_context(base_url=live.url, java_script_enabled=False)
    page = context.new_page()
    enter(page, "anna", "/interactions/log")
    page.fill("#sentence", SENTENCE.replace("Uma", "Una"))
    page.get_by_role("button", name="Preview", exact=True).click()
    page.locator("#chips").get_by_label("Notes").fill("Ships in March.")
    page.locator("#chips").get_by_role("button", name="All fields").click()
    expect(page.get_by_role("heading", name="Log interaction")).to_be_visible()
    expect(page.get_by_label("Notes")).to_have_value("Ships in March.")
    page.goto("/interactions/log")
    page.fill("#sentence", "called Una Fieldgate 15m")
    page.get_by_role("button", name="All fields").click()
    expect(page.locator("#minutes")).to_have_value("15")
    context.close()
