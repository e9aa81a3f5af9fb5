"""Day sheets of shows: for the client, for each staff member, and their paper."""

from __future__ import annotations

from datetime import UTC, datetime, time

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.shows.policy import MeetingState
from tests.factories import make_confidential

TEN_FORTY = datetime(2026, 12, 9, 2, 40, tzinfo=UTC)


def test_sheet_for_the_client_is_without_our_notes(anna, trade_show, meet, show_records, actor):
    meet(people=[show_records.li.id], staff=[actor("anna").id], note="Sells the plant", interpreter="He Jing")
    base = f"/shows/{trade_show.id}/sheet"
    own, client = anna.get(base).text, anna.get(f"{base}?of=client-{show_records.client.id}").text
    assert "Sells the plant" in own
    assert "Sells the plant" not in client
    for page in (own, client):
        assert "Client: ClearAir Sensors" in page
        assert "Our staff: Anna Reyes" in page
        assert "Interpreter: He Jing" in page
        assert "data-print" in page


def test_sheet_has_letter_paper_for_us_readers_and_a4_for_others(client, trade_show, meet, people):
    meet()
    path = f"/shows/{trade_show.id}/sheet?of="
    assert "sheet-letter" in client.login_as("anna").get(path).text
    people["anna"].country = "CN"
    db.session.flush()
    assert "sheet-a4" in client.get(path).text


def test_sheets_of_all_are_one_for_each_client_and_staff_member(anna, trade_show, meet, show_records, actor):
    meet(starts_at=time(9, 30), staff=[actor("anna").id])
    meet(starts_at=time(11, 0), staff=[actor("anna").id, actor("clara").id])
    meet(starts_at=time(12, 0), state=MeetingState.canceled)
    page = anna.get(f"/shows/{trade_show.id}/sheet?of=").text
    assert page.count("<article") == 3
    assert page.count('<section class="meet">') == 5


def test_confidential_meeting_is_on_no_sheet_of_others(client, trade_show, meet, show_records, people):
    meet(people=[show_records.li.id], note="Sells the plant")
    show_records.client.counselor_id = people["anna"].id
    make_confidential(show_records.client)
    path = f"/shows/{trade_show.id}/sheet?of="
    assert "ClearAir" not in client.login_as("dora").get(path).text


def test_sheet_has_the_name_of_the_center_of_its_meetings(client, trade_show, meet, show_records, people):
    bay = db.session.get_one(Team, meet("boris").team_id)
    bay.postal_address = "Bay Trade Center\n1 Main Street"
    db.session.flush()
    path = f"/shows/{trade_show.id}/sheet?of=client-{show_records.other.id}"
    for name in ("boris", "shen", "nora"):
        assert "<span>Bay Trade Center</span>" in client.login_as(name).get(path).text


def test_sheet_of_a_staff_member_has_the_center_of_the_first_team(client, trade_show, meet, people):
    staff = people["anna"]
    meet("boris", starts_at=time(9, 30), staff=[staff.id])
    own = db.session.get_one(Team, meet(starts_at=time(11), staff=[staff.id]).team_id)
    own.postal_address = "Inland Trade Center\n2 Oak Street"
    db.session.flush()
    path = f"/shows/{trade_show.id}/sheet?of=staff-{staff.id}"
    for name in ("anna", "nora"):
        assert "<span>Inland Trade Center</span>" in client.login_as(name).get(path).text
