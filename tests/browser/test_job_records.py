"""Jobs with many records, done by what the screen says: an import, lists."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import Record
from crm.people.models import Person
from tests.browser.journey import Journey
from tests.factories import client_of, person
from tests.fixtures.browser import Live, enter
from tests.fixtures.people import make_people

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
ROWS = (
    "Ines,Quarryman,ines@quarryworks.example,Quarry Works",
    "Abel,Quarrynorth,abel@quarryworks.example,Quarry Works",
    "Dora,Quarrysouth,dora@quarryworks.example,Quarry Works",
    "Ines,Quarryman,INES@quarryworks.example,Quarry Works",
    "Otto,Quarrywest,otto-at-quarryworks,Quarry Works",
)
"""Five contacts: the fourth is the first again, the email address of the fifth isn't one."""


def test_import_names_the_duplicate_and_the_error_and_is_undone(page: Page, live: Live, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("\n".join(("First name,Last name,Email,Organization", *ROWS)), encoding="utf-8")
    enter(page, "anna")
    job = Journey(page, "Job 10, import five contacts with a duplicate and a broken email, and undo it")
    job.click("link", "Imports")
    job.click("link", "Import a file", within=page.get_by_role("main"))
    job.upload("File", file)
    job.click("button", "Preview rows")
    job.reads("Duplicate of row 2", "“otto-at-quarryworks” isn't an email address")
    job.click("button", "Import 4 rows")
    job.reads("Results by row")
    with live.app.app_context():
        assert count_quarry_people() == 4
    job.click("link", "Undo import")
    job.click("button", "Undo import")
    job.reads("Import undone")
    job.check(10)
    with live.app.app_context():
        assert count_quarry_people() == 0


def count_quarry_people() -> int | None:
    """Return how many people of the file aren't archived."""
    stmt = sa.select(sa.func.count()).select_from(Person).where(Person.family_latin.like("Quarry%"))
    return db.session.scalar(stmt.where(Person.archived_at.is_(None)))


def test_clients_are_exported_and_assigned_people_tagged_and_merged(page: Page, live: Live) -> None:
    with live.app.app_context():
        boss = make_people(["clara"])["clara"]
        clients = [client_of("Inland", f"Ferncliff Optics {n}", counselor=boss) for n in range(5)]
        people = [person("Ferncliff", first, team="Inland", counselor=boss) for first in ("Ruth", "Ruthie", "Saul")]
        db.session.commit()
        client_ids, people_ids = [row.id for row in clients], [row.id for row in people]
    enter(page, "clara")
    job = Journey(page, "Job 11, export my clients, assign five, save a view, tag three people, merge a duplicate")
    job.click("link", "Organizations")
    job.click("link", "Mine", within=page.get_by_role("navigation", name="Views"))
    job.open_menu("Save view")
    job.fill("View name", "Ferncliff clients")
    job.click("button", "Save view")
    job.click("checkbox", "Select all on this page")
    with page.expect_download():
        job.click_to_download("button", "CSV")
    job.click("button", "Change counselor")
    job.choose("New counselor", "Anna Reyes")
    job.click("button", "Change 5 records")
    expect(page.locator("[data-toast=done]")).to_be_visible()
    job.click("link", "People")
    job.click("checkbox", "Select Ruth Ferncliff")
    job.click_range("checkbox", "Select Saul Ferncliff")
    job.click("button", "Add tags")
    job.fill("Tags", "optics")
    job.click("button", "Change 3 records")
    expect(page.locator("[data-toast=done]")).to_be_visible()
    job.click("checkbox", "Select Ruth Ferncliff")
    job.click("checkbox", "Select Ruthie Ferncliff")
    job.click("button", "Merge", exact=True)
    job.click("button", "Merge records")
    job.reads("Ruthie Ferncliff was merged into Ruth Ferncliff.")
    job.check(20)
    with live.app.app_context():
        assigned = sa.select(User.email).join(Record, Record.counselor_id == User.id).where(Record.id.in_(client_ids))
        assert set(db.session.scalars(assigned)) == {"anna@demo.example"}
        merged = sa.select(Record.label).where(Record.id.in_(people_ids), Record.archived_at.is_not(None))
        assert db.session.scalars(merged).all() == ["Ruthie Ferncliff"]
