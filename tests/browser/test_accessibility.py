"""What axe can't see: zoom, small windows, forced colors, screen readers, and where the focus goes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.opportunities.models import Opportunity
from tests.factories import client_of, person
from tests.factories.opportunities import make_opportunity, step
from tests.fixtures.browser import Live, enter

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
ZOOMED = {"width": 320, "height": 256}
"""A window of 1280 x 1024 at 400% zoom."""
COVERED = """() => {
const fields = [...document.querySelectorAll("main :is(a, button, input, select, textarea, summary)")];
return fields.filter(field => {
  field.focus();
  const box = field.getBoundingClientRect(), [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return document.activeElement === field && box.width > 2 && document.elementsFromPoint(x, y)[0]
    ?.closest(".form-foot, .topbar, .bottombar, .toasts")?.contains(field) === false;
}).map(field => field.outerHTML.slice(0, 120));
}"""
CUT = """selector => [...document.querySelectorAll(selector)]
  .filter(part => getComputedStyle(part).overflow !== "visible" && !part.closest(".visually-hidden"))
  .filter(part => part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1)
  .map(part => part.outerHTML.slice(0, 120))"""
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
INSERTED = """document.addEventListener("DOMContentLoaded", () => new MutationObserver(changes => changes
  .filter(change => change.target.matches("[data-toasts]"))
  .forEach(change => { window.inserted = (window.inserted ?? 0) + change.addedNodes.length; })
).observe(document.body, { childList: true, subtree: true }))"""
TITLES = ("Ask about 样品", "Send the drawings", "Confirm the date")


@pytest.fixture
def rows(live: Live) -> dict[str, int]:
    """Three follow-ups of anna, and an opportunity overdue in its stage; the same for all tests of a database."""
    return _make_rows(live.app)


@cache
def _make_rows(app: Flask) -> dict[str, int]:
    with app.app_context():
        anna = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
        organization = client_of("Inland", "Accessible Pumps International Incorporated", counselor=anna)
        late = make_opportunity(organization, "Pumps for all", days=90, counselor=anna)
        for number, title in enumerate(TITLES):
            step(late, date(2031, 1, 6) + timedelta(days=number), title, counselor_id=anna.id)
        limin = person("Accesszhou", "Limin", family_native="周", given_native="立民", zone="Asia/Shanghai")
        ids = {"opportunity": late.id, "person": limin.id}
        db.session.commit()
    return ids


@pytest.fixture
def own_row(live: Live, rows: dict[str, int]) -> str:
    """Return the title of a follow-up that no other test closes."""
    title = "Sign the lease"
    with live.app.app_context():
        opportunity = db.session.get_one(Opportunity, rows["opportunity"])
        step(opportunity, date(2031, 1, 10), title, counselor_id=opportunity.counselor_id)
        db.session.commit()
    return title


def actions_of(page: Page, title: str) -> Locator:
    """Return the actions of a follow-up as a screen reader finds them."""
    return page.get_by_role("group", name=title, exact=True)


def small(box: Locator) -> bool:
    """Return whether an element is hidden visually only."""
    size = box.bounding_box()
    return size is not None and size["width"] <= 1 and size["height"] <= 1


def test_row_has_its_actions_for_screen_readers_and_in_a_menu_at_320_px(page, own_row):
    enter(page, "anna", "/followups/?whose=me")
    actions = actions_of(page, own_row)
    assert small(actions)
    names = [one.get_attribute("data-key") for one in actions.locator("[data-key]").all()]
    assert names == ["d", "s", "n", "l"]
    actions.get_by_role("button", name="Done").focus()
    assert not small(actions)
    page.set_viewport_size(ZOOMED)
    page.goto("/followups/?whose=me")
    assert actions.count() == 0
    menu = page.get_by_role("button", name=f"Actions for {own_row}")
    menu.press("Enter")
    for name in ("Done", "No answer"):
        expect(actions.get_by_role("button", name=name)).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    menu.click()
    actions.locator("summary").filter(has_text="Later").click()
    actions.get_by_role("button", name="In two weeks").click()
    expect(page.locator("[data-toast=done]")).to_contain_text("Postponed")
    expect(page.locator(".todo a[href]:focus")).to_have_count(1)


def test_focus_goes_to_the_next_row_after_an_answer(page, rows):
    enter(page, "anna", "/followups/?whose=me")
    titles = page.locator(".todo .strong a").all_inner_texts()
    actions = actions_of(page, titles[0])
    actions.get_by_role("button", name="Done").press("Enter")
    expect(page.get_by_role("link", name=titles[1], exact=True)).to_be_focused()


@pytest.mark.parametrize("size", [(390, 844), (640, 360), (320, 256)])
def test_no_bar_covers_the_focused_field(page, rows, size):
    enter(page, "anna")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(reduced_motion="reduce")
    for address in ("/interactions/new", f"/people/{rows['person']}/edit"):
        page.goto(address)
        page.locator("form[data-on]").wait_for()
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        assert page.evaluate(COVERED) == []


def test_results_and_changes_are_announced_in_words(page, rows):
    page.add_init_script(INSERTED)
    enter(page, "anna", "/interactions/new")
    status = page.locator("[data-announce]")
    box = page.get_by_role("combobox", name="People", exact=True)
    box.fill("Accesszhou")
    expect(status).to_have_text("1 result")
    option = page.get_by_role("listbox").get_by_role("option").first
    expect(option.locator("[lang=zh-Hans]")).to_have_text("周立民")
    option.click()
    expect(status).to_contain_text("added")
    page.get_by_role("button", name="Remove").first.click()
    expect(status).to_contain_text("removed")
    page.keyboard.press("Control+k")
    page.keyboard.type("accesszhou")
    expect(page.locator("[data-result-count]")).to_have_text("1 result")
    page.clock.install()
    page.goto("/followups/?whose=me")
    page.locator(".todo .acts").first.get_by_role("button", name="Done").press("Enter")
    toast = page.locator("[data-toast=done]")
    page.clock.run_for(1000)
    expect(toast).to_be_visible()
    assert page.evaluate("window.inserted") == 1
    page.clock.run_for(60_000)
    expect(toast).to_be_visible()
    page.locator(".filters summary").first.click()
    expect(toast).to_have_count(0)


def test_preview_gets_the_focus_and_says_what_it_read(page, rows):
    enter(page, "anna", f"/people/{rows['person']}")
    page.locator(".quick textarea").fill("called Limin Accesszhou 20m")
    page.locator(".quick textarea").press("Enter")
    result = page.get_by_role("form", name="Preview: call with Accesszhou Limin")
    expect(result).to_be_focused()
    page.keyboard.type("!")
    expect(page.locator(".quick textarea")).to_have_value("called Limin Accesszhou 20m!")


def test_board_loses_nothing_with_wide_text_spacing_and_says_what_is_late(page, rows):
    enter(page, "anna", "/opportunities/board?mine=1")
    card = page.get_by_role("article").filter(has_text="Pumps for all")
    expect(card).to_contain_text(re.compile(r"Overdue in stage: \d+ d in stage"))
    menu = card.locator("summary")
    expect(menu).to_have_accessible_name("Actions for Pumps for all")
    page.evaluate(SPACING)
    assert page.evaluate(CUT, ".deal *, .col-h *") == []
    menu.click()
    card.get_by_role("link", name="Move to… Pumps for all").click()
    page.get_by_role("link", name="Introduced").click()
    page.get_by_role("button", name="Move to").click()
    expect(page.get_by_role("link", name="Pumps for all", exact=True)).to_be_focused()


def test_forced_colors_keep_what_is_current_selected_and_marked(browser: Browser, live: Live, rows):
    context = browser.new_context(base_url=live.url, forced_colors="active", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    enter(page, "anna", "/opportunities/board")

    def color_of(selector: str) -> str:
        return page.locator(selector).first.evaluate("part => getComputedStyle(part).backgroundColor")

    assert color_of(".rail [aria-current]") != color_of(".rail a:not([aria-current])")
    assert color_of(".seg [aria-current]") != color_of(".seg a:not([aria-current])")
    search = page.locator(".find input")
    search.focus()
    assert search.evaluate("field => getComputedStyle(field).outlineStyle") == "solid"
    page.keyboard.press("Control+k")
    page.keyboard.type("accesszhou")
    page.locator(".pal mark").first.wait_for()
    selected = color_of(".pal [aria-selected=true]")
    assert selected not in (color_of(".pal"), color_of(".pal mark"))
    context.close()


def test_filter_menu_closes_when_the_focus_leaves_it_and_rows_have_headers(page, rows):
    enter(page, "anna", "/people/?q=Accesszhou")
    expect(page).to_have_title("People: Search Accesszhou - Causeway")
    expect(page.get_by_role("rowheader", name="Accesszhou")).to_have_count(1)
    box = page.get_by_role("checkbox", name="Select Accesszhou")
    box.focus()
    page.keyboard.press("Space")
    assert box.evaluate("field => getComputedStyle(field).outlineWidth") == "2px"
    page.keyboard.press("Space")
    menu = page.locator(".filters details").first
    menu.locator("summary").press("Enter")
    expect(menu).to_have_attribute("open", "")
    menu.get_by_role("link", name="Clear filters").focus()
    page.keyboard.press("Tab")
    expect(menu).not_to_have_attribute("open", "")


def test_keys_are_shown_only_where_they_work(browser: Browser, live: Live, page: Page, rows):
    enter(page, "anna")
    expect(page.locator(".topbar a kbd")).to_be_visible()
    page.evaluate("delete document.body.dataset.keys")
    expect(page.locator(".topbar a kbd, .acts kbd").locator("visible=true")).to_have_count(0)
    context = browser.new_context(base_url=live.url, java_script_enabled=False)
    plain = context.new_page()
    enter(plain, "anna")
    expect(plain.locator("kbd").locator("visible=true")).to_have_count(0)
    empty = "main :is(div, section, ul, p, output):not(:has(*)):visible"
    for address in ("/", f"/people/{rows['person']}", "/followups/"):
        plain.goto(address)
        boxes = [box for box in plain.locator(empty).all() if not box.inner_text().strip()]
        assert [box.evaluate("box => box.outerHTML") for box in boxes if (box.bounding_box() or {}).get("height")] == []
    context.close()
