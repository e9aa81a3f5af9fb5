"""The palette and single keys in a browser: what they find, do and ignore."""

import re

import pytest
from playwright.sync_api import expect

from tests.ui.late_scripts import open_early

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


def test_palette_finds_and_opens_by_keyboard(page):
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.locator("#hits")).to_contain_text("ClearAir Sensors")
    page.keyboard.type("wang")
    expect(page.locator("#hits mark").first).to_have_text("Wang")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Wangxin")
    page.keyboard.press("Enter")
    page.wait_for_url("**/list")


def test_palette_adds_interactions_below_the_records_and_keeps_the_selected_one(page):
    page.goto("/")
    page.keyboard.press("Control+k")
    with page.expect_request("**/search?q=wang%20steel&part=records"):
        page.keyboard.type("wang steel")
    page.get_by_role("option", name="Wangxin").wait_for()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#hits [role=option]")).to_have_text(
        [re.compile("Wang X"), re.compile("Wangxin"), re.compile("Steel")]
    )
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Wangxin")
    expect(page.locator("[data-result-count]")).to_have_text("3 results")


def test_enter_waits_for_interactions_if_no_record_is_found(page):
    page.goto("/")
    page.keyboard.press("Control+k")
    page.locator("#hits [role=option]").first.wait_for()
    page.keyboard.type("steel")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?x=1")


def test_interactions_are_not_searched_while_somebody_types(page):
    requests = []
    page.goto("/")
    page.on("request", lambda request: requests.append(request.url))
    page.keyboard.press("Control+k")
    page.keyboard.type("wang steel", delay=20)
    page.get_by_role("option", name="Steel quote").wait_for()
    page.keyboard.type("x")
    page.get_by_role("option", name="Steel quote").wait_for(state="detached")
    assert len([url for url in requests if "part=rest" in url]) == 1


def test_palette_keeps_text_typed_before_its_script_loads(page):
    requests = []
    page.goto("/")
    page.route("**/palette.js", lambda route: requests.append(route))  # noqa: PLW0108 - a built-in is refused
    with page.expect_request("**/palette.js"):
        page.keyboard.press("Control+k")
    page.keyboard.type("wang")
    expect(page.locator("[data-palette] input")).to_have_value("wang")
    while not requests:
        page.wait_for_timeout(20)
    requests[0].continue_()
    expect(page.locator("#hits mark").first).to_have_text("Wang")


def test_palette_returns_the_focus(page):
    page.goto("/")
    page.locator(".rail a").first.focus()
    page.keyboard.press("Control+k")
    expect(page.locator("[data-palette] input")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".rail a").first).to_be_focused()


def test_search_field_opens_the_palette_with_its_text(page):
    page.goto("/")
    page.locator(".find input").focus()
    page.keyboard.type("w")
    expect(page.locator("[data-palette] input")).to_have_value("w")


def test_palette_shows_a_failed_search(page):
    page.goto("/")
    page.route("**/search?*", lambda route: route.abort())
    page.keyboard.press("Control+k")
    expect(page.locator("#hits .empty")).to_contain_text("didn't respond")


def test_single_keys_move_and_act(page):
    page.goto("/list")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.at a")).to_be_focused()
    expect(page.locator("tbody tr").nth(1)).to_have_class("at")
    page.keyboard.press("f")
    expect(page.locator(".filters details").first).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.wait_for_url("**/form")


def test_done_key_closes_the_selected_item(page):
    page.goto("/")
    for _ in range(20):
        page.keyboard.press("j")
    expect(page.locator(".todo[aria-current=true]")).to_contain_text("HS note")
    page.keyboard.press("d")
    page.wait_for_url("**/?flash=1")


def test_next_item_is_selected_after_an_action(page):
    page.goto("/?flash=1")
    for _ in range(20):
        page.keyboard.press("j")
    items = page.locator("[data-item], .todo, .tbl tbody tr")
    place = items.evaluate_all("all => all.findIndex(one => one.matches('.at'))")
    assert place > 0
    with page.expect_navigation(url="**/?flash=1"):
        page.keyboard.press("d")
    expect(page.locator(".todo[aria-current=true] a").first).to_be_focused()
    expect(items.nth(place)).to_have_class(re.compile(r"\bat\b"))
    page.reload()
    expect(page.locator(".todo.at")).to_have_count(0)


def test_returning_from_an_item_selects_it(page):
    page.goto("/list")
    expect(page.locator("html.ready")).to_be_attached()
    page.keyboard.press("j")
    page.keyboard.press("j")
    # The gallery's rows link to no other page.
    page.keyboard.press("o")
    page.reload()
    expect(page.locator("tbody tr").nth(1)).to_have_class("at")


def test_position_belongs_to_the_list_with_its_filters(page):
    page.goto("/list?sort=name&counselor=1")
    expect(page.locator("html.ready")).to_be_attached()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/list#1")
    page.goto("/list?sort=name")
    expect(page.locator("html.ready")).to_be_attached()
    expect(page.locator("tr.at")).to_have_count(0)
    page.goto("/list?counselor=1&sort=name&marked=2")
    expect(page.locator("tbody tr").nth(1)).to_have_class("at")


def test_log_key_focuses_the_log_box_or_presses_the_log_button(page):
    page.goto("/")
    page.keyboard.press("l")
    expect(page.locator("textarea[name=say]")).to_be_focused()
    page.locator("textarea[name=say]").evaluate("box => box.remove()")
    page.keyboard.press("l")
    page.wait_for_url("**/list?log=here")


def test_enter_sends_the_log_box_and_shift_enter_adds_a_line(page):
    for key in ("Control+Enter", "Enter"):
        page.goto("/")
        box = page.locator("textarea[name=say]")
        box.fill("met Li")
        box.press("Shift+Enter")
        box.press_sequentially("20m")
        expect(box).to_have_value("met Li\n20m")
        box.press(key)
        page.wait_for_url("**/?flash=1")


def test_single_keys_are_ignored_while_typing_and_when_switched_off(page):
    page.goto("/form")
    page.locator("#title").fill("")
    page.locator("#title").press("l")
    expect(page.locator("#title")).to_have_value("l")
    page.goto("/list?quiet=1")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("tr.at")).to_have_count(0)
    expect(page.locator("[data-keys-dialog]")).to_be_hidden()


def test_question_mark_shows_all_keys(page):
    page.goto("/list")
    page.keyboard.press("?")
    expect(page.locator("[data-keys-dialog]")).to_be_visible()


def test_undo_key_sends_the_undo_of_the_toast(page):
    page.goto("/?flash=1")
    page.keyboard.press("z")
    page.wait_for_url(lambda url: "flash" not in url)
    expect(page.locator(".toast-x")).to_have_count(0)


def test_undo_key_works_before_the_toast_is_announced(page):
    page.add_init_script("window.setTimeout = () => 0")
    page.goto("/?flash=1")
    page.locator("[data-toasts][data-on]").wait_for(state="attached")
    page.keyboard.press("z")
    page.wait_for_url(lambda url: "flash" not in url)


def test_selection_bar_follows_the_selected_row_by_keyboard(page):
    page.goto("/list")
    expect(page.locator("html.ready")).to_be_attached()
    box = page.locator("[data-select]").nth(1)
    box.focus()
    for key in ("Space", "Tab"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Go to selection")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".selbar :is(button, input)").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("[data-select-bar]")).to_be_hidden()


def test_enter_in_a_box_selects_and_sends_nothing(page):
    page.goto("/list")
    expect(page.locator("html.ready")).to_be_attached()
    box = page.locator("[data-select]").nth(1)
    box.press("Enter")
    expect(box).to_be_checked()
    expect(page.locator(".selbar")).to_contain_text("1 selected")
    box.press("Enter")
    expect(box).not_to_be_checked()
    page.locator("[data-select-all]").press("Enter")
    expect(page.locator(".selbar")).to_contain_text("32 selected")
    assert page.url.endswith("/list")


def test_keys_work_as_soon_as_their_late_script_is_loaded(page):
    load = open_early(page, "/list", "items.js")
    page.keyboard.press("j")
    page.keyboard.press("j")
    load()
    expect(page.locator("tbody tr").nth(1)).to_have_class("at")
