"""Facts of a record page edited in place: by keyboard, on a phone, and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from crm.core.data.base import db
from crm.organizations.models import Organization
from tests.factories import client_of, organization, product
from tests.fixtures.browser import enter, violations

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


@pytest.fixture
def path(live):
    """The page of an organization with facts."""
    with live.app.app_context():
        row = organization("Zq Facts", city="Suzhou", region="Jiangsu", website="https://port.example")
        db.session.commit()
        return f"/organizations/{row.id}"


def test_facts_are_edited_by_keyboard(page, live, path, browser_errors):
    enter(page, "anna", path)
    page.wait_for_load_state("networkidle")
    link = page.get_by_role("link", name="Edit City")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#city")).to_be_focused()
    assert violations(page) == []
    page.keyboard.type("Ningbo")
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    expect(page.locator("form.cell-f")).to_have_count(0)

    page.keyboard.press("Enter")
    expect(page.locator("#city")).to_be_focused()
    page.keyboard.type("Ningbo")
    page.keyboard.press("Enter")
    expect(page.locator("dd", has_text="Ningbo, Jiangsu")).to_be_visible()
    expect(link).to_be_focused()
    expect(page.locator("[data-toast=done]")).to_contain_text("Zq Facts: changes saved.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("dd", has_text="Suzhou, Jiangsu")).to_be_visible()
    assert path in page.url

    browser_errors.allowed.append("422")
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Edit Website").click()
    page.locator("#website").fill("not a site")
    page.keyboard.press("Enter")
    expect(page.locator("#website-err")).to_be_visible()
    expect(page.locator("#website")).to_have_value("not a site")
    assert violations(page) == []
    page.locator("#website").fill("")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Edit Website")).to_have_count(0)
    with live.app.app_context():
        row = db.session.get_one(Organization, int(path.rsplit("/", 1)[1]))
        assert (row.city, row.website) == ("Suzhou", None)


def test_typed_text_stays_when_the_server_is_busy_or_the_session_expired(page, live, path, browser_errors):
    browser_errors.allowed += ["503", "401", "400", "ERR_"]
    enter(page, "anna", path)
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Edit City").click()
    page.locator("#city").fill("Ningbo")
    page.route("**/bulk/**", lambda route: route.fulfill(status=503, body="Try again in a minute"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Save again in a minute.")
    expect(page.locator("#city")).to_have_value("Ningbo")
    assert violations(page) == []
    page.unroute("**/bulk/**")

    page.context.clear_cookies()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Your session expired.")
    expect(page.locator("#city")).to_have_value("Ningbo")
    with page.context.expect_page() as tab:
        page.get_by_role("link", name="Sign in again in a new tab").click()
    enter(tab.value, "anna")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("dd", has_text="Ningbo, Jiangsu")).to_be_visible()
    with live.app.app_context():
        assert db.session.get_one(Organization, int(path.rsplit("/", 1)[1])).city == "Ningbo"


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (403, "You don't have permission to change this record."),
        (404, "This record was removed, or you no longer have access."),
        (409, "Someone else changed or merged this record."),
    ],
)
def test_field_says_why_it_could_not_be_saved(page, path, browser_errors, status, text):
    browser_errors.allowed.append(str(status))
    enter(page, "anna", path)
    page.wait_for_load_state("networkidle")
    page.locator("dd", has_text="Suzhou, Jiangsu").dblclick()
    page.locator("#city").fill("Wenzhou")
    page.route("**/bulk/cells/**", lambda route: route.fulfill(status=status, body="<p>Refused</p>"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-refused]:visible")).to_have_count(1)
    expect(page.locator("[data-refused]:visible")).to_contain_text(text)
    expect(page.locator("#city")).to_have_value("Wenzhou")


def test_text_in_another_form_of_the_page_stays_when_a_fact_is_saved(page, path):
    enter(page, "anna", path)
    page.wait_for_load_state("networkidle")
    page.locator(".quick textarea").fill("Called about the samples")
    page.locator("dd", has_text="Suzhou, Jiangsu").dblclick()
    page.locator("#city").fill("Wenzhou")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("dd", has_text="Wenzhou, Jiangsu")).to_be_visible()
    expect(page.locator(".quick textarea")).to_have_value("Called about the samples")


def test_code_of_a_product_is_chosen_in_place(page, live):
    with live.app.app_context():
        row = product(client_of("Inland", "Zq Codes"), "Zq Code valve", hs6="902680")
        db.session.commit()
        path = f"/products/{row.id}"
    enter(page, "anna", path)
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Edit HS code").click()
    code = page.get_by_role("combobox", name="HS code")
    expect(code).to_be_focused()
    code.fill("848180")
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("dd", has_text="8481.80")).to_be_visible()


def test_facts_are_edited_on_a_phone(browser, live, path):
    with browser.new_context(
        base_url=live.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ) as context:
        page = context.new_page()
        enter(page, "anna", path)
        page.wait_for_load_state("networkidle")
        link = page.get_by_role("link", name="Edit City")
        assert link.evaluate("link => getComputedStyle(link).opacity") == "1"
        box = link.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        link.tap()
        expect(page.locator("#city")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert violations(page) == []
        page.locator("#city").fill("Wenzhou")
        page.get_by_role("button", name="Save", exact=True).tap()
        expect(page.locator("dd", has_text="Wenzhou, Jiangsu")).to_be_visible()


def test_without_script_a_fact_leads_to_its_field_in_the_form(browser, live, path):
    with browser.new_context(base_url=live.url, java_script_enabled=False) as context:
        page = context.new_page()
        enter(page, "anna", path)
        page.get_by_role("link", name="Edit Website").click()
        page.wait_for_url(f"**{path}/edit#website")
        expect(page.locator("#website")).to_be_focused()
        expect(page.locator("#website")).to_be_in_viewport()


def test_fact_that_cannot_be_loaded_says_so(page, path, browser_errors):
    browser_errors.allowed.append("ERR_FAILED")
    enter(page, "anna", path)
    page.route("**/*fields=city*", lambda route: route.abort(), times=1)
    page.get_by_role("link", name="Edit City").click()
    expect(page.get_by_role("alert")).to_have_text("The connection failed. Nothing was changed. Try again.")
    page.get_by_role("link", name="Edit City").click()
    expect(page.locator("#city")).to_be_focused()


def test_saved_fact_whose_page_cannot_be_loaded_says_so(page, path, browser_errors):
    browser_errors.allowed.append("ERR_FAILED")
    enter(page, "anna", path)
    page.get_by_role("link", name="Edit City").click()
    page.locator("#city").fill("Ningbo")
    page.route(f"**{path}", lambda route: route.abort())
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Part of this page didn't load.")


def test_second_response_does_not_replace_what_was_typed(page, path):
    waiting = []
    enter(page, "anna", path)
    page.route("**/*fields=city*", lambda route: waiting.append(route))  # noqa: PLW0108 - a builtin is refused
    for _ in range(2):
        with page.expect_request("**/*fields=city*"):
            page.get_by_role("link", name="Edit City").click()
    waiting[-1].continue_()
    page.locator("#city").fill("Ningbo")
    waiting[0].continue_()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#city")).to_have_value("Ningbo")
