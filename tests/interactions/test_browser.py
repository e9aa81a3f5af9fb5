"""Logging an interaction by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from crm.core.data.base import db
from tests.factories.people import person
from tests.fixtures.browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


@pytest.fixture
def quill(live):
    """Return the id of a person with a unique name."""
    with live.app.app_context():
        row = person("Quillfeather", "Ada", zone="Asia/Shanghai")
        db.session.commit()
        return row.id


def test_sentence_is_read_and_saved_by_keyboard(page, quill):
    enter(page, "anna")
    page.goto(f"/people/{quill}")
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


def test_sentence_sent_as_a_page_is_continued_and_saved_by_keyboard(page, quill):
    enter(page, "anna")
    page.route("**/htmx*.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
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
    enter(page, "anna")
    page.goto(f"/interactions/new?person={quill}&next=/people/{quill}")
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(f"**/people/{quill}")


def test_added_client_row_gets_the_focus(page):
    enter(page, "anna")
    page.goto("/interactions/new")
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
    enter(page, "anna")
    page.goto("/interactions/new")
    page.locator("input#people").press_sequentially("Quillfeather")
    page.get_by_role("option").filter(has_text="Quillfeather").first.click()
    follow_ups = page.locator("[data-rows=follow_ups]")
    follow_ups.get_by_role("button", name="Add another").click()
    first, second = page.locator("[name=follow_ups-0-due_on]"), page.locator("[name=follow_ups-1-due_on]")
    expect(second).to_have_value(first.input_value())
    page.locator("[name=follow_ups-1-due_time]").fill("17:00")
    expect(follow_ups.locator("output").last).to_contain_text("Shanghai")


def fill_log_form(page) -> None:
    page.goto("/interactions/new")
    page.locator("form[data-keep][data-on]").wait_for()
    page.locator("#notes").fill("3 of 4 samples passed")
    page.locator("#minutes").fill("40")
    page.locator("#prep").fill("20")
    page.locator("label[for=minutes-45]").click()
    page.locator("label[for=what-1]").click()
    page.locator("input#people").press_sequentially("Quillfeather")
    page.get_by_role("option").filter(has_text="Quillfeather").first.click()
    page.locator("input#people").fill("Gao Lei")
    page.get_by_role("group", name="Clients and minutes").get_by_role("button", name="Remove").first.click()


def sent_values(page) -> list[list[str]]:
    script = "[...new FormData(document.querySelector('form[data-keep][data-on]')).entries()]"
    return [pair for pair in page.evaluate(script) if pair[0] not in ("csrf_token", "uid", "files")]


def test_every_field_and_chip_of_an_unsaved_log_form_is_restored(page, quill):
    enter(page, "anna")
    fill_log_form(page)
    sent = sent_values(page)
    assert {("minutes", "45"), ("minutes", "40"), ("prep", "20")} <= {tuple(pair) for pair in sent}
    page.goto("/people/")
    page.goto("/interactions/new")
    expect(page.locator(".restored")).to_be_visible()
    assert sorted(sent_values(page)) == sorted(sent)
    expect(page.locator("[data-restored-missing]")).to_be_hidden()


def test_restored_form_names_what_must_be_entered_again(page, quill):
    enter(page, "anna")
    fill_log_form(page)
    page.locator("details summary").filter(has_text="More:").click()
    page.locator("#files").set_input_files({"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
    page.goto("/people/")
    page.goto("/interactions/new")
    expect(page.locator(".restored")).to_contain_text("Enter again: plan.pdf")


def test_text_of_a_refused_form_is_restored_with_its_new_names(page, quill, browser_errors):
    browser_errors.allowed += ["422", "Failed to load resource"]
    enter(page, "anna")
    fill_log_form(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Add “Gao Lei” as a new person").check()
    page.locator("#subject").fill("Samples")
    page.goto("/interactions/new")
    expect(page.locator("#subject")).to_have_value("Samples")
    expect(page.locator("#notes")).to_have_value("3 of 4 samples passed")
    expect(page.locator("#minutes")).to_have_value("40")
    expect(page.locator("input#people")).to_have_value("Gao Lei")


def test_correcting_a_new_name_removes_its_check_box(page, quill, browser_errors):
    browser_errors.allowed += ["422", "Failed to load resource"]
    enter(page, "anna")
    fill_log_form(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Add “Gao Lei” as a new person").check()
    page.locator("input#people").fill("Gao Leiming")
    expect(page.get_by_label("Add “Gao Lei” as a new person")).to_have_count(0)


def add_person_by_form(page, name: str) -> None:
    page.goto("/people/new")
    page.locator("form[data-keep][data-on]").wait_for()
    page.locator("[name=family_latin]").fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-toast=done]")).to_be_visible()
    # The script notes that the form was saved.
    page.wait_for_function("sessionStorage.getItem('sent') === null")


def test_back_after_saving_offers_the_saved_record_and_saves_nothing_again(page, live):
    enter(page, "anna")
    add_person_by_form(page, "Backwater")
    saved_url = page.url
    page.go_back()
    expect(page.get_by_text("You already saved this form.")).to_be_visible()
    expect(page.locator("[name=family_latin]")).to_have_value("")
    page.get_by_role("link", name="Open saved record").click()
    page.wait_for_url(saved_url)


def test_saved_form_kept_by_the_browser_is_loaded_again(page):
    """A browser may show the page as it was left, with the saved text still in its fields."""
    enter(page, "anna")
    add_person_by_form(page, "Coldwater")
    page.go_back()
    name, note = page.locator("[name=family_latin]"), page.get_by_text("You already saved this form.")
    expect(note).to_be_visible()
    name.evaluate("field => { field.value = 'Coldwater'; }")
    with page.expect_navigation():
        page.evaluate("setTimeout(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))")
    expect(note).to_be_visible()
    expect(name).to_have_value("")


def test_back_after_saving_without_script_saves_nothing_twice(browser, live):
    context = browser.new_context(base_url=live.url, java_script_enabled=False)
    page, name = context.new_page(), "[name=family_latin]"
    enter(page, "anna")
    page.goto("/people/new")
    page.wait_for_url("**/people/new?uid=*")
    page.fill(name, "Plainwater")
    page.press(name, "Enter")
    page.wait_for_url(re.compile(r"/people/\d+"))
    saved_url = page.url
    page.go_back()
    page.fill(name, "Plainwater")
    expect(page.get_by_text("You already saved this form.")).to_be_visible()
    page.press(name, "Enter")
    page.wait_for_url(saved_url)
    page.go_back()
    page.fill(name, "Otherwater")
    page.press(name, "Enter")
    expect(page.get_by_role("heading", name="This has already changed")).to_be_visible()
    assert page.locator(f"main a[href='{saved_url.removeprefix(live.url)}']").count() == 1
    page.goto("/people/?q=water")
    expect(page.get_by_role("link", name="Otherwater")).to_have_count(0)
    context.close()


def test_form_opened_again_is_a_new_one(page):
    enter(page, "anna")
    add_person_by_form(page, "Freshwater")
    page.goto("/people/new")
    page.locator("form[data-keep][data-on]").wait_for()
    expect(page.get_by_text("You already saved this form.")).to_have_count(0)


def test_key_z_undoes_the_last_change_after_its_message_is_gone(page):
    enter(page, "anna")
    add_person_by_form(page, "Stillwater")
    page.locator("[data-toast-close]").click()
    page.keyboard.press("z")
    expect(page.locator("[data-toast=done]")).to_contain_text("Undone:")


FORMS = ("/people/new", "/organizations/new", "/projects/new", "/shows/new", "/followups/new", "/interactions/new")


@pytest.mark.parametrize("path", [*FORMS, "/inquiries/new", "/opportunities/new"])
def test_first_field_of_a_form_has_the_focus(page, path):
    enter(page, "anna")
    page.goto(path)
    focused = page.locator("main form.form :focus")
    expect(focused).to_have_count(1)
    page.keyboard.type("l")
    expect(focused).to_have_count(1)
    assert page.url.endswith(path)


def test_letters_typed_while_a_form_opens_are_no_shortcuts(page):
    enter(page, "anna")
    page.goto("/people/")
    page.route("**/people/new", lambda route: (page.keyboard.press("l"), route.continue_()))
    page.evaluate("document.querySelector('a[href=\"/people/new\"]').click()")
    page.wait_for_url("**/people/new")
