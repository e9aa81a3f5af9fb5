"""Forms in a browser: pickers, rows, restored text, and the focus."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


def test_picker_sends_the_chosen_record(page):
    page.goto("/form")
    person = page.locator("input#person")
    person.fill("okafor")
    page.get_by_role("option", name="Tom Okafor").click()
    expect(person).to_have_value("Tom Okafor")
    people = page.locator("input#people")
    people.fill("hui")
    page.get_by_role("option", name="Li Hui").wait_for()
    people.press("Enter")
    people.fill("wang")
    page.get_by_role("option", name="Wang Xiaoming").wait_for()
    people.press("Enter")
    page.get_by_role("button", name="Remove Li Hui").click()
    sent = page.evaluate("[...new FormData(document.querySelector('form[data-keep]')).entries()]")
    assert [pair for pair in sent if pair[0].startswith("pe")] == [["person", "9"], ["people", "7"]]


def test_picker_clears_an_incomplete_name(page):
    page.goto("/form")
    person = page.locator("input#person")
    person.fill("okafor")
    page.get_by_role("option", name="Tom Okafor").click()
    person.fill("zzz")
    person.blur()
    expect(person).to_have_value("Tom Okafor")
    person.fill("")
    person.blur()
    assert page.evaluate("document.querySelector('[name=person]').value") == ""


def test_picker_sends_a_typed_name_to_the_server(page):
    page.goto("/form")
    page.locator("#title").fill("Call")
    page.locator("input#owner").fill("Zhou")
    page.locator("#title").focus()
    expect(page.locator("input#owner")).to_have_value("Zhou")
    page.get_by_role("button", name="Save and add").click()
    page.wait_for_url("**/?flash=1")


def test_picker_accepts_matches_offered_by_the_server(page):
    page.goto("/form")
    page.locator("input#owner").fill("Wan")
    page.get_by_role("button", name="Save and add").click()
    expect(page.locator("input#owner")).to_have_value("Wan")
    page.get_by_label("Wang Xiaoming 王小明").click()
    expect(page.locator("input#owner")).to_have_value("Wang Xiaoming 王小明")
    sent = page.evaluate("[...new FormData(document.querySelector('form[data-keep]')).entries()]")
    assert [pair for pair in sent if pair[0].startswith("owner")] == [["owner", "7"]]


def test_picker_offers_to_create_a_record_of_the_typed_name(page):
    page.goto("/form")
    owner = page.locator("input#owner")
    owner.fill("Liu Fang")
    page.get_by_role("option", name="Create person “Liu Fang”").wait_for()
    owner.press("ArrowDown")
    owner.press("Enter")
    expect(owner).to_have_value("Liu Fang (new)")
    sent = page.evaluate("[...new FormData(document.querySelector('form[data-keep]')).entries()]")
    assert [pair for pair in sent if pair[0].startswith("owner")] == [["owner", "new:person:Liu Fang"]]


def test_form_rows_are_added_and_removed(page):
    page.goto("/form")
    for _ in range(4):
        page.get_by_role("button", name="Add another").click()
    expect(page.get_by_role("button", name="Add another")).to_be_disabled()
    page.locator("[name=phones-4-number]").fill("123")
    page.locator("[data-rows-cut]").nth(1).click()
    expect(page.locator("[name=phones-1-number]")).to_have_count(0)
    expect(page.locator("[name=phones-4-number]")).to_have_value("123")
    expect(page.locator("label[for=phones-4-number]")).to_have_count(1)


def open_form(page):
    page.goto("/form")
    page.locator("form[data-keep][data-on]").wait_for()


def fill(page):
    open_form(page)
    page.locator("#title").fill("Call Zhou")
    page.locator("#kind-0").check(force=True)
    page.get_by_role("button", name="Add another").click()
    page.locator("[name=phones-1-number]").fill("555")
    page.locator("input#person").fill("okafor")
    page.get_by_role("option", name="Tom Okafor").click()
    expect(page.locator("input#person")).to_have_value("Tom Okafor")


def test_unsaved_text_is_restored(page):
    fill(page)
    page.goto("/list")
    page.goto("/form")
    expect(page.locator("#title")).to_have_value("Call Zhou")
    expect(page.locator("#kind-0")).to_be_checked()
    expect(page.locator("[name=phones-1-number]")).to_have_value("555")
    expect(page.locator("input#person")).to_have_value("Tom Okafor")
    page.get_by_role("button", name="Discard draft").click()
    expect(page.locator("#title")).to_have_value("")


def test_saved_text_is_not_restored(page):
    fill(page)
    page.get_by_role("button", name="Save and add").click()
    page.wait_for_url("**/?flash=1")
    page.goto("/form")
    expect(page.locator("#title")).to_have_value("")
    expect(page.locator(".restored")).to_have_count(0)


def test_text_is_restored_after_a_lost_save(page):
    fill(page)
    page.route("**/form", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name="Save and add").click()
    page.wait_for_url(lambda url: "chrome-error" in url or "/form" in url)
    page.unroute("**/form")
    page.goto("/list")
    page.goto("/form")
    expect(page.locator("#title")).to_have_value("Call Zhou")


def test_failed_save_moves_the_focus_to_the_error_summary(page):
    page.goto("/form")
    page.get_by_role("button", name="Save and add").click()
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_role("link", name="Title: Write").click()
    expect(page.locator("#title")).to_be_focused()


def test_control_enter_saves_the_form(page):
    page.goto("/form")
    page.locator("#title").fill("Call")
    page.locator("#notes").press("Control+Enter")
    page.wait_for_url("**/?flash=1")


def test_both_clocks_are_shown_beside_the_time(page):
    page.goto("/form")
    page.locator("#starts_at").fill("2026-12-09T09:00")
    expect(page.locator("output[for=starts_at]")).to_have_text("= Tue, Dec 8, 5:00 PM Los Angeles")
    page.locator("#day").fill("2026-07-01")
    page.locator("#hour").fill("09:00")
    expect(page.locator("output[for='day hour zone']")).to_have_text("= Tue, Jun 30, 6:00 PM Los Angeles")
    page.locator("#zone").select_option("America/Los_Angeles")
    expect(page.locator("output[for='day hour zone']")).to_have_text("")


def test_signing_out_deletes_unsaved_text(page):
    open_form(page)
    page.locator("#title").fill("Call Zhou")
    page.goto("/form")
    expect(page.locator("#title")).to_have_value("Call Zhou")
    page.locator(".topbar summary").last.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/logout")
    assert page.evaluate("sessionStorage.length") == 0
