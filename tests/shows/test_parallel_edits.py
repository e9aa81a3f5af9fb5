"""Two people change a meeting, a participant or the attendance of a show at once: nothing is lost."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.shows.models import MeetingPerson, MeetingStaff
from crm.shows.policy import Attendance
from crm.shows.services import add_participants
from tests.factories import person
from tests.shows.test_views_meetings import meeting_data
from tests.tools.pages import submitted_values


@pytest.fixture
def opened(client):
    """Return a function that opens a form as a user and returns what the browser would send."""

    def open_form(user_name: str, path: str):
        return submitted_values(client.login_as(user_name).get(path).text, "")

    return open_form


def test_staff_and_people_added_to_a_meeting_meanwhile_stay(client, people, meet, show_records):
    row = meet(people=[show_records.li.id])
    db.session.commit()
    path, data = f"/shows/meetings/{row.id}", meeting_data(show_records, version=row.version)
    assert client.login_as("clara").post(path, data=data | {"staff": [people["dora"].id]}).status_code == 303
    late = client.login_as("anna").post(path, data=data | {"interpreter": "Xu"})
    assert (late.status_code, db.session.scalars(sa.select(MeetingStaff.user_id)).all()) == (409, [people["dora"].id])
    data = meeting_data(show_records, version=row.version, people=[])
    assert client.login_as("clara").post(path, data=data).status_code == 303
    late = client.login_as("anna").post(path, data=data | {"people": [show_records.li.id]})
    assert (late.status_code, db.session.scalars(sa.select(MeetingPerson.person_id)).all()) == (409, [])


def test_meeting_saved_without_a_change_keeps_its_version(anna, meet, show_records):
    row = meet(people=[show_records.li.id])
    db.session.commit()
    version = row.version
    data = meeting_data(show_records, version=version)
    assert anna.post(f"/shows/meetings/{row.id}", data=data).status_code == 303
    assert row.version == version


def test_participant_changed_meanwhile_is_not_overwritten(client, opened, trade_show, show_records):
    (row,) = add_participants(trade_show, {"record_id": [show_records.li.id]})
    db.session.commit()
    path = f"/shows/{trade_show.id}/participants/{row.id}"
    data = opened("anna", path)
    assert client.login_as("clara").post(path, data=data | {"attendance": "attended"}).status_code == 303
    late = client.login_as("anna").post(path, data=data | {"booth": "B12"})
    assert (late.status_code, row.attendance, row.booth) == (409, Attendance.attended, None)


def test_participant_added_after_the_attendance_was_opened_is_no_no_show(client, opened, trade_show, show_records):
    (row,) = add_participants(trade_show, {"record_id": [show_records.li.id]})
    db.session.commit()
    path = f"/shows/{trade_show.id}/attendance"
    data = opened("anna", path)
    (later,) = add_participants(trade_show, {"record_id": [person("Zhou", "Limin").id]})
    db.session.commit()
    assert client.post(path, data=data | {"others_missed": "y"}).status_code == 303
    db.session.expire_all()
    assert (row.attendance, later.attendance) == (Attendance.no_show, Attendance.registered)


def test_deactivated_colleague_stays_at_a_meeting(opened, anna, people, meet):
    row = meet(staff=[people["dora"].id])
    people["dora"].active = False
    db.session.commit()
    path = f"/shows/meetings/{row.id}"
    data = opened("anna", path)
    assert anna.post(path, data=data | {"interpreter": "Xu"}).status_code == 303
    assert db.session.scalars(sa.select(MeetingStaff.user_id)).all() == [people["dora"].id]
