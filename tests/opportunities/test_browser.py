"""The board on a phone and by keyboard."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.opportunities.policy import OpportunityStage
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity
from tests.fixtures.browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


MARKED = """picks => picks.filter(x => getComputedStyle(x).borderBottomColor != 'rgba(0, 0, 0, 0)').map(x => x.hash)"""


def test_phone_highlights_the_visible_column(page, live):
    with live.app.app_context():
        make_opportunity(
            client_of("Inland", "Phone Pumps"),
            "Pumps on a phone",
            stage=OpportunityStage.negotiating,
            waiting_for="license",
        )
        db.session.commit()
    enter(page, "anna")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live.url}/opportunities/board?waiting=license")

    def visible_columns():
        return page.locator(".col:visible h2").evaluate_all("x => x.map(h => '#' + h.parentElement.parentElement.id)")

    assert visible_columns() == page.locator(".stagepick a").evaluate_all(MARKED) == ["#negotiating"]
    page.locator(".stagepick a", has_text="Quoted").click()
    assert visible_columns() == page.locator(".stagepick a").evaluate_all(MARKED) == ["#quoted"]


def test_opportunity_is_moved_by_keyboard(page, live):
    with live.app.app_context():
        anna = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
        organization = client_of("Inland", "Keyboard Pumps", counselor=anna)
        row = make_opportunity(organization, "Pumps by keys", stage=OpportunityStage.matched, counselor=anna)
        row_id = row.id
        db.session.commit()
    enter(page, "anna", f"{live.url}/opportunities/board?mine=1")
    while page.locator(".deal.at .t").all_inner_texts() != ["Pumps by keys"]:
        page.keyboard.press("j")
        assert page.locator(".deal.at").count() == 1
    expect(page.locator(".deal.at .t")).to_be_focused()
    for key in ("Tab", "Enter", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(f"**/opportunities/{row_id}/move?**")
    expect(page.locator(".moves").first).to_be_focused()
    assert page.evaluate("[scrollY, getComputedStyle(document.activeElement).outlineStyle]") == [0, "none"]
    page.keyboard.press("Tab")
    expect(page.locator(".moves :is(a, button)").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".moves").first).not_to_be_focused()


def test_dragged_card_opens_its_move_that_needs_a_reason(page, live):
    with live.app.app_context():
        row = make_opportunity(
            client_of("Inland", "Drag Pumps"), "Pumps to drag", stage=OpportunityStage.introduced, waiting_for="rep"
        )
        row_id = row.id
        db.session.commit()
    enter(page, "anna")
    page.goto(f"{live.url}/opportunities/board?waiting=rep", wait_until="networkidle")
    page.locator(f"#i{row_id}").drag_to(page.locator("#matched .col-h"), source_position={"x": 20, "y": 60})
    page.wait_for_url(f"**/opportunities/{row_id}/move?to=matched**")


def test_dragged_card_without_connection_stays_and_says_so(page, live, browser_errors):
    browser_errors.allowed.append("ERR_FAILED")
    with live.app.app_context():
        client = client_of("Inland", "Offline Pumps")
        row_id = make_opportunity(client, "Pumps offline", stage=OpportunityStage.introduced, waiting_for="client").id
        db.session.commit()
    enter(page, "anna", f"{live.url}/opportunities/board?waiting=client")
    page.route("**/move?**", lambda route: route.abort())
    page.locator(f"#i{row_id}").drag_to(page.locator("#matched .col-h"), source_position={"x": 20, "y": 60})
    expect(page.get_by_role("alert")).to_have_text("The connection failed. Nothing was changed. Try again.")
    expect(page.locator(f"#introduced #i{row_id}")).to_be_visible()
