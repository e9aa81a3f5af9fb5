"""The same company was entered twice: merge both, check the record, and undo it, by what the screen says."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from crm.core.data.base import db
from tests.browser.journey import Journey
from tests.factories import client_of, person
from tests.fixtures.browser import Live, enter

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


def test_duplicate_client_is_merged_and_restored(page: Page, live: Live, browser_errors) -> None:
    with live.app.app_context():
        client = client_of("Inland", "Veridian Ducts")
        duplicate = client_of("Inland", "Veridian Ducts Inc.", city="Fontana")
        person("Rosa", "Quist", organization=duplicate)
        db.session.commit()
        address = f"/organizations/{client.id}"
    enter(page, "anna")
    job = Journey(page, "Job 16, merge a client that was entered twice")
    job.open(address)
    job.open_menu("More")
    job.click("link", "Merge with…")
    job.pick("Merge with", "veridian ducts inc", "Veridian Ducts Inc.")
    job.click("button", "Compare records")
    result = page.get_by_role("region", name="After the merge")
    expect(result).to_contain_text("Fontana")
    job.tick("Veridian Ducts Inc.")
    expect(result.locator("p.strong")).to_contain_text("Veridian Ducts Inc.")
    job.click("button", "Merge records")
    job.reads("Veridian Ducts Inc. was merged into Veridian Ducts.", "Merged records", "Quist")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Veridian Ducts Inc.")
    job.click("button", "Undo")
    job.reads("“Veridian Ducts Inc. was merged into Veridian Ducts” was undone.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Veridian Ducts")
    job.check(9)
