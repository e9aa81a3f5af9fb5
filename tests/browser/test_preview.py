"""The preview of a quick-log sentence: what was entered in it when the sentence is corrected."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fixtures.browser import Faults, Live, enter, wait_ready

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

NOTES = "She visits Long Beach in March."


@pytest.fixture
def today(page: Page, live: Live) -> Page:
    enter(page, "anna")
    wait_ready(page)
    return page


def preview(page: Page, sentence: str) -> Locator:
    """Preview a sentence; return its preview."""
    page.locator(".quick textarea").fill(sentence)
    with page.expect_response(lambda response: response.url.endswith("/interactions/log")):
        page.get_by_role("button", name="Preview", exact=True).click()
    return page.locator("#chips")


def test_corrected_sentence_keeps_what_was_entered_in_its_preview(today: Page) -> None:
    chips = preview(today, "met Li Wei 20m, send price list Fri")
    chips.get_by_label("Notes").fill(NOTES)
    chips.get_by_label("Title").fill("Price list for 200")
    due = chips.get_by_label("Due").first
    friday = due.input_value()
    preview(today, "met Li Wei 25m, send price list Thu")
    expect(due).not_to_have_value(friday)
    expect(chips.get_by_label("Notes")).to_have_value(NOTES)
    expect(chips.get_by_label("Title")).to_have_value("Price list for 200")


def test_sentence_about_someone_else_gets_nothing_of_the_former_one(today: Page) -> None:
    chips = preview(today, "met Gao Yifei 20m")
    chips.get_by_text("More fields").click()
    chips.get_by_label("Place").fill("Gao's office")
    chips.get_by_label("Notes").fill(NOTES)
    preview(today, "called Tang Ruoxi 10m")
    expect(chips.get_by_label("Place")).to_have_value("")
    expect(chips.get_by_label("Notes")).not_to_have_value(NOTES)


def test_follow_up_of_the_corrected_sentence_stays_after_another_was_removed(today: Page) -> None:
    chips = preview(today, "met Li Wei 20m, send price list Fri")
    chips.locator("[data-rows=follow_ups] [data-rows-cut]").first.click()
    preview(today, "met Li Wei 20m, send catalog Mon")
    expect(chips.get_by_label("Title").first).to_have_value("Send catalog")


def test_own_follow_up_is_moved_after_those_of_the_corrected_sentence(today: Page) -> None:
    chips = preview(today, "met Li Wei 20m")
    chips.get_by_label("Title").first.fill("Check the label")
    preview(today, "met Li Wei 20m, send catalog Mon")
    expect(chips.get_by_label("Title").nth(0)).to_have_value("Send catalog")
    expect(chips.get_by_label("Title").nth(1)).to_have_value("Check the label")


def test_corrected_name_replaces_the_misspelled_one(today: Page) -> None:
    chips = preview(today, "met Wang Xiulang 20m")
    chips.get_by_role("checkbox", name="Add “Wang Xiulang” as a new person").check()
    preview(today, "met Wang Xiulan 20m")
    expect(chips.get_by_text("Wang Xiulang")).to_have_count(0)


def test_sentence_is_not_in_its_box_after_saving_and_back(today: Page) -> None:
    box = today.locator(".quick textarea")
    preview(today, "met Bobbi Backley 20m").get_by_label("Add “Bobbi Backley” as a new person").check()
    today.get_by_role("button", name="Save interaction").click()
    expect(today.locator("[data-toast=done]")).to_contain_text("Saved")
    wait_ready(today)
    expect(box).to_have_value("")
    today.go_back()
    wait_ready(today)
    expect(box).to_have_value("")
    today.reload()
    wait_ready(today)
    expect(box).to_have_value("")


def test_next_sentence_stays_in_its_box_after_leaving_and_back(today: Page) -> None:
    box = today.locator(".quick textarea")
    preview(today, "met Bobbi Backlund 20m").get_by_label("Add “Bobbi Backlund” as a new person").check()
    today.get_by_role("button", name="Save interaction").click()
    expect(today.locator("[data-toast=done]")).to_contain_text("Saved")
    wait_ready(today)
    box.fill("called Udo Backlund 10m")
    today.goto("/people/")
    today.go_back()
    wait_ready(today)
    expect(box).to_have_value("called Udo Backlund 10m")


def preview_on_page(page: Page, sentence: str) -> Locator:
    """Preview a sentence on the page Quick log, which loads again."""
    page.locator("#sentence").fill(sentence)
    with page.expect_navigation():
        page.get_by_role("button", name="Preview", exact=True).click()
    wait_ready(page)
    return page.locator("#chips")


def test_corrected_sentence_on_the_page_keeps_what_was_entered(today: Page) -> None:
    today.goto("/interactions/log")
    chips = preview_on_page(today, "met Li Wei 20m, send price list Fri")
    chips.get_by_label("Notes").fill(NOTES)
    chips.get_by_label("Title").first.fill("Price list for 200")
    minutes = chips.locator("#minutes")
    preview_on_page(today, "met Li Wei 25m, send price list Fri")
    expect(minutes).to_have_value("25")
    expect(chips.get_by_label("Notes")).to_have_value(NOTES)
    expect(chips.get_by_label("Title").first).to_have_value("Price list for 200")
    preview_on_page(today, "met Gao Yifei 20m")
    expect(chips.get_by_label("Notes")).not_to_have_value(NOTES)
    today.goto("/interactions/log")
    preview_on_page(today, "met Li Wei 20m, send price list Fri")
    expect(chips.get_by_label("Notes")).not_to_have_value(NOTES)


def test_refused_sentence_on_the_page_keeps_what_was_entered(today: Page, browser_errors: Faults) -> None:
    browser_errors.allowed.append("422")
    today.goto("/interactions/log")
    preview_on_page(today, "met Li Wei 20m").get_by_label("Notes").fill(NOTES)
    today.locator("#sentence").evaluate("field => field.required = false")
    chips = preview_on_page(today, " ")
    expect(today.locator(".errors").first).to_be_visible()
    user = today.evaluate("document.body.dataset.user")
    stored = today.evaluate("name => sessionStorage.getItem(name)", f"preview:{user}")
    assert NOTES in stored
    assert "csrf_token" not in stored
    preview_on_page(today, "met Li Wei 25m")
    expect(chips.get_by_label("Notes")).to_have_value(NOTES)
