"""Client reports that are filed: the frozen copy, and who may file and open it."""

from __future__ import annotations

import html
import io
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.funding.models import FiledReport
from crm.funding.policy.filing import DifferenceKind, ReportKind
from crm.funding.policy.step import AssistanceState
from crm.funding.services.filing import file_report
from tests.factories import client_of, make_confidential
from tests.tools.pages import visible_text
from tests.tools.rows import count

from .conftest import QUARTER, list_corrections

CLIENT_REPORT = QUARTER | {"kind": ReportKind.assistance, "files_again": False}
ASKS = "Counted in a filed report"
ADDED, REMOVED, CHANGED = DifferenceKind.added, DifferenceKind.removed, DifferenceKind.changed
DAY = date(2026, 11, 5)


def test_client_report_is_filed_and_never_changes(client, web, award, booth, assist):
    assist(description="Declined", state=AssistanceState.declined)
    assist(description="Later", on=date(2026, 12, 1))
    assist(make_confidential(client_of("Inland", "Secret")), description="Confidential")
    db.session.commit()
    nora = client.login_as("nora")
    url = f"/funding/awards/{award.id}/file"
    assert f'href="{url}?kind=assistance"' in html.unescape(nora.get(f"/funding/awards/{award.id}").text)
    form = nora.get(f"{url}?kind=assistance").text
    assert '<option selected value="assistance">' in form
    data = {"kind": "assistance", "first": "10/01/2026", "last": "11/30/2026", "team_id": ""}
    preview = visible_text(nora.post(url, data=data | {"preview": "1"}).text)
    assert ("This assistance will be filed" in preview, "$7,500" in preview) == (True, True)
    assert count(FiledReport) == 0
    response = nora.post(url, data=data)
    assert response.status_code == 303
    page = visible_text(nora.get(response.location).text)
    assert all(text in page for text in ("Filed client report", "$8,000", "$7,500", "$1,875"))
    assert "XML" not in page
    report = db.session.scalars(sa.select(FiledReport)).one()
    assert nora.get(f"/funding/filed/{report.id}/xml").status_code == 404
    before = nora.get(f"/funding/filed/{report.id}/xlsx").data
    booth.spent = Decimal(9000)
    db.session.commit()
    after = nora.get(f"/funding/filed/{report.id}/xlsx").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(after)).get_sheet_by_name("Assistance").to_python()
    assert (before == after, [row[9] for row in rows[1:]]) == (True, [7500.0, 7500.0])
    assert "client report, 1 activity," in " ".join(visible_text(nora.get(f"/funding/awards/{award.id}").text).split())


def test_client_report_needs_no_location_code(actor, award, booth):
    award.location_code = None
    assert file_report(actor("nora"), award, CLIENT_REPORT).assistance[0]["spent"] == "7500.00"


def test_client_report_without_assistance_and_the_same_twice_are_refused(actor, award, booth):
    nora = actor("nora")
    with pytest.raises(Invalid, match="no assistance"):
        file_report(nora, award, CLIENT_REPORT | {"last": date(2026, 10, 31)})
    file_report(nora, award, CLIENT_REPORT)
    with pytest.raises(Invalid, match="1 activity is already in the client report for Oct 1"):
        file_report(nora, award, CLIENT_REPORT)
    file_report(nora, award, CLIENT_REPORT | {"files_again": True})
    with pytest.raises(Invalid, match="one of your teams"):
        file_report(actor("clara"), award, CLIENT_REPORT)


def test_team_files_the_assistance_of_its_clients(actor, award, booth, assist):
    assist(client_of("Bay", "Bay firm"), spent=Decimal(100))
    clara = actor("clara")
    report = file_report(clara, award, CLIENT_REPORT | {"team_id": clara.first_team_id})
    assert [x["assistance_id"] for x in report.assistance] == [booth.id]
    db.session.commit()
    assert list_corrections(report) == []


def test_files_are_closed_to_those_who_no_longer_see_a_client(client, filed_client_report, client_firm):
    nora, url = client.login_as("nora"), f"/funding/filed/{filed_client_report.id}/xlsx"
    assert nora.get(url).status_code == 200
    make_confidential(client_firm)
    client_firm.without_managers = True
    db.session.commit()
    assert nora.get(url).status_code == 404


def test_page_of_the_client_marks_what_was_filed(web, actor, award, filed_client_report, assist, client_firm):
    assist(description="Later trip", on=date(2026, 12, 1))
    url, text = f"/organizations/{client_firm.id}", "Filed in the client report Oct 1 – Nov 30, 2026"
    page = visible_text(web.get(url).text).partition("STEP assistance")[2]
    assert (page.count(text), text in page.partition("Booth")[2]) == (1, True)
    assert text not in page.partition("Later trip")[2].partition("Booth")[0]
    file_report(actor("nora"), award, CLIENT_REPORT | {"first": DAY, "last": DAY, "files_again": True})
    page = visible_text(web.get(url).text)
    assert (page.count("Filed in the client report"), "Filed in the client report Nov 5" in page) == (1, True)


def test_corrections_of_a_hidden_client_say_only_that_there_were_some(client, filed_client_report, booth, client_firm):
    booth.spent = Decimal(7000)
    db.session.commit()
    nora, url = client.login_as("nora"), f"/funding/filed/{filed_client_report.id}"
    texts = ("Tri-Valley", "Trade show exhibition", "Nov 5", "$7,000")
    assert [text in visible_text(nora.get(url).text) for text in texts] == [True] * 4
    make_confidential(client_firm)
    client_firm.without_managers = True
    db.session.commit()
    page = visible_text(nora.get(url).text)
    assert [text in page for text in ("No longer counted", "not visible to you", *texts)] == [True] * 2 + [False] * 4


def test_merge_with_a_client_that_is_hidden_now_names_neither(client, filed_client_report, client_firm):
    survivor = client_of("Inland", "Tri-Valley Sensors Inc")
    db.session.commit()
    data = {"version": survivor.version, "other_version": client_firm.version}
    assert client.login_as("clara").post(f"/merge?a={survivor.id}&b={client_firm.id}", data=data).status_code == 303
    nora, url = client.login_as("nora"), f"/funding/filed/{filed_client_report.id}"
    assert "Client Tri-Valley Sensors → Tri-Valley Sensors Inc" in visible_text(nora.get(url).text)
    db.session.expire_all()
    make_confidential(survivor)
    survivor.without_managers = True
    db.session.commit()
    page = visible_text(nora.get(url).text)
    assert ("Merge" in page, "Tri-Valley" in page) == (True, False)
