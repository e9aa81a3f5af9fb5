"""Form values and lookups for tests of interactions."""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa
from playwright.sync_api import expect

from crm.core.data.base import db
from crm.core.data.record_dates import RecordDates
from crm.interactions.models import Interaction, InteractionParty, InteractionTime
from tests.fixtures.browser import wait_until
from tests.tools.pages import submitted_values

NEW = "/interactions/new"


def form(**more):
    values = {"state": "held", "type": "call", "reached": "talked", "day": "2026-12-07", "time": "14:00"}
    return values | {"zone": "America/Los_Angeles", "minutes": ""} | more


def list_interactions() -> list[Interaction]:
    return list(db.session.scalars(sa.select(Interaction).order_by(Interaction.id)))


def read_undo_url(web) -> str:
    """Return the URL of the toast's undo button from the next page."""
    match = re.search(r'action="([^"]+/undo)" data-undo>', web.get("/interactions/").text)
    assert match
    return match[1].replace("&amp;", "&")


def submitted_fields(page: str) -> dict[str, list[str]]:
    """Return the fields that a browser sends with the log form."""
    return submitted_values(page, NEW)


def last_dates(record) -> tuple[datetime | None, datetime | None]:
    row = db.session.get(RecordDates, (record.id, 0), populate_existing=True)
    return (row.last_interaction_at, row.last_reached_at) if row else (None, None)


def parties(row) -> list[tuple]:
    stmt = sa.select(InteractionParty).where(InteractionParty.interaction_id == row.id).order_by(InteractionParty.id)
    return [(p.person_id, p.organization_id, p.label, p.count, p.side) for p in db.session.scalars(stmt)]


def times(row) -> dict[int, tuple[int, int, int]]:
    stmt = sa.select(InteractionTime).where(InteractionTime.interaction_id == row.id)
    return {t.client_id: (t.contact, t.prep, t.travel) for t in db.session.scalars(stmt)}


def wall(text):
    return datetime.fromisoformat(text)


def fill_log_form(page) -> None:
    page.goto("/interactions/new")
    page.locator("form[data-keep][data-on]").wait_for()
    page.locator("#notes").fill("3 of 4 samples passed")
    page.locator("#minutes").fill("40")
    page.locator("#prep").fill("20")
    page.locator("label[for=minutes-45]").click()
    page.locator("label[for=type-1]").click()
    page.locator("input#people").press_sequentially("Quillfeather")
    page.get_by_role("option").filter(has_text="Quillfeather").first.click()
    page.locator("input#people").fill("Gao Lei")
    page.get_by_role("group", name="Clients and minutes").get_by_role("button", name="Remove").first.click()


def add_person_by_form(page, name: str) -> None:
    page.goto("/people/new")
    page.locator("form[data-keep][data-on]").wait_for()
    page.locator("[name=family_latin]").fill(name)
    page.get_by_role("button", name="Add person", exact=True).click()
    expect(page.locator("[data-toast=done]")).to_be_visible()
    # The script notes that the form was saved.
    wait_until(page, "sessionStorage.getItem('sent') === null")
