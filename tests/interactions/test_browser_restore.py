"""Unsaved and saved forms after Back, reload and errors, in the browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from crm.core.data.base import db
from tests.factories import organization, person
from tests.fixtures.browser import enter, wait_ready
from tests.interactions.lookups import add_person_by_form, fill_log_form

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


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
    page.get_by_role("button", name="Save interaction", exact=True).click()
    page.get_by_label("Add “Gao Lei” as a new person").check()
    page.locator("#subject").fill("Samples")
    page.goto("/interactions/new")
    expect(page.locator("#subject")).to_have_value("Samples")
    expect(page.locator("#notes")).to_have_value("3 of 4 samples passed")
    expect(page.locator("#minutes")).to_have_value("40")
    expect(page.locator("input#people")).to_have_value("Gao Lei")


def test_back_and_reload_after_an_error_open_the_form_with_its_text(page, live, browser_errors):
    """The browser would ask to send the refused form again, or show a page of its own."""
    browser_errors.allowed += ["422", "Failed to load resource"]
    enter(page, "anna", "/organizations/new")
    page.locator("[name=city]").fill("Suzhou Falls")
    page.locator(".form-foot .btn-main").click()
    expect(page.locator(".errors")).to_be_visible()
    page.reload()
    expect(page.locator("[name=city]")).to_have_value("Suzhou Falls")
    expect(page.locator(".errors")).to_have_count(0)
    page.locator(".form-foot .btn-main").click()
    expect(page.locator(".errors")).to_be_visible()
    page.goto("/people/")
    page.go_back()
    expect(page.locator("[name=city]")).to_have_value("Suzhou Falls")
    expect(page.locator(".errors")).to_have_count(0)


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
    enter(page, "anna", "/people/new")
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


def test_reload_after_a_refused_preview_restores_its_text(page, live, browser_errors):
    """The preview is on the page of a record; the refused form has a page of its own."""
    browser_errors.allowed += ["422", "Failed to load resource"]
    with live.app.app_context():
        row = organization("Refused Mill")
        for family in ("Northgate", "Southgate"):
            person(family, "Ottokar", organization=row)
        db.session.commit()
        url = f"/organizations/{row.id}"
    enter(page, "anna", url)
    page.locator(".quick textarea").fill("called Ottokar, 35m, send price list Mon")
    page.keyboard.press("Enter")
    page.locator("#chips").get_by_role("button", name="Save interaction").click()
    expect(page.locator(".errors")).to_be_visible()
    wait_ready(page)
    page.reload()
    expect(page.locator(".restored")).to_be_visible()
    expect(page.locator("#minutes")).to_have_value("35")
    expect(page.locator("[name=follow_ups-0-title]")).to_have_value(re.compile("price list"))


def test_sentence_that_was_saved_from_an_error_page_is_no_draft(page, live, browser_errors):
    with live.app.app_context():
        person("Wrenfield", "Ida")  # Each test with `quill` adds another Ada Quillfeather.
        db.session.commit()
    browser_errors.allowed += ["400", "Failed to load resource"]
    enter(page, "anna")
    wait_ready(page)
    page.locator(".quick textarea").fill("called Ida Wrenfield 25m")
    page.keyboard.press("Enter")
    save = page.locator("#chips").get_by_role("button", name="Save interaction")
    save.wait_for()
    page.locator("#chips form.form [name=csrf_token]").evaluate("field => { field.value = 'expired'; }")
    save.click()
    again = page.get_by_role("button", name="Submit again")
    again.wait_for()
    wait_ready(page)
    again.click()
    expect(page.locator("[data-toast=done]")).to_contain_text("Saved")
    page.goto("/")
    expect(page.locator(".quick textarea")).to_have_value("")


def test_text_is_restored_after_the_error_page_was_left_by_a_link(page, live, browser_errors):
    browser_errors.allowed += ["400", "Failed to load resource"]
    enter(page, "anna", "/people/new")
    wait_ready(page)
    page.locator("[name=family_latin]").fill("Leftwater")
    page.locator("form[data-keep] [name=csrf_token]").evaluate("field => { field.value = 'expired'; }")
    page.locator("form[data-keep] .form-foot .btn-main").click()
    page.get_by_role("button", name="Submit again").wait_for()
    wait_ready(page)
    page.get_by_role("link", name="Go to Today").click()
    page.wait_for_url(live.url + "/")
    wait_ready(page)
    page.goto("/people/new")
    expect(page.locator(".restored")).to_be_visible()
    expect(page.locator("[name=family_latin]")).to_have_value("Leftwater")
