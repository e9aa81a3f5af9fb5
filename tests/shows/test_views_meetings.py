"""Pages of meetings at a show: creation, clashes, states, logging."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.interactions.models import Interaction
from crm.shows.models import MeetingPerson, ShowMeeting
from crm.shows.policy import MeetingState
from tests.tools.rows import count


def meeting_data(show_records, **more):
    """Return the data that the form of a meeting sends."""
    return {
        "day": "2026-12-09",
        "time": "10:30",
        "minutes": "30",
        "table": "14",
        "state": "agreed",
        "client_id": show_records.client.id,
        "host_id": show_records.host.id,
        "people": [show_records.li.id],
    } | more


def test_meeting_is_created_on_a_show_day_and_listed_in_the_agenda(anna, trade_show, show_records):
    page = anna.get(f"/shows/{trade_show.id}/meetings/new?client={show_records.client.id}&day=2026-12-10").text
    assert 'value="2026-12-10"' in page
    assert 'min="2026-12-09"' in page
    assert anna.get(f"/shows/{trade_show.id}/meetings/new?day=soon").status_code == 200
    assert "ClearAir Sensors" in page
    answer = anna.post(f"/shows/{trade_show.id}/meetings/new", data=meeting_data(show_records))
    assert answer.headers["Location"] == f"/shows/{trade_show.id}"
    page = anna.get(f"/shows/{trade_show.id}").text
    for words in ("Wed, Dec 9", "10:30 AM", "Hui Li", "Jiangchuan", "ClearAir Sensors", "table 14"):
        assert words in page


@pytest.mark.parametrize(("name", "value"), [("day", "2026-12-12"), ("day", "soon"), ("time", ""), ("minutes", "-5")])
def test_invalid_meeting_is_refused(anna, trade_show, show_records, name, value):
    answer = anna.post(f"/shows/{trade_show.id}/meetings/new", data=meeting_data(show_records, **{name: value}))
    assert (answer.status_code, count(ShowMeeting), count(MeetingPerson)) == (422, 0, 0)
    assert "There is 1 problem" in answer.text


def test_clash_is_refused_and_leaves_the_database_unchanged(anna, actor, trade_show, show_records, meet):
    first = meet(people=[show_records.li.id])
    second = meet(starts_at=time(15), people=[show_records.li.id])
    before = (second.wall, second.table, second.version)
    answer = anna.post(f"/shows/{trade_show.id}/meetings/new", data=meeting_data(show_records, table="9"))
    assert (answer.status_code, count(ShowMeeting)) == (422, 2)
    assert "Hui Li meets ClearAir Sensors and Jiangchuan at 10:30 AM, table 14." in answer.text
    data = meeting_data(show_records, table="9", version=second.version)
    assert anna.post(f"/shows/meetings/{second.id}", data=data).status_code == 422
    assert (second.wall, second.table, second.version) == before
    moved = meeting_data(show_records, time="11:00", version=first.version)
    assert anna.post(f"/shows/meetings/{first.id}", data=moved).status_code == 303
    assert first.wall == datetime(2026, 12, 9, 11, 0)


def test_meeting_of_another_team_is_a_404_everywhere(client, trade_show, show_records, meet):
    row = meet(people=[show_records.li.id])
    boris = client.login_as("boris")
    assert {boris.get(f"/shows/meetings/{row.id}{rest}").status_code for rest in ("", "/log")} == {404}
    answers = [
        boris.post(f"/shows/meetings/{row.id}", data=meeting_data(show_records)),
        boris.post(f"/shows/meetings/{row.id}/state", data={"state": "cancelled"}),
    ]
    assert ([a.status_code for a in answers], row.state) == ([404, 404], MeetingState.agreed)
    page = boris.get(f"/shows/{trade_show.id}").text
    assert "ClearAir" not in page
    assert "Hui Li" not in page


def test_network_manager_sees_meetings_of_all_teams(client, trade_show, meet):
    meet()
    meet("boris", time(12))
    page = client.login_as("nora").get(f"/shows/{trade_show.id}").text
    assert "ClearAir Sensors" in page
    assert "Bay Metering" in page


def test_state_is_shown_and_a_canceled_meeting_can_be_restored(client, clock, meet):
    clock.set(datetime(2026, 12, 9, 3, 0, tzinfo=UTC))
    anna, row = client.login_as("anna"), meet()
    url = f"/shows/meetings/{row.id}/state"
    assert anna.get(url).status_code == 405
    assert anna.post(url, data={"state": "no_show"}).status_code == 303
    assert row.state is MeetingState.no_show
    anna.post(url, data={"state": "agreed"})
    anna.post(url, data={"state": "cancelled"})
    assert row.state is MeetingState.canceled
    assert anna.post(f"{url}?state=agreed").status_code == 303
    assert row.state is MeetingState.agreed
    assert anna.post(url, data={"state": "moon"}).status_code == 422


def test_attendance_is_asked_only_from_the_meeting_day_on(client, clock, trade_show, meet):
    clock.set(datetime(2026, 12, 8, 14, 0, tzinfo=UTC))
    meet()
    anna = client.login_as("anna")
    assert "Arrived" not in anna.get(f"/shows/{trade_show.id}").text
    clock.forward(hours=1)
    early = anna.get(f"/shows/{trade_show.id}").text
    assert ("Arrived" in early, "No-show" in early) == (True, False)
    clock.forward(hours=12)
    assert "No-show" in client.login_as("anna").get(f"/shows/{trade_show.id}").text


def test_state_that_would_clash_is_refused(anna, show_records, meet):
    meet(people=[show_records.li.id])
    wish = meet(state=MeetingState.wished, people=[show_records.li.id])
    answer = anna.post(f"/shows/meetings/{wish.id}/state", data={"state": "agreed"})
    assert (answer.status_code, wish.state) == (422, MeetingState.wished)
    assert "Hui Li meets ClearAir Sensors" in answer.text


def test_meeting_is_logged_with_its_details_and_links_its_interaction(client, clock, trade_show, show_records, meet):
    clock.set(datetime(2026, 12, 9, 4, 0, tzinfo=UTC))
    row, anna = meet(people=[show_records.li.id]), client.login_as("anna")
    answer = anna.get(f"/shows/meetings/{row.id}/log")
    assert answer.headers["Location"] == f"/interactions/new?meeting={row.id}"
    page = anna.get(answer.headers["Location"]).text
    for words in ("Hui Li", "ClearAir Sensors", 'value="2026-12-09"', 'value="10:30', "table 14, Smart City Fair"):
        assert words in page
    data = {
        "state": "held",
        "type": "meeting",
        "reached": "talked",
        "day": "2026-12-09",
        "time": "10:30",
        "zone": "Asia/Shanghai",
        "people": [show_records.li.id],
        "clients-0-client_id": show_records.client.id,
        "about": [trade_show.id],
    }
    assert anna.post(f"/interactions/new?meeting={row.id}", data=data).status_code == 303
    created = db.session.scalars(sa.select(Interaction)).one()
    assert (row.interaction_id, row.state) == (created.id, MeetingState.held)
    assert anna.get(f"/shows/meetings/{row.id}/log").headers["Location"] == f"/interactions/{created.id}"


def test_interaction_cannot_be_logged_from_a_meeting_of_another_team(client, meet):
    row = meet()
    assert client.login_as("boris").get(f"/interactions/new?meeting={row.id}").status_code == 404


def test_meeting_in_the_night_or_on_a_holiday_asks_for_confirmation(anna, trade_show, show_records):
    url = f"/shows/{trade_show.id}/meetings/new"
    answer = anna.post(url, data=meeting_data(show_records, time="02:00"))
    assert answer.status_code == 422
    assert "It&#39;s 2:00 AM on Wed, Dec 9 in Shanghai." in answer.text
    assert "data-day-confirm>" in answer.text
    check = {"day": "2026-12-09", "time": "02:00", "about": show_records.li.id}
    problem = anna.get(f"/shows/{trade_show.id}/day-check", query_string=check).json["problem"]
    assert problem.startswith("It's 2:00 AM on Wed, Dec 9 in Shanghai.")
    assert anna.post(url, data=meeting_data(show_records, time="02:00", confirm_clash="y")).status_code == 303
    trade_show.starts_on = trade_show.ends_on = date(2026, 10, 1)
    answer = anna.post(url, data=meeting_data(show_records, day="2026-10-01"))
    assert "National Day" in answer.text


def test_meeting_on_a_saturday_of_the_show_needs_no_confirmation(anna, trade_show, show_records):
    trade_show.ends_on = date(2026, 12, 12)
    data = meeting_data(show_records, day="2026-12-12")
    assert anna.post(f"/shows/{trade_show.id}/meetings/new", data=data).status_code == 303


def test_several_participants_are_added_at_once(anna, trade_show, show_records):
    data = {"record_id": [show_records.client.id, show_records.host.id], "going_as": "exhibitor"}
    path = f"/shows/{trade_show.id}/participants/new"
    form = anna.get(path).text
    assert form.index("Clients or people") < form.index("Or staff member")
    assert anna.post(path, data=data).status_code == 303
    page = anna.get(f"/shows/{trade_show.id}").text
    assert "2 participants added." in page
    repeated = anna.post(path, data={"record_id": [show_records.li.id, show_records.client.id]})
    assert repeated.status_code == 422
    assert "already on the list" in repeated.text
    assert (
        "Hui Li" not in anna.get(f"/shows/{trade_show.id}").text.partition("Participants")[2].partition("</section>")[0]
    )
    assert "Choose either a client or person, or a staff member." in anna.post(path, data={}).text


def test_next_meeting_starts_where_the_last_one_ends(anna, trade_show, show_records):
    data = meeting_data(show_records, again="1")
    response = anna.post(f"/shows/{trade_show.id}/meetings/new", data=data)
    assert response.status_code == 303
    page = anna.get(response.headers["Location"]).text
    assert 'value="11:00"' in page
    assert "Meeting added at 10:30 AM." in page
    assert "ClearAir Sensors" in page


def test_saved_meeting_names_the_staff_who_have_no_access_to_it(anna, people, trade_show, show_records):
    path = f"/shows/{trade_show.id}/meetings/new"
    anna.post(path, data=meeting_data(show_records, staff=[people["dora"].id, people["boris"].id]))
    warning = "These staff members don&#39;t have access to the meeting: Boris"
    page = anna.get(f"/shows/{trade_show.id}").text
    assert f"Meeting added at 10:30 AM. {warning}" in page
    row = db.session.scalars(sa.select(ShowMeeting)).one()
    data = meeting_data(show_records, version=row.version)
    anna.post(f"/shows/meetings/{row.id}", data=data | {"staff": [people["boris"].id]})
    assert f"Changes saved. {warning}" in anna.get(f"/shows/{trade_show.id}").text
    anna.post(f"/shows/meetings/{row.id}", data=data | {"staff": [people["dora"].id], "version": row.version})
    assert "have access to the meeting" not in anna.get(f"/shows/{trade_show.id}").text
