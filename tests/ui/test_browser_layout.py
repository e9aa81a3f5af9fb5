"""How parts of pages line up in a browser: toasts, rules, menus, pairs of fields, preset days."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

LEFT_OF_TEXTS = """menu => [...menu.querySelectorAll("a, button")].map(entry => {
  const range = document.createRange();
  range.selectNodeContents(entry);
  return range.getBoundingClientRect().left;
})"""
RULE_OF_ROW = "row => getComputedStyle(row, '::after').width"
COLORS = "element => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]"


def test_toast_is_in_the_empty_part_of_the_top_bar(page):
    page.goto("/?flash=1")
    expect(page.locator(".toast-x")).to_be_visible()
    toast, bar = page.locator(".toast-x").bounding_box(), page.locator(".topbar").bounding_box()
    search, menu = page.locator(".find").bounding_box(), page.locator(".topbar > .push + *").bounding_box()
    assert bar["y"] <= toast["y"]
    assert toast["y"] + toast["height"] <= bar["y"] + bar["height"]
    assert search["x"] + search["width"] <= toast["x"]
    assert toast["x"] + toast["width"] <= menu["x"]


def test_page_can_be_scrolled_clear_of_a_toast_on_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/list?flash=1")
    expect(page.locator(".toast-x:not(.selfix)")).to_be_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    last, toast = page.locator(".pager").bounding_box(), page.locator(".toast-x:not(.selfix)").bounding_box()
    assert last["y"] + last["height"] <= toast["y"]


def test_rule_of_a_row_is_as_wide_as_that_of_its_section(page):
    page.goto("/")
    section = page.locator(".group").first.evaluate("section => section.getBoundingClientRect().width")
    assert page.locator(".todo").first.evaluate(RULE_OF_ROW) == f"{section:g}px"


def test_entries_of_a_menu_start_at_the_same_edge(page):
    page.goto("/")
    page.locator(".main .pop > summary").first.click()
    edges = page.locator(".main .menu").first.evaluate(LEFT_OF_TEXTS)
    assert len(edges) == 3
    assert max(edges) - min(edges) < 1


def test_entry_that_removes_something_is_red(page):
    page.goto("/")
    page.locator(".main .pop > summary").first.click()
    remove = page.get_by_role("button", name="Remove")
    bad = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--bad')")
    page.evaluate("color => { document.body.style.outlineColor = color }", bad)
    assert remove.evaluate(COLORS)[0] == page.evaluate("getComputedStyle(document.body).outlineColor")


def test_button_that_saves_a_view_has_the_colors_of_a_main_button(page):
    page.goto("/list")
    main = page.locator(".topbar .btn-main").evaluate(COLORS)
    page.locator("summary", has_text="Save view").click()
    button = page.get_by_role("button", name="Save view")
    assert button.evaluate(COLORS) == main
    button.hover()
    assert button.evaluate(COLORS)[0] == main[0] != button.evaluate(COLORS)[1]


def test_labels_and_inputs_of_a_pair_are_aligned(page):
    page.goto("/form")
    tops = [page.locator(f"label[for={name}]").bounding_box()["y"] for name in ("close_on", "stage")]
    ends = [
        box["y"] + box["height"] for box in (page.locator(f"#{name}").bounding_box() for name in ("close_on", "stage"))
    ]
    assert (tops[0], ends[0]) == pytest.approx((tops[1], ends[1]), abs=1)


def test_entered_date_deselects_the_preset_day_and_back(page):
    page.goto("/form")
    preset, other, date = page.get_by_label("Tomorrow"), page.get_by_label("Other date"), page.locator("#due_on")
    expect(preset).to_be_checked()
    date.fill("2026-12-10")
    expect(other).to_be_checked()
    page.locator("label", has_text="Tomorrow").click()
    expect(date).to_have_value("")


@pytest.mark.parametrize(
    ("clicks", "chosen", "day"), [([], "Other date", "2026-12-10"), (["Next week"], "Next week", "")]
)
def test_last_day_chosen_before_the_scripts_are_loaded_counts(page, clicks, chosen, day):
    waiting = []
    page.route("**/presets.js", lambda route: waiting.append(route))  # noqa: PLW0108 - a builtin is refused
    with page.expect_request("**/presets.js"):
        page.goto("/form")
    page.locator("#due_on").fill("2026-12-10")
    expect(page.get_by_label("Tomorrow")).to_be_checked()
    for label in clicks:
        page.locator("label", has_text=label).click()
    waiting.pop().continue_()
    expect(page.locator("html.ready")).to_be_attached()
    expect(page.get_by_label(chosen)).to_be_checked()
    expect(page.locator("#due_on")).to_have_value(day)
