"""Tariff notes: form, list, page with history, undo, archive, and the panel of records."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.projects.services import add_project, save_need
from crm.tariffs.models import TariffNote
from crm.tariffs.queries import list_notes
from crm.tariffs.services import archive_note, save_note
from tests.factories import client_of, organization, product
from tests.factories.opportunities import make_opportunity
from tests.tools.rows import count

pytestmark = pytest.mark.usefixtures("people")
NOTE = {"hs": "9026.20", "country": "CN", "text": "Extra duty", "source": "Notice 12", "noted_on": "03/01/2026"}
TITLE = "Tariff and rule notes"


@pytest.fixture
def anna(client, clock):
    return client.login_as("anna")


@pytest.fixture
def note(actor, clock):
    """Return a function that adds a note of anna."""

    def add(hs="9026", country=None, text="Duty", noted_on=date(2026, 3, 1), **more):
        values = {"hs": hs, "country": country, "text": text, "source": "Notice 12", "noted_on": noted_on}
        return save_note(actor("anna"), values | more)

    return add


def test_note_is_added_with_its_author_and_edited(anna, session):
    assert anna.post("/tariff-notes/new", data=NOTE).status_code == 303
    row = session.scalars(sa.select(TariffNote)).one()
    page = anna.get(f"/tariff-notes/{row.id}").text
    assert (row.hs, row.country, "HS 9026.20, China" in page, "Anna" in page) == ("902620", "CN", True, True)
    changed = NOTE | {"text": "No longer any duty", "version": row.version}
    assert anna.post(f"/tariff-notes/{row.id}/edit", data=changed).status_code == 303
    page = anna.get(f"/tariff-notes/{row.id}").text
    assert "Extra duty</span> →" in page


def test_bad_code_and_end_before_the_date_are_refused_with_the_text(anna):
    page = anna.post("/tariff-notes/new", data=NOTE | {"hs": "902", "valid_until": "02/01/2026"})
    assert (page.status_code, count(TariffNote)) == (422, 0)
    assert "Enter 2, 4 or 6 digits" in page.text
    assert "on or after the date of the note" in page.text
    assert "Extra duty" in page.text


def test_edit_of_an_old_version_is_a_conflict(anna, note):
    row = note()
    assert anna.post(f"/tariff-notes/{row.id}/edit", data=NOTE | {"version": row.version - 1}).status_code == 409
    assert row.text == "Duty"


def test_change_is_undone(anna, note, session):
    row = note(hs="902620")
    anna.post(f"/tariff-notes/{row.id}/edit", data=NOTE | {"version": row.version})
    assert row.text == "Extra duty"
    batch = session.scalar(sa.text("SELECT max(id) FROM batch"))
    assert anna.post(f"/records/changes/{batch}/undo").status_code == 303
    session.expire_all()
    assert row.text == "Duty"


def test_only_managers_archive_and_the_list_then_omits_it(client, note):
    row = note()
    assert client.login_as("anna").post(f"/tariff-notes/{row.id}/archive").status_code == 403
    assert client.login_as("clara").post(f"/tariff-notes/{row.id}/archive").status_code == 303
    assert "Duty" not in client.get("/tariff-notes/").text
    assert "Duty" in client.get("/tariff-notes/?archived=yes").text
    client.post(f"/tariff-notes/{row.id}/restore")
    assert "Duty" in client.get("/tariff-notes/").text


def test_list_is_searched_by_code_country_and_age(anna, note):
    note("90", None, "Chapter")
    note("9026", "CN", "Heading")
    note("8421", "VN", "Filters", date(2024, 1, 1))
    texts = ("Chapter", "Heading", "Filters")

    def list_texts(query):
        page = anna.get(f"/tariff-notes/?{query}").text
        return [text for text in texts if f"{text}<" in page]

    assert list_texts("") == ["Chapter", "Heading", "Filters"]
    assert list_texts("hs=90") == ["Chapter", "Heading"]
    assert list_texts("country=VN") == ["Chapter", "Filters"]
    assert list_texts("check=1") == ["Filters"]
    assert list_texts("q=heading") == ["Heading"]
    note("902620", None, "Subheading")
    assert "9026.20</a>" in anna.get("/tariff-notes/").text
    assert anna.get("/tariff-notes/").text.count(">More than a year old</td>") == 1


def test_product_shows_the_notes_on_its_code_and_marks_old_ones(anna, note):
    note("902620", "CN", "Subheading", date(2024, 1, 1))
    note("90", "VN", "Chapter", valid_until=date(2026, 3, 2))
    note("8421", None, "Filters")
    row = product(client_of("Inland", "Sensors"), "Gauge", hs6="902620")
    page = anna.get(f"/products/{row.id}").text
    assert page.index("More than a year old") < page.index("Subheading") < page.index("No longer valid")
    assert "Chapter" in page
    assert "Filters" not in page


def test_need_shows_notes_for_the_country_of_its_project(anna, note, actor):
    note("9026", "CN", "In China")
    note("9026", "VN", "In Vietnam")
    note("9026", None, "Everywhere")
    project = add_project(actor("anna"), {"name": "Hanoi metro", "country": "VN"})
    prime = organization("Huayue", country="CN")
    hosts = {"project_id": project.id, "organization_id": prime.id}
    row = save_need(actor("anna"), {"title": "Gauges", "hs6": "902620", **hosts})
    page = anna.get(f"/projects/needs/{row.id}").text
    assert ["In China" in page, "In Vietnam" in page, "Everywhere" in page] == [False, True, True]


def test_opportunity_shows_notes_on_its_product_for_the_buyers_country(anna, note):
    note("9026", "CN", "In China")
    note("9026", "VN", "In Vietnam")
    client_row = client_of("Inland", "Sensors")
    row = make_opportunity(
        client_row,
        "Gauges for Huayue",
        product_id=product(client_row, "Gauge", hs6="902620").id,
        buyer_id=organization("Huayue", country="CN").id,
    )
    page = anna.get(f"/opportunities/{row.id}").text
    assert ["In China" in page, "In Vietnam" in page] == [True, False]


def test_record_without_a_code_has_no_panel(anna):
    row = product(client_of("Inland", "Sensors"), "Gauge", hs6=None)
    assert TITLE not in anna.get(f"/products/{row.id}").text.replace(f">{TITLE}</a>", "")


def test_archived_notes_are_not_listed(note, session):
    rows = [note("9026"), note("902620"), note("902620", country="CN"), note("8481")]
    assert [row.id for row in list_notes(["902620"])] == [rows[2].id, rows[1].id, rows[0].id]
    archive_note(rows[1])
    assert [row.id for row in list_notes(["902620"])] == [rows[2].id, rows[0].id]


def test_one_note_more_than_shown_is_listed(note):
    rows = [note(noted_on=date(2026, 1, n)) for n in range(1, 14)]
    assert [row.id for row in list_notes(["902620"])] == [row.id for row in reversed(rows[2:])]
    assert list_notes([]) == []
