"""Today of the demo shows each block that the counselor's digest has, on a wide window and on a phone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.reminders.blocks import TITLES, blocks_for
from crm.reminders.queries.readers import readers
from tests.fixtures.browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_all_blocks_of_today_are_visible(browser, seeded_app, width, height):
    with seeded_app.app.app_context():
        anna = db.session.scalars(sa.select(User.id).where(User.email == "anna@demo.example")).one()
        codes = [block.code for block in blocks_for(readers([anna])[0], clock.now())]
        titles = [str(TITLES[code][0]) for code in codes]
        db.session.rollback()
    assert {"unconfirmed", "news", "going_quiet", "we_owe"} <= set(codes)
    context = browser.new_context(base_url=seeded_app.url, viewport={"width": width, "height": height})
    page = context.new_page()
    enter(page, "anna")
    for title in titles:
        expect(page.get_by_role("heading", name=title, exact=True, level=2)).to_be_visible()
    context.close()


def test_answer_without_a_connection_leaves_the_list_as_it_is(browser, seeded_app):
    context = browser.new_context(base_url=seeded_app.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    enter(page, "anna", "/followups/?whose=me")
    button = page.locator(".todo .acts").first.get_by_role("button", name="Done")
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    button.press("Enter")
    note = page.get_by_text("You're offline. Nothing was sent. Try again when you're connected.")
    expect(note).to_be_visible()
    context.set_offline(False)
    expect(note).to_have_count(0)
    button.press("Enter")
    expect(page.locator("[data-toast=done]")).to_be_visible()
    page.goto("/")
    page.locator(".quick textarea").fill("called Zhou 20m")
    page.route("**/interactions/log", lambda route: route.abort())
    page.locator(".quick").get_by_role("button", name="Preview").click()
    expect(page.get_by_text("The connection failed. What you entered is still here. Try again.")).to_be_visible()
    expect(page.locator(".quick textarea")).to_have_value("called Zhou 20m")
    page.get_by_role("link", name="People", exact=True).first.click()
    page.wait_for_url("**/people/")
    page.goto("/")
    expect(page.locator(".quick textarea")).to_have_value("called Zhou 20m")
    context.close()
