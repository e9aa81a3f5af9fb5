"""The frame in a browser: axe, keys, palette, pickers, kept text, and the same without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import violations

pytestmark = pytest.mark.browser
PAGES = ["/", "/?flash=1", "/form", "/list", "/list?none=1", "/bare"]
SIZES = {"desk": (1440, 900), "tablet": (800, 900), "phone": (390, 844)}


def see(context, gallery, theme):
    context.add_cookies([{"name": "theme", "value": theme, "url": gallery}])
    return context.new_page()


@pytest.mark.parametrize(
    ("size", "theme"), [("desk", "light"), ("tablet", "dark"), ("phone", "light"), ("phone", "dark")]
)
def test_axe_finds_nothing(browser, gallery, size, theme):
    width, height = SIZES[size]
    context = browser.new_context(base_url=gallery, viewport={"width": width, "height": height}, bypass_csp=True)
    page = see(context, gallery, theme)
    found = []

    def look(where):
        found.extend((where, *broken) for broken in violations(page))

    for path in PAGES:
        page.goto(path)
        if path == "/form":
            page.locator(".form-foot .btn-main").click()
            page.wait_for_selector(".errors")
        look(path)
    page.goto("/list")
    page.locator("[data-select]").first.check()
    for menu in page.locator("details[data-menu] > summary").all():
        if menu.is_visible():
            menu.press("Enter")
            look("menu")
            menu.press("Escape")
    page.goto("/?x=1")
    page.keyboard.press("Control+k")
    page.locator("[role=option]").wait_for()
    look("palette")
    context.close()
    assert found == []


def test_paper_is_light_whatever_the_screen_is(browser, gallery):
    grounds = []
    for theme in ("light", "dark"):
        with browser.new_context(base_url=gallery) as context:
            page = see(context, gallery, theme)
            page.goto("/")
            page.emulate_media(media="print")
            grounds.append(page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--sunken')"))
    assert grounds[0] == grounds[1]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 390, 800, 1440])
def test_nothing_is_wider_than_the_window(page, path, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_list_page_asks_for_little(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url.split("/")[-1]))
    page.goto("/list", wait_until="networkidle")
    assert sorted(asked) == ["app.css", "app.js", "bootstrap.min.css", "icons.svg", "list", "theme.css"]


def test_palette_finds_by_keys_and_opens(page):
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.locator("#hits")).to_contain_text("ClearAir Sensors")
    page.keyboard.type("wang")
    expect(page.locator("#hits mark").first).to_have_text("Wang")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Wangxin")
    page.keyboard.press("Enter")
    page.wait_for_url("**/list")


def test_palette_takes_what_is_typed_before_its_script_is_here(page):
    held = []
    page.goto("/")
    page.route("**/palette.js", lambda route: held.append(route))  # noqa: PLW0108 - a built-in is refused
    page.keyboard.press("Control+k")
    page.keyboard.type("wang")
    expect(page.locator("[data-palette] input")).to_have_value("wang")
    held[0].continue_()
    expect(page.locator("#hits mark").first).to_have_text("Wang")


def test_palette_gives_the_focus_back(page):
    page.goto("/")
    page.locator(".rail a").first.focus()
    page.keyboard.press("Control+k")
    expect(page.locator("[data-palette] input")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".rail a").first).to_be_focused()


def test_field_in_the_bar_opens_the_palette_with_what_was_typed(page):
    page.goto("/")
    page.locator(".find input").focus()
    page.keyboard.type("w")
    expect(page.locator("[data-palette] input")).to_have_value("w")


def test_palette_says_when_the_search_fails(page):
    page.goto("/")
    page.route("**/search?*", lambda route: route.abort())
    page.keyboard.press("Control+k")
    expect(page.locator("#hits .empty")).to_contain_text("did not answer")


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


def test_done_key_settles_the_item_under_the_bar(page):
    page.goto("/")
    for _ in range(20):
        page.keyboard.press("j")
    expect(page.locator(".todo[aria-current=true]")).to_contain_text("HS note")
    page.keyboard.press("d")
    page.wait_for_url("**/?flash=1")


def test_after_an_answer_the_next_item_is_under_the_bar(page):
    page.goto("/")
    for _ in range(20):
        page.keyboard.press("j")
    items = page.locator("[data-item], .todo, .tbl tbody tr")
    place = items.evaluate_all("all => all.findIndex(one => one.matches('.at'))")
    assert place > 0
    page.keyboard.press("d")
    page.wait_for_url("**/?flash=1")
    expect(page.locator(".todo[aria-current=true] a").first).to_be_focused()
    expect(items.nth(place)).to_have_class(re.compile(r"\bat\b"))
    page.reload()
    expect(page.locator(".todo.at")).to_have_count(0)


def test_log_key_goes_to_the_box_of_the_page_else_to_its_own_button(page):
    page.goto("/")
    page.keyboard.press("l")
    expect(page.locator("textarea[name=say]")).to_be_focused()
    page.locator("textarea[name=say]").evaluate("box => box.remove()")
    page.keyboard.press("l")
    page.wait_for_url("**/list?log=here")


def test_enter_sends_the_box_for_one_sentence_unless_shift_asks_for_a_line(page):
    for key in ("Control+Enter", "Enter"):
        page.goto("/")
        box = page.locator("textarea[name=say]")
        box.fill("met Li")
        box.press("Shift+Enter")
        box.press_sequentially("20m")
        expect(box).to_have_value("met Li\n20m")
        box.press(key)
        page.wait_for_url("**/?flash=1")


def test_single_keys_rest_while_typing_and_when_switched_off(page):
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


def test_toast_goes_after_ten_seconds(page):
    page.clock.install()
    page.goto("/?flash=1")
    expect(page.locator(".toast-x")).to_have_count(1)
    page.clock.run_for(10_100)
    expect(page.locator(".toast-x")).to_have_count(0)


def test_theme_is_chosen_and_kept(page):
    page.goto("/")
    page.locator(".topbar summary").last.click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator(".topbar summary").last.click()
    page.get_by_role("button", name="As the system").click()
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") is None


def test_menu_walks_by_arrows_and_closes_by_escape(page):
    page.goto("/")
    menu = page.locator(".topbar summary").first
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".topbar .menu a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.locator("details[open]")).to_have_count(0)


def test_picker_sends_what_was_chosen(page):
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


def test_picker_empties_and_forgets_half_a_name(page):
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


def test_picker_lets_the_server_find_what_was_only_typed(page):
    page.goto("/form")
    page.locator("#title").fill("Call")
    page.locator("input#owner").fill("Zhou")
    page.locator("#title").focus()
    expect(page.locator("input#owner")).to_have_value("Zhou")
    page.get_by_role("button", name="Save and add").click()
    page.wait_for_url("**/?flash=1")


def test_picker_takes_the_offers_of_the_server(page):
    page.goto("/form")
    page.locator("input#owner").fill("Wan")
    page.get_by_role("button", name="Save and add").click()
    expect(page.locator("input#owner")).to_have_value("Wan")
    page.get_by_label("Wang Xiaoming 王小明").click()
    expect(page.locator("input#owner")).to_have_value("Wang Xiaoming 王小明")
    sent = page.evaluate("[...new FormData(document.querySelector('form[data-keep]')).entries()]")
    assert [pair for pair in sent if pair[0].startswith("owner")] == [["owner", "7"]]


def test_rows_are_added_and_taken_out(page):
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


def test_unsaved_text_comes_back(page):
    fill(page)
    page.goto("/list")
    page.goto("/form")
    expect(page.locator("#title")).to_have_value("Call Zhou")
    expect(page.locator("#kind-0")).to_be_checked()
    expect(page.locator("[name=phones-1-number]")).to_have_value("555")
    expect(page.locator("input#person")).to_have_value("Tom Okafor")
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("#title")).to_have_value("")


def test_saved_text_does_not_come_back(page):
    fill(page)
    page.get_by_role("button", name="Save and add").click()
    page.wait_for_url("**/?flash=1")
    page.goto("/form")
    expect(page.locator("#title")).to_have_value("")
    expect(page.locator(".kept")).to_have_count(0)


def test_text_survives_a_save_that_never_arrived(page):
    fill(page)
    page.route("**/form", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name="Save and add").click()
    page.wait_for_url(lambda url: "chrome-error" in url or "/form" in url)
    page.unroute("**/form")
    page.goto("/list")
    page.goto("/form")
    expect(page.locator("#title")).to_have_value("Call Zhou")


def test_failed_save_takes_the_focus_to_the_summary(page):
    page.goto("/form")
    page.get_by_role("button", name="Save and add").click()
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_role("link", name="Title: Write").click()
    expect(page.locator("#title")).to_be_focused()


def test_control_enter_saves(page):
    page.goto("/form")
    page.locator("#title").fill("Call")
    page.locator("#notes").press("Control+Enter")
    page.wait_for_url("**/?flash=1")


def test_both_clocks_stand_beside_the_time(page):
    page.goto("/form")
    page.locator("#starts_at").fill("2026-12-09T09:00")
    expect(page.locator("output[for=starts_at]")).to_have_text("= Tue 8 Dec 17:00 Los Angeles")
    page.locator("#day").fill("2026-07-01")
    page.locator("#hour").fill("09:00")
    expect(page.locator("output[for='day hour zone']")).to_have_text("= Tue 30 Jun 18:00 Los Angeles")
    page.locator("#zone").select_option("America/Los_Angeles")
    expect(page.locator("output[for='day hour zone']")).to_have_text("")


def test_selection_raises_the_bar_with_its_count(page):
    page.goto("/list")
    expect(page.locator(".selbar")).to_be_hidden()
    page.locator("[data-select]").nth(0).check()
    page.locator("[data-select]").nth(2).check()
    expect(page.locator(".selbar")).to_contain_text("2 selected")
    page.locator("[data-select-all]").check()
    expect(page.locator(".selbar")).to_contain_text("32 selected")
    page.get_by_role("button", name="Clear selection").click()
    expect(page.locator(".selbar")).to_be_hidden()


def test_second_click_saves_once(page):
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto("/list")
    page.locator("[data-select]").first.check()
    page.get_by_role("button", name="Archive").dblclick()
    page.wait_for_url("**/?flash=1")
    assert len(posts) == 1


def test_filter_leaves_empty_answers_out_of_the_address(page):
    page.goto("/list")
    page.get_by_text("Filter", exact=False).first.click()
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/list?kind=client&sector=air")


def test_htmx_swaps_with_the_token_and_within_the_policy(page):
    page.goto("/", wait_until="networkidle")
    page.get_by_role("button", name="Swap").click()
    expect(page.locator("#spot")).to_have_text("swapped")


def test_signing_out_forgets_unsaved_text(page):
    open_form(page)
    page.locator("#title").fill("Call Zhou")
    page.goto("/form")
    expect(page.locator("#title")).to_have_value("Call Zhou")
    page.locator(".topbar summary").last.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/logout")
    assert page.evaluate("sessionStorage.length") == 0


def test_everything_opens_without_script(browser, gallery):
    context = browser.new_context(base_url=gallery, java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto("/")
    page.locator(".topbar summary").first.click()
    expect(page.locator(".topbar .menu a").first).to_be_visible()
    page.locator(".find input").fill("wang")
    page.locator(".find input").press("Enter")
    page.wait_for_url("**/search?q=wang")
    page.goto("/list")
    page.locator("[data-select]").first.check()
    expect(page.locator(".selbar")).to_be_visible()
    page.goto("/form")
    expect(page.locator("select[name=person]")).to_be_visible()
    expect(page.locator(".js-only:visible")).to_have_count(0)
    page.locator("[name=title]").fill("Call")
    page.get_by_role("button", name="Save and add").click()
    page.wait_for_url("**/?flash=1")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    context.close()
