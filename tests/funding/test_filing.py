"""Filed reports: the frozen copy, its files, and changes of counted facts by every path."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.changed_rows import take_changed
from crm.core.data.record import archive_record
from crm.core.errors import Invalid
from crm.funding.models import FiledCorrection, FiledReport, IntakeAnswers
from crm.funding.policy.filing import DifferenceKind
from crm.funding.policy.form641 import MilitaryStatus, Race, Sex
from crm.funding.queries.differences import find_changed_reports, load_differences
from crm.funding.queries.filing import list_corrections
from crm.funding.services.awards import save_award
from crm.funding.services.filing import file_report, record_correction
from crm.interactions.models import InteractionClient, InteractionTime
from crm.interactions.policy import SessionType
from crm.merging.queries import build_plan
from crm.merging.services import merge_records, unmerge
from crm.organizations.models import ClientAgreement
from tests.factories import client_of, make_confidential, team_id_of
from tests.tools.rows import count

from .conftest import QUARTER, SCHEMA, SESSION_AT, complete_client


def kinds(report) -> list[DifferenceKind]:
    return [x.kind for x in load_differences(report)]


def test_report_has_the_sessions_that_count_and_a_valid_file(report, interaction, client_firm):
    assert [x["interaction_id"] for x in report.sessions] == [interaction.id]
    SCHEMA.validate(io.BytesIO(report.file))
    record = SCHEMA.to_dict(io.BytesIO(report.file))["CounselingRecord"][0]
    hours = record["CounselorRecord"]["CounselingHours"]
    assert {name: Decimal(str(value)) for name, value in hours.items()} == {
        "Contact": Decimal("0.75"),
        "Prepare": Decimal("0.25"),
        "Travel": Decimal("0.5"),
    }
    assert record["ClientIntake"]["CompanyName"] == client_firm.label
    assert record["ClientIntake"]["Race"]["Code"] == ["Prefer not to say"]
    assert record["CounselorRecord"]["CounselorNotes"] == "HS codes of sensors"


def test_answers_to_form_641_are_in_the_file(actor, award, interaction, client_firm, session):
    answers = {"race": Race.asian, "sex": Sex.female, "military_status": MilitaryStatus.none}
    session.add(IntakeAnswers(client_id=client_firm.id, **answers))
    session.flush()
    report = file_report(actor("nora"), award, QUARTER)
    SCHEMA.validate(io.BytesIO(report.file))
    intake = SCHEMA.to_dict(io.BytesIO(report.file))["CounselingRecord"][0]["ClientIntake"]
    assert (intake["Race"]["Code"], intake["Sex"], intake["MilitaryStatus"]) == (
        ["Asian"],
        "Female",
        "No military service",
    )


def test_confidential_and_uncounted_sessions_and_other_teams_are_left_out(
    actor, award, interaction, client_firm, session_for
):
    bay = client_of("Bay", "Bay firm")
    complete_client(bay)
    session_for(bay, wall=SESSION_AT, by=actor("boris"), staff_ids=[actor("boris").id])
    secret = client_of("Inland", "Secret")
    complete_client(secret)
    session_for(secret, wall=SESSION_AT)
    make_confidential(secret)
    make_confidential(session_for(client_firm, wall=SESSION_AT))
    session_for(client_of("Inland", "Incomplete"), wall=SESSION_AT)
    inland = file_report(actor("clara"), award, QUARTER | {"team_id": actor("clara").first_team_id})
    assert [x["interaction_id"] for x in inland.sessions] == [interaction.id]
    assert len(file_report(actor("nora"), award, QUARTER).sessions) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first": date(2026, 9, 1)}, "first"),
        ({"last": date(2026, 12, 8)}, "last"),
        ({"first": date(2026, 10, 1), "last": date(2026, 10, 31)}, "first"),
    ],
)
def test_period_outside_the_award_not_over_or_without_sessions_is_refused(actor, award, interaction, change, field):
    with pytest.raises(Invalid) as refused:
        file_report(actor("nora"), award, QUARTER | change)
    assert refused.value.field == field
    assert count(FiledReport) == 0


def test_manager_files_for_own_teams_only(actor, award, interaction):
    for team_id in (None, actor("boris").first_team_id):
        with pytest.raises(Invalid):
            file_report(actor("clara"), award, QUARTER | {"team_id": team_id})


def test_edit_of_minutes_is_a_difference_until_its_reason_is_recorded(actor, report, interaction, client_firm, session):
    frozen, file = list(report.sessions), report.file
    session.get(InteractionTime, (interaction.id, client_firm.id, interaction.counselor_id)).contact = 60
    session.flush()
    difference = load_differences(report)[0]
    assert (difference.kind, difference.fields) == (DifferenceKind.changed, {"contact": (45, 60)})
    correction = record_correction(actor("nora"), report, "Typing error")
    assert (load_differences(report), correction.reason, len(correction.differences)) == ([], "Typing error", 1)
    assert (report.sessions, report.file) == (frozen, file)
    with pytest.raises(Invalid):
        record_correction(actor("nora"), report, "Again")


def test_differences_and_corrections_are_those_of_the_requested_reports_and_records(
    actor, award, report, interaction, client_firm, session_for, session
):
    second, clara = session_for(client_firm, wall=SESSION_AT), actor("clara")
    inland = file_report(clara, award, QUARTER | {"team_id": clara.first_team_id})
    for row in (interaction, second):
        session.get(InteractionTime, (row.id, client_firm.id, row.counselor_id)).contact = 60
    session.flush()

    def differences(**only) -> dict[int, list[int]]:
        rows = find_changed_reports(**only)
        return {report_id: [x.key[0] for x in differences] for report_id, differences in rows.items()}

    both = [interaction.id, second.id]
    assert differences() == differences(records=[client_firm.id]) == {report.id: both, inland.id: both}
    assert differences(records=[second.id]) == {report.id: [second.id], inland.id: [second.id]}
    assert differences(reports=[inland.id]) == {inland.id: both}
    correction = record_correction(clara, inland, "Late entry")
    assert list_corrections(inland.id) == [(correction, "Clara Whitfield")]
    assert list_corrections(report.id) == []
    archive_record(second, "Twice")
    session.flush()
    assert differences(reports=[report.id]) == {report.id: [interaction.id]}
    assert differences(records=[interaction.id]) == {report.id: [interaction.id]}
    assert differences(records=[second.id]) == {inland.id: [second.id]}


def test_lost_agreement_new_session_and_archive_are_differences(report, interaction, client_firm, session_for, session):
    session_for(client_firm, wall=SESSION_AT)
    assert kinds(report) == [DifferenceKind.added]
    archive_record(interaction, "Entered twice")
    session.flush()
    assert set(kinds(report)) == {DifferenceKind.added, DifferenceKind.removed}
    session.delete(session.scalars(sa.select(ClientAgreement)).one())
    session.flush()
    assert kinds(report) == [DifferenceKind.removed]


def test_merge_is_a_difference_and_its_undo_ends_it(actor, report, client_firm):
    survivor, clara = client_of("Inland", "Tri-Valley Sensors Inc"), actor("clara")
    complete_client(survivor)
    merge = merge_records(clara, build_plan(clara, survivor, client_firm, {}))
    assert set(kinds(report)) == {DifferenceKind.added, DifferenceKind.removed}
    unmerge(clara, merge)
    assert kinds(report) == []


def test_page_shows_differences_without_correction_and_records_the_reason(client, report, interaction, client_firm):
    """What changed without the lock, such as in the database itself."""
    minutes = db.session.get(InteractionTime, (interaction.id, client_firm.id, interaction.counselor_id))
    minutes.contact, interaction.wall = 70, datetime(2026, 11, 11, 9, 0)
    db.session.get(InteractionClient, (interaction.id, client_firm.id)).session_type = SessionType.telephone
    db.session.flush()
    take_changed(db.session())
    nora = client.login_as("nora")
    page = nora.get(f"/funding/filed/{report.id}").text
    changes = ("Contact 45 → 70", "Date Nov 10, 2026 → Nov 11, 2026", "Session type Face-to-face → Telephone")
    assert [text in page for text in changes] == [True] * 3
    assert nora.post(f"/funding/filed/{report.id}", data={"reason": ""}).status_code == 422
    assert nora.post(f"/funding/filed/{report.id}", data={"reason": "Late entry"}).status_code == 303
    page = nora.get(f"/funding/filed/{report.id}").text
    assert ("Record correction" in page, "45 → 70" in page, "Late entry" in page) == (False, True, True)
    assert count(FiledCorrection) == 1


def test_report_without_the_location_code_of_the_award_has_a_preview_only(client, people, award, interaction):
    award.location_code = None
    db.session.commit()
    nora, url = client.login_as("nora"), f"/funding/awards/{award.id}/file"
    assert f'href="/funding/awards/{award.id}/edit"' in nora.get(url).text
    data = {"first": "10/01/2026", "last": "11/30/2026"}
    preview = nora.post(url, data=data | {"preview": "1"})
    assert (preview.status_code, "These sessions will be filed." in preview.text) == (200, True)
    refused = nora.post(url, data=data)
    assert (refused.status_code, count(FiledReport)) == (422, 0)
    assert "enter its NEXUS location code" in refused.text


def test_report_is_filed_on_its_page(client, people, award, interaction):
    nora = client.login_as("nora")
    data = {"first": "10/01/2026", "last": "11/30/2026"}
    assert f'value="{award.from_on}"' in nora.get(f"/funding/awards/{award.id}/file").text
    preview = nora.post(f"/funding/awards/{award.id}/file", data=data | {"preview": "1"})
    assert re.search(r"<dt>Sessions</dt>\s*<dd>\s*1\s*</dd>", preview.text)
    late = nora.post(f"/funding/awards/{award.id}/file", data=data | {"preview": "1", "last": "09/30/2026"})
    assert (preview.status_code, late.status_code, count(FiledReport)) == (200, 422, 0)
    response = nora.post(f"/funding/awards/{award.id}/file", data=data)
    assert response.status_code == 303
    assert "1 session," in nora.get(f"/funding/awards/{award.id}").text
    assert nora.post(f"/funding/awards/{award.id}/file", data=data | {"last": "09/30/2026"}).status_code == 422


@pytest.mark.parametrize("team", ["Inland", None])
def test_pages_name_who_filed_a_report_and_for_which_team(client, people, actor, award, interaction, team):
    values = dict(QUARTER) | {"team_id": team_id_of(team) if team else None}
    report = file_report(actor("nora"), award, values)
    web = client.login_as("nora")
    pages = [web.get(f"/funding/{path}").text for path in (f"awards/{award.id}", f"filed/{report.id}")]
    texts = [re.sub(r"\s+", " ", re.sub("<[^>]+>", "", page)) for page in pages]
    name = people["nora"].name
    assert re.search(rf"{team or 'all teams'}, 1 session, filed [^a-z]*[A-Za-z0-9 ,:]+, {name}", texts[0])
    assert re.search(rf"Filed [A-Za-z0-9 ,:]+, {name} · {team or 'all teams'}", texts[1])


def test_filed_sessions_are_filed_again_only_on_request(client, people, award, report, interaction):
    url, nora = f"/funding/awards/{award.id}/file", client.login_as("nora")
    data = {"first": "11/01/2026", "last": "11/30/2026"}
    for extra in ({}, {"preview": "1"}):
        refused = nora.post(url, data=data | extra)
        assert refused.status_code == 422
        assert "1 session is already in the report of STEP-26 for Oct 1 – Nov 30, 2026. Choose" in refused.text
        assert 'name="files_again"' in refused.text
    assert 'name="files_again"' not in nora.get(url).text
    assert count(FiledReport) == 1
    assert nora.post(url, data=data | {"files_again": "y"}).status_code == 303
    assert count(FiledReport) == 2


def test_session_of_a_network_report_is_not_filed_by_its_team(
    actor, award, report, interaction, session_for, client_firm
):
    clara = actor("clara")
    values = QUARTER | {"team_id": clara.first_team_id, "files_again": False}
    with pytest.raises(Invalid, match="1 session is already in the report"):
        file_report(clara, award, values)
    session_for(client_firm, wall=SESSION_AT.replace(month=12, day=2))
    december = {"first": date(2026, 12, 1), "last": date(2026, 12, 2)}
    assert len(file_report(clara, award, values | december).sessions) == 1


def test_session_is_filed_under_one_award_of_its_funder(actor, report, step):
    values = {"funder_id": step.id, "from_on": date(2026, 10, 1), "to_on": date(2028, 9, 30), "location_code": 249003}
    later = save_award(actor("nora"), values | {"number": "STEP-27", "goals": [], "reports": []})
    with pytest.raises(Invalid, match="1 session is already in the report of STEP-26 for Oct 1 – Nov 30, 2026"):
        file_report(actor("nora"), later, QUARTER | {"files_again": False})
    assert len(file_report(actor("nora"), later, QUARTER | {"files_again": True}).sessions) == 1


def test_answers_are_for_the_counselor_and_managers(client, people, client_firm, session):
    anna = client.login_as("anna")
    url = f"/funding/clients/{client_firm.id}/intake"
    assert anna.post(url, data={"race": "asian", "sex": "female"}).status_code == 303
    assert session.get(IntakeAnswers, client_firm.id).race is Race.asian
    assert "Asian" not in anna.get(f"/records/{client_firm.id}/history").text
    assert client.login_as("dora").get(url).status_code == 403
    assert client.login_as("shen").get(url).status_code == 403
    assert 'selected value="asian"' in client.login_as("clara").get(url).text
