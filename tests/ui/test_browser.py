"""The page frame in a browser: axe, sizes, menus, theme, toasts, lists, and the same without script."""

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import violations
from tests.laws.sampling import one_of

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]
PAGES = ["/", "/?flash=1", "/form", "/list", "/list?none=1", "/bare"]
SIZES = {"desk": (1440, 900), "tablet": (800, 900), "phone": (390, 844)}


def see(context, gallery, theme):
    context.add_cookies([{"name": "theme", "value": theme, "url": gallery}])
    return context.new_page()


@pytest.mark.parametrize(("size", "theme"), one_of([("desk", "light"), ("tablet", "light"), ("phone", "dark")]))
def test_gallery_has_no_accessibility_violations(browser, gallery, size, theme):
    width, height = SIZES[size]
    context = browser.new_context(base_url=gallery, viewport={"width": width, "height": height}, bypass_csp=True)
    page = see(context, gallery, theme)
    problems = []

    def look(where):
        problems.extend((where, *broken) for broken in violations(page))

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
    assert problems == []


def test_print_uses_the_light_theme(browser, gallery):
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
def test_page_fits_the_window_width(page, path, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_rows_on_a_phone_have_tall_names_and_separate_the_parts_of_the_second_line(page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/list")
    names = page.locator(".tbl tbody th>a")
    assert min(names.evaluate_all("links => links.map(link => link.getBoundingClientRect().height)")) >= 24
    parts = page.locator(".tbl tbody .second>span:not(:last-child)")
    assert set(parts.evaluate_all("all => all.map(one => getComputedStyle(one, '::after').content)")) == {'"\xa0· "'}


def test_list_page_makes_few_requests(page):
    requests = []
    page.on("request", lambda request: requests.append(request.url.split("/")[-1]))
    page.goto("/list", wait_until="networkidle")
    assert sorted(requests) == [
        "app.css",
        "app.js",
        "bootstrap.min.css",
        "features.css",
        "icons.svg",
        "items.js",
        "list",
        "selection.js",
        "theme.css",
    ]


def test_toast_stays_until_the_next_action(page):
    page.clock.install()
    page.goto("/?flash=1")
    expect(page.locator("[data-toasts][data-on]")).to_have_count(1)
    page.clock.run_for(60_000)
    toast = page.locator(".toast-x")
    expect(page.locator("[data-toasts]").locator(toast)).to_have_count(1)
    page.locator(".topbar summary").first.click()
    expect(toast).to_have_count(0)


def test_chosen_theme_is_remembered(page):
    page.goto("/")
    page.locator(".topbar summary").last.click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator(".topbar summary").last.click()
    page.get_by_role("button", name="System default").click()
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") is None


def test_menu_moves_with_arrows_and_closes_with_escape(page):
    page.goto("/")
    menu = page.locator(".topbar summary").first
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".topbar .menu a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Person")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.locator("details[open]")).to_have_count(0)


def test_selection_shows_the_bulk_bar_with_its_count(page):
    page.goto("/list")
    expect(page.locator(".selbar")).to_be_hidden()
    page.locator("[data-select]").nth(0).check()
    page.locator("[data-select]").nth(2).check()
    expect(page.locator(".selbar")).to_contain_text("2 selected")
    page.locator("[data-select-all]").check()
    expect(page.locator(".selbar")).to_contain_text("32 selected")
    page.get_by_role("button", name="Clear selection").click()
    expect(page.locator(".selbar")).to_be_hidden()


def test_double_click_saves_once(page):
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto("/form")
    page.locator("[name=title]").fill("Call")
    page.get_by_role("button", name="Save and add").dblclick()
    page.wait_for_url("**/?flash=1")
    assert len(posts) == 1


def test_filter_omits_empty_values_from_the_url(page):
    page.goto("/list")
    page.get_by_text("Filter", exact=False).first.click()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/list?kind=client&sector=air")


def test_htmx_swap_sends_the_token_and_obeys_the_policy(page):
    page.goto("/", wait_until="networkidle")
    page.get_by_role("button", name="Swap").click()
    expect(page.locator("#spot")).to_have_text("swapped")


def test_pages_work_without_script(browser, gallery):
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


def test_controls_of_a_list_are_large_enough_for_a_thumb(page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/list")
    controls = page.locator(".tabs a, .filters .search, .head .btn, .brand, .topbar summary")
    heights = "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().height)"
    assert min(controls.evaluate_all(heights)) >= 44


def test_selection_bar_on_a_phone_has_two_lines(page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/list")
    page.locator("[data-select]").first.check()
    bar = page.locator(".selbar").bounding_box()
    assert bar["height"] <= 104
    close = page.get_by_role("button", name="Clear selection").bounding_box()
    assert close["x"] + close["width"] <= 390
    assert close["y"] < bar["y"] + 48


def test_current_tab_is_in_sight_on_a_phone(page):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/list")
    tab = page.locator(".tabs [aria-current]").first.bounding_box()
    assert tab["x"] >= 0
    assert tab["x"] + tab["width"] <= 320
