"""Undo of a completed import: the database is as before, except where records were edited later."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm.core.data.base import Base, db
from crm.core.data.record import Record
from crm.core.data.summaries import SUMMARIES, find_wrong_sums, join_sums
from crm.desk.checks import check_search_index
from crm.imports import jobs
from crm.imports.services import revert, revert_runs
from crm.organizations.models import Organization
from crm.people.models import Person
from crm.people.services import refresh_person_name
from crm.records.services import set_tags
from tests.factories import organization, person
from tests.imports.conftest import ImportFlow, list_labels
from tests.imports.slicing import EXISTING_PERSON_ROW, PEOPLE, confirm_import, make_existing_person

pytestmark = pytest.mark.engine_in_turn

IMPORTS = {"import_run", "import_report", "import_mapping"}
TRACES = IMPORTS | {"batch", "change", "security_event", "receipt", "auth_session", "heartbeat"}
"""Tables in which an import and its undo leave a trace."""
STAMPS = {"version", "changed_at", "changed_by_id"}
KINDS = {
    "organizations": (
        "Name,Chinese name,Country,City,Email,Roles,Aliases,Sectors,Tags\n"
        "Delta Works,三角洲,US,Fresno,info@delta.example,end user,Delta,,Fair\n"
        "Known Mill,,US,Oakland,mill@a.example,,Old Mill,,Fair; Water\n"
    ),
    "followups": "Title,Due,About\nSend the price,2026-12-08,Known Mill\nCall,2026-12-09,Known Ann\n",
    "interactions": "Type,Date,Organization,People,Minutes\nmeeting,2026-03-09,Known Mill,Known Ann,30\n",
}


def dump() -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables, without what an undone import may leave behind."""
    db.session.expire_all()
    tables: dict[str, list[dict[str, Any]]] = {}
    summaries = {summary.table.name: summary for summary in SUMMARIES}
    assert find_wrong_sums() == []
    for table in Base.metadata.sorted_tables:
        if table.name in TRACES:
            continue
        summary = summaries.get(table.name)
        rows = db.session.execute(join_sums(summary, table) if summary else sa.select(table)).mappings().all()
        # A record without dates may have an empty row of them.
        rows = [row for row in rows if table.name != "record_dates" or any(list(row.values())[2:])]
        plain = [{k: sorted(v.split()) if k == "tokens" else v for k, v in r.items() if k not in STAMPS} for r in rows]
        tables[table.name] = sorted(plain, key=repr)
    return tables


def assert_as(before: dict[str, list[dict[str, Any]]]) -> None:
    """Compare table by table, so that a failure names the rows."""
    after = dump()
    for name, rows in before.items():
        assert after[name] == rows, name


def undo(client, flow: ImportFlow):
    answer = client.post(f"{flow.url}/undo")
    db.session.expire_all()
    return answer


@pytest.fixture
def mill(anna):
    """Return an organization that rows of imports name."""
    row = organization("Known Mill")
    refresh_person_name(make_existing_person())
    db.session.commit()
    return row


@pytest.mark.usefixtures("mill")
@pytest.mark.parametrize("kind", ["people", *KINDS])
def test_undone_import_leaves_the_database_as_before(anna, kind):
    text = KINDS.get(kind, PEOPLE + EXISTING_PERSON_ROW)
    before = dump()
    flow = ImportFlow(anna, text, kind=kind)
    flow.confirm()
    assert dump() != before
    promised = re.search(r"(\d+) new records? will be removed", anna.get(f"{flow.url}/undo").text)
    assert undo(anna, flow).status_code == 303
    assert_as(before)
    assert promised
    assert int(promised[1]) == flow.run.options["revert"]["removed"]
    assert (flow.run.state, check_search_index()) == ("undone", [])
    assert "This import was undone" in anna.get(flow.url).text


@pytest.mark.usefixtures("small_slices")
def test_long_import_is_undone_in_slices_after_an_interruption(anna, monkeypatch):
    monkeypatch.setattr(revert_runs, "UNDO_SLICE_SIZES", (4,) * 3)
    monkeypatch.setattr(revert_runs, "MAX_IMMEDIATE_ROWS", 1)
    monkeypatch.setattr(revert_runs, "PAUSE_SECONDS", 0)
    refresh_person_name(make_existing_person())
    before = dump()
    flow = confirm_import(anna, PEOPLE + EXISTING_PERSON_ROW)
    jobs.write_imports()
    assert undo(anna, flow).status_code == 303
    assert flow.run.state == "undo_requested"
    calls = []

    def stop_at_third(*args):
        calls.append(args)
        if len(calls) == 3:
            raise RuntimeError("killed")
        return revert.revert_slice(*args)

    monkeypatch.setattr(revert_runs, "revert_slice", stop_at_third)
    jobs.write_imports()
    assert "Records undone" in anna.get(flow.url).text
    jobs.write_imports()
    assert flow.run.state == "undone"
    assert_as(before)
    assert flow.run.options["revert"]["removed"] == 25


@pytest.mark.usefixtures("small_slices")
def test_undo_that_fails_too_often_ends_with_a_message(anna, monkeypatch):
    monkeypatch.setattr(revert_runs, "MAX_IMMEDIATE_ROWS", 1)
    flow = confirm_import(anna, PEOPLE)
    jobs.write_imports()
    undo(anna, flow)
    monkeypatch.setattr(revert_runs, "revert_slice", lambda *_args: 1 // 0)
    for attempt in range(1, revert_runs.MAX_ATTEMPTS + 1):
        jobs.write_imports()
        db.session.expire_all()
        assert (flow.run.state == "done") == (attempt == revert_runs.MAX_ATTEMPTS)
    assert "Contact your administrator" in anna.get(flow.url).text


def test_later_edits_are_kept_and_named_with_links(anna, people):
    existing = make_existing_person()
    flow = ImportFlow(anna, PEOPLE + EXISTING_PERSON_ROW)
    flow.confirm()
    existing.city = "Reno"
    edited = db.session.scalars(sa.select(Person).where(Person.label == "Person A")).one()
    edited.languages = "Chinese"
    db.session.commit()
    page = anna.get(f"{flow.url}/undo").text
    assert all(f"/records/{row.id}" in page for row in (existing, edited))
    undo(anna, flow)
    assert existing.city == "Reno"
    assert list_labels("person") == ["Known Ann", "Person A"]
    assert list_labels("organization") == ["Firm 0"]
    page = anna.get(flow.url).text
    assert "Later edits were kept: City." in page
    assert all(f"/records/{row.id}" in page for row in (existing, edited))
    assert f'href="/people/{edited.id}"' in page


def test_value_that_is_again_as_before_is_no_later_edit(anna):
    existing = make_existing_person()
    flow = ImportFlow(anna, "Name,E-mail,City,Languages\nAnn Known,known@a.example,Fresno,Chinese\n")
    flow.confirm()
    assert (existing.city, existing.languages) == ("Fresno", "Chinese")
    existing.city = None
    db.session.commit()
    undo(anna, flow)
    assert (existing.city, existing.languages) == (None, None)
    assert "Later edits were kept" not in anna.get(flow.url).text


def test_created_record_that_is_used_since_stays(anna):
    flow = ImportFlow(anna, "Name,City\nDelta Works,Fresno\nOmega,Reno\n", kind="organizations")
    flow.confirm()
    delta = db.session.scalars(sa.select(Organization).where(Organization.label == "Delta Works")).one()
    person("Ann", "New", organization=delta)
    db.session.commit()
    undo(anna, flow)
    assert list_labels("organization") == ["Delta Works"]
    assert "Other records refer to this record." in anna.get(flow.url).text


def test_record_that_an_undone_import_had_updated_is_removed(anna):
    existing = make_existing_person()
    before = dump()
    first = ImportFlow(anna, "Name,E-mail\nNew Person,new@a.example\n")
    first.confirm()
    second = ImportFlow(anna, "Name,E-mail,City,Tags,Phone\nNew Person,new@a.example,Reno,Fair,+1 559 555 0100\n")
    second.confirm()
    row = db.session.scalars(sa.select(Person).where(Person.id != existing.id)).one()
    assert (row.city, second.run.updated) == ("Reno", 1)
    undo(anna, second)
    assert f"/records/{row.id}" not in anna.get(f"{first.url}/undo").text
    undo(anna, first)
    assert list_labels("person") == ["Known Ann"]
    assert_as(before)


def test_record_that_was_edited_between_undone_imports_stays(anna):
    first = ImportFlow(anna, "Name,E-mail\nNew Person,new@a.example\n")
    first.confirm()
    second = ImportFlow(anna, "Name,E-mail,City\nNew Person,new@a.example,Reno\n")
    second.confirm()
    row = db.session.scalars(sa.select(Person)).one()
    row.city = "Fresno"
    db.session.commit()
    undo(anna, second)
    undo(anna, first)
    assert list_labels("person") == ["New Person"]


def test_tags_of_a_record_edited_later_stay_as_edited(anna):
    existing = make_existing_person()
    flow = ImportFlow(anna, "Name,E-mail,Tags\nAnn Known,known@a.example,Fair\n")
    flow.confirm()
    set_tags(existing, "Fair, Water")
    db.session.commit()
    undo(anna, flow)
    page = anna.get(f"/people/{existing.id}").text
    assert ("Water" in page, "Fair" in page) == (True, False)


def test_import_can_be_undone_once_and_for_thirty_days(anna, clock):
    flow = ImportFlow(anna, PEOPLE)
    flow.confirm()
    written_at = flow.run.at
    clock.set(written_at + timedelta(days=30, seconds=1))
    assert undo(anna, flow).status_code == 409
    assert "Undo import" not in anna.get(flow.url).text
    clock.set(written_at + timedelta(days=30))
    assert undo(anna, flow).status_code == 303
    again = undo(anna, flow)
    assert (again.status_code, f'href="{flow.url}"' in again.text) == (409, True)
    assert db.session.scalars(sa.select(Record.id)).all() == []


def test_result_of_an_undo_counts_one_record_in_the_singular(anna):
    flow = ImportFlow(anna, "Name\nAnn Archer\n")
    flow.confirm()
    undo(anna, flow)
    assert "1 record removed, 0 restored, 0 archived." in anna.get(flow.url).text
