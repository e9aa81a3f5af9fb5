"""Pages whose scripts are loaded late or not at all: what a user does before that counts, and the rest works."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.ui.late_scripts import open_early, open_without

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


def test_draft_does_not_replace_what_was_typed_since(page):
    page.goto("/form")
    expect(page.locator("html.ready")).to_be_attached()
    page.locator("#title").fill("Old title")
    page.locator("#notes").fill("Old notes")
    page.goto("/list")
    load = open_early(page, "/form", "keep.js")
    page.locator("#title").fill("New title")
    load()
    expect(page.locator("#title")).to_have_value("New title")
    expect(page.locator("#notes")).to_have_value("Old notes")


def test_picker_takes_over_typed_name_and_focus(page):
    load = open_early(page, "/form", "pick.js")
    page.locator("#owner-typed").press_sequentially("Zho")
    load()
    expect(page.locator("input#owner")).to_be_focused()
    page.keyboard.type("u")
    expect(page.locator("input#owner")).to_have_value("Zhou")
    expect(page.locator(".pick-box .none, [role=option]").first).to_be_visible()


def test_field_has_its_height_before_the_picker_is_loaded(page):
    load = open_early(page, "/form", "pick.js")
    field = page.locator(".field", has=page.locator("label[for=owner]"))
    before = field.bounding_box()["height"]
    load()
    assert field.bounding_box()["height"] == pytest.approx(before, abs=2)


def test_message_with_undo_is_shown_without_its_script(page):
    open_without(page, "/?flash=1", "toasts.js")
    expect(page.locator("[data-undo] button")).to_be_visible()


@pytest.mark.parametrize("script", ["presets.js", "keep.js", "words.js"])
def test_rest_of_a_page_works_without_one_script(page, script):
    open_without(page, "/form", script)
    page.get_by_role("button", name="Add another").click()
    expect(page.locator("[name=phones-1-number]")).to_be_focused()


INPUT_METHOD_TAKES_ENTER = """field => field.dispatchEvent(
  new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true }))"""
"""Press Enter as Safari reports it at the end of pinyin; false if a script has handled it."""


def test_enter_of_an_input_method_chooses_nothing(page):
    page.goto("/form")
    page.locator("input#person").fill("okafor")
    page.get_by_role("option", name="Tom Okafor").wait_for()
    assert page.locator("input#person").evaluate(INPUT_METHOD_TAKES_ENTER)
    expect(page.get_by_role("option", name="Tom Okafor")).to_be_visible()
    expect(page.locator("input#person")).to_have_value("okafor")


def test_enter_of_an_input_method_opens_no_result(page):
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("wang")
    page.locator("#hits mark").first.wait_for()
    assert page.locator("[data-palette] [role=combobox]").evaluate(INPUT_METHOD_TAKES_ENTER)
    expect(page.locator("[data-palette]")).to_be_visible()


def test_enter_of_an_input_method_sends_no_sentence(page):
    page.goto("/")
    expect(page.locator("html.ready")).to_be_attached()
    page.locator(".quick textarea").fill("见了李工")
    assert page.locator(".quick textarea").evaluate(INPUT_METHOD_TAKES_ENTER)


def test_failed_search_of_a_picker_offers_no_new_record(page):
    page.route("**/*q=Wang*", lambda route: route.fulfill(status=503))
    page.goto("/form")
    page.locator("input#owner").fill("Wang")
    expect(page.locator(".pick-box .none")).to_have_text("The search didn't respond. Try again.")
    expect(page.locator(".pick-list [role=option]")).to_have_count(0)


def hold_searches(page: Page, path: str, query: str) -> list[Route]:
    """Leave searches for a text without response; return their routes."""
    waiting = []

    def hold(route: Route) -> None:
        if route.request.resource_type == "document":
            route.continue_()
        else:
            waiting.append(route)

    page.route(f"**{path}?q={query}*", hold)
    return waiting


def test_enter_chooses_the_first_match_of_the_new_text_when_it_arrives(page):
    page.goto("/form")
    person = page.locator("input#person")
    person.fill("l")
    page.get_by_role("option", name="Wang Xiaoming").wait_for(state="detached")
    page.get_by_role("option", name="Li Hui").wait_for()
    waiting = hold_searches(page, "/pick", "wang")
    with page.expect_request("**/pick?q=wang"):
        person.fill("wang")
    person.press("Enter")
    assert page.locator("[name=person]").evaluate("select => select.value") == ""
    assert page.url.endswith("/form")
    waiting.pop().continue_()
    expect(person).to_have_value("Wang Xiaoming")
    assert page.locator("[name=person]").evaluate("select => select.value") == "7"


def test_match_marked_by_an_arrow_is_chosen_while_others_are_searched(page):
    page.goto("/form")
    person = page.locator("input#person")
    person.fill("l")
    page.get_by_role("option", name="Li Hui").wait_for()
    hold_searches(page, "/pick", "li")
    person.press("i")
    person.press("ArrowDown")
    person.press("Enter")
    assert page.locator("[name=person]").evaluate("select => select.value") == "8"


def test_enter_opens_the_first_result_of_the_new_text_when_it_arrives(page):
    page.goto("/")
    page.keyboard.press("Control+k")
    page.locator("#hits [role=option]").first.wait_for()
    waiting = hold_searches(page, "/search", "wang")
    with page.expect_request("**/search?q=wang&part=records"):
        page.keyboard.type("wang")
    page.keyboard.press("Enter")
    expect(page.locator("[data-palette]")).to_be_visible()
    waiting.pop().continue_()
    page.wait_for_url("**/form")


def test_second_enter_opens_the_page_of_results(page):
    page.goto("/")
    page.keyboard.press("Control+k")
    page.locator("#hits [role=option]").first.wait_for()
    hold_searches(page, "/search", "wang")
    with page.expect_request("**/search?q=wang&part=records"):
        page.keyboard.type("wang")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=wang")


def test_palette_says_that_its_script_is_missing_and_can_be_closed(page):
    open_without(page, "/", "palette.js")
    page.set_viewport_size({"width": 390, "height": 844})
    page.keyboard.press("Control+k")
    note = page.locator("[data-palette] [data-note-of=incomplete]")
    expect(note).to_be_visible()
    note.get_by_role("button", name="Close").click()
    expect(note).to_have_count(0)
    page.locator("[data-palette-close]").click()
    expect(page.locator("[data-palette]")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("wang")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=wang")


def test_saved_text_is_forgotten_before_any_module_is_loaded(page):
    page.goto("/form")
    expect(page.locator("html.ready")).to_be_attached()
    page.locator("#title").fill("Call")
    page.route("**/js/*.js", lambda route: route.abort())
    page.get_by_role("button", name="Save and add").click()
    page.wait_for_url("**/?flash=1")
    page.unroute("**/js/*.js")
    page.goto("/form")
    expect(page.locator("html.ready")).to_be_attached()
    expect(page.locator("#title")).to_have_value("")


SUBMIT_AND_STOP = """form => new Promise(resolve => {
  form.requestSubmit();
  const before = form.dataset.sent;
  setTimeout(() => { window.stop(); setTimeout(() => resolve([before, form.dataset.sent ?? ""]), 100); }, 300);
})"""


def test_form_can_be_sent_again_after_it_was_stopped(page):
    waiting = []
    page.goto("/form")
    page.route("**/form", lambda route: waiting.append(route))  # noqa: PLW0108 - a builtin is refused
    assert page.locator("form[data-keep]").evaluate(SUBMIT_AND_STOP) == ["1", ""]


SUBMIT_AND_JUMP = """form => new Promise(resolve => {
  form.requestSubmit();
  setTimeout(() => { location.hash = "notes"; setTimeout(() => resolve(form.dataset.sent ?? ""), 100); }, 300);
})"""


def test_link_to_a_place_in_the_page_allows_no_second_submit(page):
    waiting = []
    page.goto("/form")
    page.route("**/form", lambda route: waiting.append(route))  # noqa: PLW0108 - a builtin is refused
    assert page.locator("form[data-keep]").evaluate(SUBMIT_AND_JUMP) == "1"


def test_script_that_fails_once_is_loaded_again(page):
    page.route("**/presets.js", lambda route: route.abort(), times=1)
    page.goto("/form")
    expect(page.locator("html.ready")).to_be_attached()
    page.locator("#due_on").fill("2026-12-10")
    expect(page.get_by_label("Other date")).to_be_checked()
    expect(page.locator("[data-note-of]")).to_have_count(0)


def test_note_on_a_missing_script_stays_until_it_is_closed(page):
    open_without(page, "/form", "presets.js")
    note = page.locator("[data-note-of=incomplete]")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(note.get_by_role("link", name="Reload")).to_be_visible()
    note.get_by_role("button", name="Close").click()
    expect(note).to_have_count(0)
