"""A list by keyboard: rows selected and edited together, a cell edited in place, columns moved and resized."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from crm.core import clock
from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.funding.models import CountedSession, FiledReport
from crm.funding.services.awards import save_award
from crm.organizations.models import Organization
from crm.reference.models import Funder
from crm.shows.services import save_show
from tests.factories import client_of, organization, product
from tests.fixtures.browser import enter, wait_ready

DAY = date(2026, 10, 1)

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


def test_rows_cells_and_columns_are_changed_by_keyboard(page, live):
    with live.app.app_context():
        for number in range(3):
            organization(f"Zq Keys {number}", city="Suzhou")
        db.session.commit()
    enter(page, "anna")
    page.goto("/organizations/?q=zq+keys&columns=name,city,region", wait_until="networkidle")

    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator(".selbar")).to_contain_text("3 selected")
    page.keyboard.press("e")
    page.wait_for_url("**/bulk/organizations?**")
    page.locator("#field").select_option("city")
    page.get_by_role("button", name="Continue").click()
    page.locator("[name=city]").fill("Ningbo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/organizations/?q=zq*")
    expect(page.locator("tbody td", has_text="Ningbo")).to_have_count(3)

    page.wait_for_load_state("networkidle")
    for key in ("j", "e"):
        page.keyboard.press(key)
    expect(page.locator(".cell-f [name=name]")).to_be_focused()
    for key in ("Escape", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".cell-f [name=city]")).to_be_focused()
    page.locator(".cell-f [name=city]").fill("Wenzhou")
    page.keyboard.press("Enter")
    expect(page.locator("tbody td", has_text="Wenzhou")).to_be_focused()
    with live.app.app_context():
        cities = db.session.scalars(sa.select(Organization.city).where(Organization.name.like("Zq Keys%")))
        assert sorted(cities) == ["Ningbo", "Ningbo", "Wenzhou"]

    page.locator("th[data-column=city] .col-handle").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**columns=name%2Ccity%3A*")
    page.get_by_text("Columns", exact=True).first.click()
    page.get_by_role("button", name="Move up: State or province").click()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**columns=name&columns=region&columns=city**")
    expect(page.locator("thead th[data-column]")).to_have_text(["Name", "State or province", "City"])


def test_list_opens_at_the_row_after_a_change_and_after_its_undo(page, live):
    with live.app.app_context():
        for number in range(4):
            organization(f"Zq Row {number}")
        db.session.commit()
    enter(page, "anna", "/organizations/?q=zq+row")
    for key in ("j", "j", "j", "x", "t"):
        page.keyboard.press(key)
    page.wait_for_url("**/bulk/organizations?**")
    expect(page.locator("#tags")).to_be_focused()
    page.keyboard.type("spring")
    page.keyboard.press("Enter")
    page.wait_for_url("**/organizations/?q=zq*")
    row = page.locator("tbody tr", has_text="Zq Row 2").get_by_role("link")
    expect(row).to_be_focused()
    wait_ready(page)
    page.keyboard.press("z")
    expect(page.locator("[data-toast]")).to_contain_text("was undone")
    expect(row).to_be_focused()


def test_undo_key_beside_a_form_undoes_nothing_made_elsewhere(page, live):
    with live.app.app_context():
        changed, other = organization("Zq Former", city="Suzhou").id, organization("Zq Other").id
        db.session.commit()
    enter(page, "anna", f"/organizations/{changed}/edit")
    page.get_by_label("City").fill("Ningbo")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("[data-undo]")).to_be_visible()
    for address in (f"/organizations/{other}/edit", f"/organizations/{other}"):
        page.goto(address)
        wait_ready(page)
        page.locator("main h1").click()
        for key in ("z", "?"):
            page.keyboard.press(key)
        if address.endswith("/edit"):
            expect(page.locator("[data-keys-dialog]")).to_be_visible()
            assert page.locator("[data-toast]").count() == 0
    expect(page.locator("[data-toast]")).to_contain_text("was undone")


def test_list_opens_at_its_top_after_a_download(page, live):
    with live.app.app_context():
        for number in range(3):
            organization(f"Zq File {number}")
        db.session.commit()
    enter(page, "anna", "/organizations/?q=zq+file")
    for key in ("j", "j", "x"):
        page.keyboard.press(key)
    with page.expect_download():
        page.locator(".selbar").get_by_role("button", name="CSV").click()
    page.goto("/organizations/?q=zq+file&sort=name")
    wait_ready(page)
    expect(page.locator("tbody tr").first).to_be_visible()
    assert page.locator("tr.at").count() == 0


def test_form_about_filed_records_begins_in_its_field_and_not_in_the_reason(page, live):
    with live.app.app_context():
        client = client_of("Inland", "Zq Filed")
        days = {"from_on": DAY, "to_on": DAY, "reports": [], "goals": []}
        award = save_award(SYSTEM, {"funder_id": make_funder().id, "number": "1"} | days)
        report = FiledReport(award_id=award.id, team_id=client.team_id, filed_at=clock.now(), first=DAY, last=DAY)
        report.sessions, report.file = [], b"<x/>"
        db.session.add(report)
        db.session.commit()
        # By a statement: the period lock would correct a report that counts a session which doesn't exist.
        values = {"report_id": report.id, "interaction_id": 1, "client_id": client.id, "on": DAY, "session_type": "1"}
        db.session.execute(sa.insert(CountedSession).values(contact=0, prep=0, travel=0, **values))
        db.session.commit()
        address = f"/bulk/organizations?do=edit&field=city&ids={client.id}"
    enter(page, "anna", address)
    expect(page.get_by_label("Reason for the correction")).to_be_visible()
    expect(page.locator("[name=city]")).to_be_focused()


def make_funder() -> Funder:
    """Return a funder in the database."""
    funder = Funder(code="ZQB", name="Zq Board")
    db.session.add(funder)
    db.session.flush()
    return funder


def test_cell_at_the_right_edge_is_edited_within_the_window(page, live):
    with live.app.app_context():
        product(client_of("Inland", "Zq Edge Inc."), "Zq Edge")
        db.session.commit()
    enter(page, "anna", "/products/?q=zq+edge")
    column = page.locator("thead th[data-column=eccn]").evaluate("head => head.cellIndex")
    page.locator("tbody tr").first.locator("th, td").nth(column).dblclick()
    expect(page.locator(".cell-f [name=eccn]")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_cell_is_edited_on_a_phone(browser, live):
    with live.app.app_context():
        save_show(SYSTEM, {"name": "Zq Phone", "zone": "Asia/Shanghai", "starts_on": DAY, "ends_on": DAY})
        db.session.commit()
    with browser.new_context(
        base_url=live.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ) as context:
        page = context.new_page()
        enter(page, "anna", "/shows/?q=zq+phone")
        page.locator("tbody td", has_text="Oct 1").first.tap()
        page.get_by_role("button", name="Edit", exact=True).tap()
        expect(page.locator(".cell-f input:not([type=hidden])").first).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
