"""The period lock: every way of changing what a filed report counts asks for or records a reason."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
import sqlalchemy as sa

from crm.bulk.policy import BulkOperation
from crm.bulk.queries import find_listing
from crm.bulk.services import BulkChange, start_run
from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.record import archive_record
from crm.funding.models import CountedSession, FiledCorrection, FunderRule
from crm.funding.policy.filing import DifferenceKind
from crm.funding.services.filing import file_report
from crm.funding.services.period_lock import find_corrections
from crm.interactions.counting import RequiredFact
from crm.interactions.models import Interaction, InteractionClient, InteractionTime
from crm.organizations.models import ClientAgreement
from crm.organizations.services import set_facts
from tests.factories import client_of, make_confidential
from tests.imports.conftest import ImportFlow
from tests.tools.pages import visible_text
from tests.tools.rows import count

from .conftest import QUARTER, SESSION_AT, complete_client, list_corrections

ASKS = "Counted in a filed report"
ADDED, REMOVED, CHANGED = DifferenceKind.added, DifferenceKind.removed, DifferenceKind.changed


@pytest.fixture
def filed(report):
    """Return a filed report that is in the database, as for the next request."""
    db.session.commit()
    return report


def edit(web, interaction, client, **values):
    """Send the form of a session on My month as a browser does."""
    url = f"/funding/month/{interaction.id}/{client.id}"
    data = {"countable": "y", "version": db.session.get(Interaction, interaction.id, populate_existing=True).version}
    return web.post(url, data=data | values, headers={"Origin": "http://localhost"})


def archive(web, interaction, **values):
    """Send the form that archives an interaction."""
    data = {"why": "Entered twice", "version": interaction.version}
    return web.post(f"/records/{interaction.id}/archive", data=data | values)


def test_edit_asks_for_a_reason_and_saves_nothing_without(web, filed, interaction, client_firm, people):
    url = f"/funding/month/{interaction.id}/{client_firm.id}"
    assert "Counted in a filed report (Oct 1" in web.get(url).text
    answer = edit(web, interaction, client_firm, contact="70")
    assert (answer.status_code, ASKS in answer.text) == (422, True)
    assert 'name="contact" value="70"' in answer.text
    assert list_corrections(filed) == []
    assert edit(web, interaction, client_firm, contact="70", correction_reason="Call ran longer").status_code == 303
    assert list_corrections(filed) == [("Call ran longer", [CHANGED])]
    row = db.session.scalars(sa.select(FiledCorrection)).one()
    assert (row.user_id, row.read_differences()[0].fields) == (people["anna"].id, {"contact": (45, 70)})


def test_page_that_asks_for_the_reason_sends_the_one_entered_there(web, filed, interaction, client_firm):
    """The form has the field, too; left empty there, it must not be sent along."""
    page = edit(web, interaction, client_firm, contact="70", correction_reason=" ").text
    again = edit(web, interaction, client_firm, contact="70", correction_reason="", correction_page="/").text
    assert [x.count('name="correction_reason"') for x in (page, again)] == [1, 1]
    assert [x.count('name="correction_page"') for x in (page, again)] == [1, 1]


def test_form_with_a_file_is_sent_again_with_the_reason_and_the_file(web, filed, interaction, client_firm):
    page = edit(web, interaction, client_firm, contact="70", files=(io.BytesIO(b"x"), "prices.txt")).text
    assert ('name="contact" value="70"' in page, 'name="correction_reason"' in page) == (True, True)
    assert ('enctype="multipart/form-data"' in page, "Choose these files again: prices.txt" in page) == (True, True)
    # Without a reason the form can be left.
    assert re.search(r'name="_show_again"[^>]* formnovalidate', page)


def test_page_of_the_report_shows_who_when_why_before_and_after(client, web, filed, interaction, client_firm):
    edit(web, interaction, client_firm, contact="70", correction_reason="Call ran longer")
    page = client.login_as("nora").get(f"/funding/filed/{filed.id}").text
    assert all(text in page for text in ("Call ran longer", "Anna", "45 → 70", "Nothing, apart from recorded"))


def test_edit_of_what_is_not_counted_needs_no_reason(web, filed, interaction, client_firm):
    assert edit(web, interaction, client_firm, contact="45", english_line="HS codes").status_code == 303
    assert list_corrections(filed) == []


def test_comparison_with_all_reports_is_one_statement(filed, interaction, client_firm, sql):
    for changed in ({"interaction": {interaction.id: None}}, {"client": {client_firm.id: None}}, {"funder_rule": {}}):
        sql.clear()
        assert find_corrections(changed) == []
        assert len(sql) == 1, changed
    sql.clear()
    new_without_clients = {name: {interaction.id: None} for name in ("interaction", "created interaction")}
    assert (find_corrections(new_without_clients), len(sql)) == ([], 0)


def test_archive_asks_for_a_reason(web, filed, interaction):
    assert "Reason for the correction" in web.get(f"/records/{interaction.id}/archive").text
    assert archive(web, interaction).status_code == 422
    assert db.session.get(Interaction, interaction.id, populate_existing=True).archived_at is None
    assert archive(web, interaction, correction_reason="Duplicate").status_code == 303
    assert list_corrections(filed) == [("Duplicate", [REMOVED])]


def test_undo_is_recorded_with_its_own_reason(web, filed, interaction, client_firm):
    edit(web, interaction, client_firm, contact="70", correction_reason="Call ran longer")
    batch = db.session.scalar(sa.text("SELECT max(id) FROM batch"))
    assert web.post(f"/records/changes/{batch}/undo").status_code == 303
    assert list_corrections(filed) == [("Call ran longer", [CHANGED]), ("Undo of a change", [CHANGED])]
    assert db.session.scalars(sa.select(CountedSession.contact)).all() == [45]


def test_merge_and_its_undo_are_recorded(client, people, filed, client_firm):
    survivor = client_of("Inland", "Tri-Valley Sensors Inc")
    complete_client(survivor)
    db.session.commit()
    clara = client.login_as("clara")
    assert "Counted in a filed report" in clara.get(f"/merge?a={survivor.id}&b={client_firm.id}").text
    data = {"version": survivor.version, "other_version": client_firm.version}
    assert clara.post(f"/merge?a={survivor.id}&b={client_firm.id}", data=data).status_code == 303
    assert list_corrections(filed) == [("Merge", [ADDED, REMOVED])]
    batch = db.session.scalar(sa.text("SELECT batch_id FROM merge"))
    assert clara.post(f"/records/changes/{batch}/undo").status_code == 303
    assert list_corrections(filed)[1:] == [("Undo of a merge", [ADDED, REMOVED])]


def test_import_and_its_undo_are_recorded(web, filed, client_firm, step):
    head = "Date,Time,Zone,Subject,Reached,Client,Minutes,Funder\n"
    row = f"2026-11-12,09:00,America/Los_Angeles,Imported,talked,{client_firm.label},30,{step.code}\n"
    flow = ImportFlow(web, head + row, "log.csv", kind="interactions")
    flow.confirm()
    assert list_corrections(filed) == [("Import: log.csv", [ADDED])]
    assert web.post(f"{flow.url}/undo").status_code == 303
    assert list_corrections(filed)[1:] == [("Undo of an import: log.csv", [REMOVED])]


def test_change_of_many_records_asks_for_a_reason(web, filed, interaction):
    url = f"/bulk/interactions?do=archive&ids={interaction.id}"
    assert "Reason for the correction" in web.get(url).text
    assert web.post(url, data={"why": "Entered twice"}).status_code == 422
    assert web.post(url, data={"why": "Entered twice", "correction_reason": "Duplicates"}).status_code == 303
    assert list_corrections(filed) == [("Duplicates", [REMOVED])]


def test_only_tags_and_follow_ups_of_many_records_ask_for_no_reason(web, filed, client_firm):
    url = f"/bulk/organizations?ids={client_firm.id}&do="
    pages = [name for name in ("assign", "archive", "tag", "untag", "follow_up") if ASKS in web.get(url + name).text]
    assert pages == ["assign", "archive"]


def test_funder_of_many_interactions_asks_for_a_reason(web, filed, interaction):
    url = f"/bulk/interactions?do=edit&field=funder_id&ids={interaction.id}"
    assert "Reason for the correction" in web.get(url).text
    data = {"funder_id": "", "clear": "y"}
    assert web.post(url, data=data).status_code == 422
    assert web.post(url, data=data | {"correction_reason": "Paid by the college"}).status_code == 303
    assert list_corrections(filed) == [("Paid by the college", [REMOVED])]


def test_change_by_a_job_is_recorded_with_how_it_came(actor, filed, interaction):
    act_as(db.session(), actor("anna"), ChangeSource.job)
    change = BulkChange(find_listing("interactions"), BulkOperation.from_code("archive"), {"why": "Entered twice"})
    start_run(actor("anna"), change, [interaction.id])
    db.session.commit()
    assert list_corrections(filed) == [("Changed via scheduled job", [REMOVED])]


def test_data_of_the_client_rules_and_confidentiality_are_locked_too(filed, client_firm, step):
    make_confidential(client_firm)
    db.session.commit()
    assert list_corrections(filed) == [("Changed via command line", [REMOVED])]
    client_firm.confidential = False
    for row in db.session.scalars(sa.select(Interaction)):
        row.confidential = False
    db.session.commit()
    rule = FunderRule(funder_id=step.id, requirement=RequiredFact.naics, is_required=True, from_on=date(2026, 10, 1))
    db.session.add(rule)
    db.session.commit()
    assert [kinds for _reason, kinds in list_corrections(filed)] == [[REMOVED], [ADDED], [REMOVED]]


def test_new_agreement_that_is_over_is_locked_too(filed, client_firm):
    days = {"from_on": date(2026, 2, 1), "to_on": date(2026, 2, 2)}
    set_facts(ClientAgreement(organization_id=client_firm.id), days | {"on_file": True})
    db.session.commit()
    assert list_corrections(filed) == [("Changed via command line", [REMOVED])]


def test_rolled_back_change_leaves_no_correction(filed, interaction, client_firm):
    db.session.get(InteractionTime, (interaction.id, client_firm.id, interaction.counselor_id)).contact = 60
    db.session.flush()
    db.session.rollback()
    db.session.get(Interaction, interaction.id).notes = "A word"
    db.session.commit()
    assert list_corrections(filed) == []


def test_savepoint_that_is_rolled_back_changes_nothing(filed, interaction, client_firm):
    nested = db.session.begin_nested()
    archive_record(interaction, "Entered twice")
    db.session.flush()
    nested.rollback()
    db.session.commit()
    assert list_corrections(filed) == []


def test_two_reports_get_a_correction_each_and_that_of_another_team_none(
    actor, award, filed, interaction, client_firm, session_for
):
    second = file_report(actor("clara"), award, QUARTER | {"team_id": actor("clara").first_team_id})
    boris, bay = actor("boris"), client_of("Bay", "Bay firm")
    complete_client(bay)
    session_for(bay, wall=SESSION_AT.replace(month=12, day=2), by=boris, staff_ids=[boris.id])
    of_bay = {"first": date(2026, 12, 1), "last": date(2026, 12, 2), "team_id": boris.first_team_id}
    third = file_report(actor("nora"), award, QUARTER | of_bay)
    db.session.commit()
    row = db.session.get(InteractionClient, (interaction.id, client_firm.id))
    row.funder_id = None
    db.session.commit()
    assert (list_corrections(filed), list_corrections(second)) == ([("Changed via command line", [REMOVED])],) * 2
    assert list_corrections(third) == []


def test_change_outside_the_period_is_no_correction(web, filed, client_firm, session_for):
    session_for(client_firm, wall=SESSION_AT.replace(month=12, day=2))
    db.session.commit()
    assert (list_corrections(filed), count(FiledCorrection)) == ([], 0)


def test_page_that_asks_for_the_reason_does_not_say_that_it_was_saved(web, filed, client_firm, step):
    data = {"state": "held", "type": "meeting", "reached": "talked", "day": str(SESSION_AT.date()), "time": "10:00"}
    data |= {"zone": "America/Los_Angeles", "minutes": "30", "clients-0-client_id": str(client_firm.id)}
    data |= {"clients-0-countable": "y", "clients-0-funder_id": str(step.id)}
    data |= {"people-typed": "Gao Lei", "people-new": "Gao Lei"}
    answer = web.post("/interactions/new", data=data, headers={"Origin": "http://localhost"})
    assert (answer.status_code, ASKS in answer.text, "Saved:" in answer.text) == (422, True, False)
    assert visible_text(answer.text).count("Gao Lei") == 1
    saved = web.post("/interactions/new", data=data | {"correction_reason": "Logged late"})
    assert (saved.status_code, "Saved:" in web.get("/").text) == (303, True)
