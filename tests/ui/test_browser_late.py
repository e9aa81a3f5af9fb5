"""What a user does before a late script is loaded counts, and isn't done twice."""

import pytest
from playwright.sync_api import expect

from tests.ui.late_scripts import open_early
from tests.ui.test_browser_forms import fill

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


def test_message_stays_after_what_was_typed_before_it_was_shown(page):
    load = open_early(page, "/form?flash=1", "toasts.js")
    page.locator("#title").fill("Call")
    load()
    expect(page.locator("[data-toasts] [data-undo] button")).to_be_visible()


def test_offered_record_chosen_early_is_chosen_once(page):
    page.goto("/form")
    expect(page.locator("html.ready")).to_be_attached()
    page.locator("input#owner").fill("wang")
    waiting = []
    page.route("**/presets.js", lambda route: waiting.append(route), times=1)  # noqa: PLW0108 - a builtin is refused
    with page.expect_request("**/presets.js"):
        page.get_by_role("button", name="Save and add").click()
    page.locator("label.tick", has_text="Wang Xiaoming").click()
    expect(page.locator("input#owner")).to_have_value("Wang Xiaoming 王小明")
    page.locator("#title").focus()
    waiting.pop().continue_()
    expect(page.locator("html.ready")).to_be_attached()
    expect(page.locator("#title")).to_be_focused()


def test_all_rows_selected_early_stay_selected(page):
    load = open_early(page, "/list", "selection.js")
    page.locator("[data-select-all]").check()
    load()
    expect(page.locator("[data-select]:not(:checked)")).to_have_count(0)
    expect(page.locator("[data-select-all]")).to_be_checked()


def test_late_script_leaves_the_selection_as_it_is(page):
    load = open_early(page, "/list?flash=1", "toasts.js")
    boxes = page.locator("[data-select]")
    page.locator("[data-select-all]").check()
    expect(page.locator("[data-select]:not(:checked)")).to_have_count(0)
    boxes.first.uncheck()
    load()
    expect(page.locator("[data-select]:not(:checked)")).to_have_count(1)


def test_script_that_never_arrives_delays_no_other(page):
    open_early(page, "/form", "presets.js")
    page.get_by_role("button", name="Add another").click()
    expect(page.locator("[name=phones-1-number]")).to_be_focused()


def test_late_script_leaves_a_chosen_record_as_it_is(page):
    load = open_early(page, "/form", "presets.js")
    page.locator("input#owner").fill("wang")
    page.get_by_role("option", name="Wang Xiaoming").click()
    page.locator("#title").fill("Call")
    load()
    sent = page.evaluate("[...new FormData(document.querySelector('form[data-keep]')).entries()]")
    assert [pair for pair in sent if pair[0].startswith("owner")] == [["owner", "7"]]
    expect(page.locator("input#owner")).to_have_attribute("aria-expanded", "false")


def test_user_who_is_busy_is_not_moved_to_the_stored_row(page):
    page.goto("/list")
    page.evaluate("sessionStorage.setItem('at', JSON.stringify(['/list?', 1, Date.now()]))")
    load = open_early(page, "/list", "items.js")
    page.locator("[data-select-all]").focus()
    load()
    expect(page.locator("[data-select-all]")).to_be_focused()
    page.evaluate("sessionStorage.setItem('at', JSON.stringify(['/list?', 1, Date.now()]))")
    open_early(page, "/list", "items.js")()
    expect(page.locator("tr.at")).to_have_count(1)


def test_page_is_ready_without_the_script_of_its_rows(page):
    open_early(page, "/form", "items.js")
    expect(page.locator("html.ready")).to_be_attached(timeout=10_000)


def test_form_script_that_never_arrives_delays_no_picker(page):
    open_early(page, "/form", "keep.js")
    expect(page.locator("input#owner[role=combobox]")).to_be_visible()


def test_draft_that_is_restored_late_is_shown_in_its_pickers(page):
    fill(page)
    page.goto("/list")
    load = open_early(page, "/form", "keep.js")
    person = page.locator("input#person[role=combobox]")
    expect(person).to_be_visible()
    expect(person).to_have_value("")
    load()
    expect(person).to_have_value("Tom Okafor")
