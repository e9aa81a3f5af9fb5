"""Pages of accounts in a browser: accessibility, small screens, and sign-in without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import enter, violations
from tests.fixtures.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]
GATE = ["/login", "/reset", "/reset/sent"]
INSIDE = [
    "/profile",
    "/profile/password",
    "/users/",
    "/users/new",
    "/users/1",
    "/users/1/edit",
    "/users/1/disable",
    "/teams/",
    "/teams/new",
]


def find_problems(page, path: str) -> list[object]:
    page.goto(path)
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    problems: list[object] = [(path, "wider than the screen")] if wide else []
    return problems + [(path, rule, [markup[:200] for markup in broken]) for rule, broken in violations(page)]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("size", "theme"), [((1280, 900), "light"), ((320, 700), "dark")])
def test_pages_are_accessible_and_fit_small_screens(browser, live, size, theme):
    width, height = size
    viewport = {"width": width, "height": height}
    context = browser.new_context(base_url=live.url, viewport=viewport, bypass_csp=True, locale="en-US")
    context.add_cookies([{"name": "theme", "value": theme, "url": live.url}])
    page = context.new_page()
    problems = [find_problems(page, path) for path in GATE]
    enter(page, "admin")
    problems += [find_problems(page, path) for path in INSIDE]
    context.close()
    assert [problem for page_problems in problems for problem in page_problems] == []


def test_sign_in_and_out_work_without_script(browser, live):
    context = browser.new_context(base_url=live.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/profile")
    page.get_by_label("Email").fill("clara@demo.example")
    page.get_by_label("Password").fill("causeway-demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert page.url == f"{live.url}/profile"
    assert page.get_by_label("Name", exact=False).first.input_value() == "Clara Whitfield"
    page.locator(".topbar details summary").last.click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    assert page.url == f"{live.url}/login"
    page.goto("/profile")
    assert page.url.startswith(f"{live.url}/login?next=")
    context.close()


def test_profile_and_theme_are_saved(page):
    page.goto("/login?next=/profile")
    page.get_by_label("Email").fill("boris@demo.example")
    page.get_by_label("Password").fill("causeway-demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Theme in this browser").select_option("dark")
    page.get_by_label("Digest time").select_option("8")
    page.get_by_role("button", name="Save changes", exact=True).click()
    page.wait_for_selector("html[data-bs-theme=dark]")
    assert page.get_by_label("Digest time").input_value() == "8"


ROW_TOPS = """() => [...document.querySelectorAll(".pairs")].flatMap(pairs => {
  const rows = new Map();
  for (const field of pairs.children) {
    const controls = [...field.querySelectorAll(".tokens, select, input:not([type=checkbox])")];
    const label = field.querySelector("label"), control = controls.find(one => one.checkVisibility());
    if (!control) continue;
    const key = Math.round(field.getBoundingClientRect().bottom);
    rows.set(key, [...(rows.get(key) || []), [label.getBoundingClientRect().top, control.getBoundingClientRect().top]]);
  }
  return [...rows.values()].filter(row => row.length > 1);
})"""


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/profile", "/people/new", "/organizations/new"])
def test_labels_and_inputs_of_a_row_line_up_beside_hints_and_errors(page, browser_errors, path):
    browser_errors.allowed.append("422")
    enter(page, "anna", path)
    rows = page.evaluate(ROW_TOPS)
    page.locator("main form .form-foot button").first.click()
    page.wait_for_load_state()
    rows += page.evaluate(ROW_TOPS)
    assert len(rows) >= 2
    assert [row for row in rows if any(abs(a - b) > 1 for one in row for a, b in zip(row[0], one, strict=True))] == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_sign_in_begins_in_its_first_empty_field(page, live):
    page.goto("/login")
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type("clara@demo.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
