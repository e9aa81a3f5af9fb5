"""Logging an interaction by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from crm.core.data.base import db
from tests.factories.organizations import prime
from tests.factories.people import person
from tests.fixtures.browser import enter
from tests.interactions.lookups import add_person_by_form, fill_log_form

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


def test_sentence_is_read_and_saved_by_keyboard(page, quill):
    enter(page, "anna", f"/people/{quill}")
    page.keyboard.press("l")
    page.keyboard.type("called Ada Quillfeather 20m")
    page.keyboard.press("Enter")
    expect(page.locator("#chips [data-result]")).to_be_focused()
    page.keyboard.type(", wants a brochure")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#chips form.form [name=subject]")).to_have_value("Needs a brochure")
    expect(page.locator("#chips [data-result]")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-toast=done]")).to_contain_text("Saved: Needs a brochure")
    assert page.url.endswith(f"/people/{quill}")


def test_sentence_stays_until_its_preview_is_saved_or_canceled(page, quill):
    enter(page, "anna", f"/people/{quill}")
    sentence, path = page.locator(".quick textarea"), f"**/people/{quill}"
    result = page.get_by_role("form", name="Preview: call with Ada Quillfeather")
    for button in ("Cancel", "Save interaction"):
        sentence.fill("called Ada Quillfeather 20m")
        sentence.press("Enter")
        expect(result).to_be_focused()
        page.goto("/people/")
        page.goto(f"/people/{quill}")
        expect(sentence).to_have_value("called Ada Quillfeather 20m")
        sentence.press("Enter")
        expect(result).to_be_focused()
        page.locator("#chips").get_by_text(button, exact=True).click()
        page.wait_for_url(path)
        page.goto(f"/people/{quill}")
        expect(sentence).to_have_value("")


def test_sentence_sent_as_a_page_is_continued_and_saved_by_keyboard(page, quill):
    enter(page, "anna")
    empty = "export function start() {}\nexport function begin() {}\n"
    page.route("**/js/swaps.js", lambda route: route.fulfill(content_type="text/javascript", body=empty))
    page.goto(f"/people/{quill}")
    page.keyboard.press("l")
    page.keyboard.type("called Ada Quillfeather 20m")
    page.keyboard.press("Enter")
    page.wait_for_url("**/interactions/log")
    expect(page.locator("#chips [data-result]")).to_be_focused()
    page.keyboard.type(", wants a brochure")
    expect(page.locator("#sentence")).to_have_value("called Ada Quillfeather 20m, wants a brochure")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#chips form.form [name=subject]")).to_have_value("Needs a brochure")
    expect(page.locator("#chips [data-result]")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-toast=done]")).to_contain_text("Saved: Needs a brochure")
    assert page.url.endswith(f"/people/{quill}")


def test_cancel_returns_to_the_previous_page(page, quill):
    enter(page, "anna", f"/interactions/new?person={quill}&next=/people/{quill}")
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(f"**/people/{quill}")


def test_added_client_row_gets_the_focus(page):
    enter(page, "anna", "/interactions/new")
    page.get_by_role("group", name="Clients and minutes").get_by_role("button", name="Add another").click()
    expect(page.locator("input[id='clients-1-client_id']")).to_be_focused()


def test_rejected_sentence_fragment_is_sent_as_a_full_page(page, browser_errors):
    browser_errors.allowed += ["400", "Failed to load resource"]
    enter(page, "anna")
    page.route("**/interactions/log", refuse_a_part)
    page.locator("textarea[name=sentence]").fill("met Nobody Known 20m")
    page.keyboard.press("Enter")
    page.wait_for_url("**/interactions/log")
    expect(page.locator("#chips")).to_contain_text("Nobody Known")


def refuse_a_part(route) -> None:
    if "hx-request" in route.request.headers:
        route.fulfill(status=400)
    else:
        route.continue_()


def test_added_row_starts_with_the_same_defaults(page, quill):
    enter(page, "anna", "/interactions/new")
    page.locator("input#people").press_sequentially("Quillfeather")
    page.get_by_role("option").filter(has_text="Quillfeather").first.click()
    follow_ups = page.locator("[data-rows=follow_ups]")
    follow_ups.get_by_role("button", name="Add another").click()
    first, second = page.locator("[name=follow_ups-0-due_on]"), page.locator("[name=follow_ups-1-due_on]")
    expect(second).to_have_value(first.input_value())
    page.locator("[name=follow_ups-1-due_time]").fill("17:00")
    expect(follow_ups.locator("output").last).to_contain_text("Shanghai")


def test_correcting_a_new_name_removes_its_check_box(page, quill, browser_errors):
    browser_errors.allowed += ["422", "Failed to load resource"]
    enter(page, "anna")
    fill_log_form(page)
    page.get_by_role("button", name="Save interaction", exact=True).click()
    page.get_by_label("Add “Gao Lei” as a new person").check()
    page.locator("input#people").fill("Gao Leiming")
    expect(page.get_by_label("Add “Gao Lei” as a new person")).to_have_count(0)


def test_key_z_undoes_the_last_change_after_its_message_is_gone(page):
    enter(page, "anna")
    add_person_by_form(page, "Stillwater")
    page.locator("[data-toast-close]").click()
    page.keyboard.press("z")
    expect(page.locator("[data-toast=done]")).to_contain_text("was undone.")


FORMS = ("/people/new", "/organizations/new", "/projects/new", "/shows/new", "/followups/new", "/interactions/new")


@pytest.mark.parametrize("path", [*FORMS, "/inquiries/new", "/opportunities/new"])
def test_first_field_of_a_form_has_the_focus(page, path):
    enter(page, "anna", path)
    focused = page.locator("main form.form :focus")
    expect(focused).to_have_count(1)
    page.keyboard.type("l")
    expect(focused).to_have_count(1)
    assert page.url.endswith(path)


def test_letters_typed_while_a_form_opens_are_no_shortcuts(page):
    enter(page, "anna", "/people/")
    page.route("**/people/new", lambda route: (page.keyboard.press("l"), route.continue_()))
    page.evaluate("document.querySelector('a[href=\"/people/new\"]').click()")
    page.wait_for_url("**/people/new")


def test_long_follow_up_of_a_sentence_wraps_on_a_phone(page, quill):
    enter(page, "anna")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/people/{quill}")
    page.keyboard.press("l")
    page.keyboard.type("called Ada Quillfeather 20m, send the revised price for all calibrated sensors by Dec 4")
    page.keyboard.press("Enter")
    chip = page.locator("#chips .pick", has_text="Send the revised price")
    expect(chip).to_be_visible()
    assert chip.bounding_box()["height"] > 40
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_suggestions_on_a_phone_keep_names_together_and_are_large_enough(page, live):
    with live.app.app_context():
        works = prime("Phonetest Municipal Engineering Group of Ningbo", country="CN")
        names = {"family_native": "欧阳", "given_native": "慧敏"}
        person("Ouyang", "Huimin", organization=works, country="CN", **names)
        db.session.commit()
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, "anna", "/interactions/new")
    box = page.get_by_role("combobox", name="People", exact=True)
    box.fill("ouyang hui")
    assert page.get_by_role("option").locator("[lang=zh-Hans]").first.bounding_box()["height"] < 24
    box.fill("Nobody Phonetest")
    assert page.get_by_role("option", name="Create person").bounding_box()["height"] >= 40
