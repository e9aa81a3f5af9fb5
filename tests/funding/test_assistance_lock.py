"""The period lock of client reports: each change of the assistance that they count is recorded with a reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.funding.models import Assistance, CountedAssistance
from crm.funding.policy.filing import DifferenceKind, ReportKind
from crm.funding.services.filing import file_report
from crm.funding.services.period_lock import find_corrections
from tests.factories import archived, client_of, make_confidential
from tests.tools.pages import visible_text
from tests.tools.rows import count

from .conftest import QUARTER, SESSION_AT, complete_client, list_corrections

CLIENT_REPORT = QUARTER | {"kind": ReportKind.assistance, "files_again": False}
ASKS = "Counted in a filed report"
ADDED, REMOVED, CHANGED = DifferenceKind.added, DifferenceKind.removed, DifferenceKind.changed
DAY = date(2026, 11, 5)


@pytest.fixture
def filed(filed_client_report):
    """Return a filed client report with the booth."""
    return filed_client_report


def edit(web, row, **values):
    """Send the form of assistance as a browser does."""
    db.session.expire_all()
    data = {"client_id": row.client_id, "award_id": row.award_id or "", "activity": row.activity.value}
    data |= {"description": row.description, "state": row.state.value, "on": row.on.isoformat()}
    data |= {name: str(getattr(row, name)) for name in ("approved", "spent", "match")}
    data |= {"version": row.version}
    return web.post(f"/funding/assistance/{row.id}", data=data | values, headers={"Origin": "http://localhost"})


def test_edit_asks_for_a_reason_and_records_it(client, web, filed, booth):
    assert "Counted in a filed report (Oct 1" in web.get(f"/funding/assistance/{booth.id}").text
    answer = edit(web, booth, spent="7000")
    assert (answer.status_code, ASKS in answer.text, 'value="7000"' in answer.text) == (422, True, True)
    assert list_corrections(filed) == []
    assert edit(web, booth, spent="7000", correction_reason="Refund of the organizer").status_code == 303
    assert list_corrections(filed) == [("Refund of the organizer", [CHANGED])]
    page = visible_text(client.login_as("nora").get(f"/funding/filed/{filed.id}").text)
    texts = ("Refund of the organizer", "Spent $7,500 → $7,000", "Trade show exhibition", "Tri-Valley Sensors")
    assert [text in page for text in texts] == [True] * 4


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"on": "2026-12-01"}, REMOVED),
        ({"state": "withdrawn"}, REMOVED),
        ({"award_id": ""}, REMOVED),
        ({"activity": "training"}, CHANGED),
        ({"match": ""}, CHANGED),
        ({"approved": "8100"}, CHANGED),
    ],
)
def test_each_counted_value_is_locked(web, filed, booth, values, kind):
    assert edit(web, booth, **values).status_code == 422
    assert edit(web, booth, **values, correction_reason="Typing error").status_code == 303
    assert list_corrections(filed) == [("Typing error", [kind])]


@pytest.mark.parametrize(
    "values",
    [
        {"description": "Booth 7"},
        {"state": "paid"},
        {"report_received_on": "2026-12-07"},
        {"spent": "7500.00"},
    ],
)
def test_what_was_not_counted_is_saved_without_a_question(web, filed, booth, values):
    assert edit(web, booth, **values).status_code == 303
    assert list_corrections(filed) == []


def test_assistance_that_is_added_late_asks(web, filed, client_firm, award):
    data = {"client_id": client_firm.id, "award_id": award.id, "activity": "show", "description": "Late"}
    data |= {"state": "approved", "on": "11/06/2026"}
    url = "/funding/assistance/new"
    assert web.post(url, data=data | {"on": "12/01/2026"}).status_code == 303
    assert web.post(url, data=data | {"award_id": ""}).status_code == 303
    assert ASKS in web.post(url, data=data).text
    assert web.post(url, data=data | {"correction_reason": "Entered late"}).status_code == 303
    assert list_corrections(filed) == [("Entered late", [ADDED])]


def test_removal_asks(web, filed, booth):
    url = f"/funding/assistance/{booth.id}/remove"
    assert (web.post(url).status_code, count(Assistance)) == (422, 1)
    assert web.post(url, data={"correction_reason": "Entered twice"}).status_code == 303
    assert list_corrections(filed) == [("Entered twice", [REMOVED])]
    assert count(CountedAssistance) == 0


def test_undo_and_merge_are_recorded_with_their_own_reasons(client, web, filed, booth, client_firm):
    edit(web, booth, spent="7000", correction_reason="Refund")
    batch = db.session.scalar(sa.text("SELECT max(id) FROM batch"))
    assert web.post(f"/records/changes/{batch}/undo").status_code == 303
    assert list_corrections(filed)[1:] == [("Undo of a change", [CHANGED])]
    survivor = client_of("Inland", "Tri-Valley Sensors Inc")
    db.session.commit()
    clara, url = client.login_as("clara"), f"/merge?a={survivor.id}&b={client_firm.id}"
    assert ASKS in clara.get(url).text
    db.session.expire_all()
    data = {"version": survivor.version, "other_version": client_firm.version}
    assert clara.post(url, data=data).status_code == 303
    assert list_corrections(filed)[2:] == [("Merge", [CHANGED])]
    batch = db.session.scalar(sa.text("SELECT batch_id FROM merge"))
    assert clara.post(f"/records/changes/{batch}/undo").status_code == 303
    assert list_corrections(filed)[3:] == [("Undo of a merge", [CHANGED])]


def test_client_that_becomes_confidential_or_is_archived(filed, client_firm):
    archived(client_firm)
    db.session.commit()
    assert list_corrections(filed) == []
    make_confidential(client_firm)
    db.session.commit()
    assert list_corrections(filed) == [("Changed via command line", [REMOVED])]


def test_client_that_moves_to_another_team(actor, award, booth, client_firm):
    clara = actor("clara")
    report = file_report(clara, award, CLIENT_REPORT | {"team_id": clara.first_team_id})
    client_firm.team_id, client_firm.counselor_id = actor("boris").first_team_id, None
    db.session.commit()
    assert list_corrections(report) == [("Changed via command line", [REMOVED])]


def test_reports_of_sessions_and_client_reports_of_one_period_are_apart(
    actor, award, filed, booth, client_firm, session_for
):
    complete_client(client_firm)
    session_for(client_firm, wall=SESSION_AT)
    sessions = file_report(actor("nora"), award, QUARTER)
    db.session.commit()
    booth.spent = Decimal(1)
    db.session.commit()
    assert list_corrections(sessions) == []
    assert [kinds for _reason, kinds in list_corrections(filed)] == [[CHANGED]]


def test_change_of_a_client_is_compared_in_one_statement_more(filed, client_firm, sql):
    ids = {client_firm.id: None}
    for changed, statements in (
        ({"assistance": ids}, 1),
        ({"organization": ids}, 2),
        ({"organization": ids, "created organization": ids}, 1),
    ):
        sql.clear()
        assert (find_corrections(changed), len(sql)) == ([], statements)
