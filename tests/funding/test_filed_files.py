"""The files of a filed report: their values, and who may open them later."""

from __future__ import annotations

import io
from datetime import date

from python_calamine import CalamineWorkbook

from crm.funding.services.filing import file_report
from crm.interactions.services import PartyValues
from crm.merging.queries import build_plan
from crm.merging.services import merge_records
from tests.factories import client_of, make_confidential, person
from tests.factories.records import reachable

from .conftest import QUARTER, SESSION_AT, complete_client


def test_workbook_has_real_dates_and_numbers(client, people, report, client_firm):
    response = client.login_as("nora").get(f"/funding/filed/{report.id}/xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.data)).get_sheet_by_name("Sessions").to_python()
    assert sheet[1][:2] == [date(2026, 11, 10), client_firm.label]
    assert sheet[1][3:] == [45.0, 15.0, 30.0]


def test_files_stay_closed_to_those_who_no_longer_see_a_client(client, people, report, client_firm):
    nora = client.login_as("nora")
    assert nora.get(f"/funding/filed/{report.id}/xml").status_code == 200
    make_confidential(client_firm)
    assert nora.get(f"/funding/filed/{report.id}/xml").status_code == 404
    assert client_firm.label not in nora.get(f"/funding/filed/{report.id}").text


def test_files_stay_closed_to_those_who_no_longer_see_an_interaction(client, people, report, interaction):
    nora = client.login_as("nora")
    make_confidential(interaction)
    assert nora.get(f"/interactions/{interaction.id}").status_code == 404
    assert [nora.get(f"/funding/filed/{report.id}/{kind}").status_code for kind in ("xml", "xlsx")] == [404, 404]


def test_file_with_a_person_who_became_confidential_is_closed(client, actor, award, client_firm, session_for):
    complete_client(client_firm)
    li = reachable(person("Lee", "Ann", organization=client_firm), email="ann@trivalley.example", country="US")
    session_for(client_firm, wall=SESSION_AT, parties=[PartyValues(li.id)], english_line="HS codes")
    report = file_report(actor("nora"), award, QUARTER)
    nora = client.login_as("nora")
    assert "ann@trivalley.example" in nora.get(f"/funding/filed/{report.id}/xml").text
    li.counselor_id = actor("anna").id
    make_confidential(li)
    assert nora.get(f"/funding/filed/{report.id}/xml").status_code == 404


def test_files_stay_open_after_a_merge_unless_the_other_client_is_hidden(client, actor, report, client_firm):
    other = client_of("Inland", "Tri-Valley Sensors Inc", counselor=actor("anna"))
    merge_records(actor("clara"), build_plan(actor("clara"), other, client_firm, {}))
    nora = client.login_as("nora")
    assert [nora.get(f"/funding/filed/{report.id}/{kind}").status_code for kind in ("xml", "xlsx")] == [200, 200]
    make_confidential(other)
    assert nora.get(f"/funding/filed/{report.id}/xml").status_code == 404
