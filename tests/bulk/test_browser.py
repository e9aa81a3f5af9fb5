"""A list by keyboard: rows selected and edited together, a cell edited in place, columns moved and resized."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from crm.core.data.base import db
from crm.organizations.models import Organization
from tests.factories import organization
from tests.fixtures.browser import enter

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
