"""When a user leaves, the new owner attends the meetings at shows that are still to come."""

from __future__ import annotations

from datetime import time

import sqlalchemy as sa

from crm.accounts.services.reassignment import list_parts
from crm.accounts.services.users import deactivate_user, reactivate_user
from crm.core.data.base import db
from crm.shows.models import MeetingStaff
from crm.shows.policy import MeetingState
from crm.shows.services import set_meeting_state


def staff_of(row):
    return set(db.session.scalars(sa.select(MeetingStaff.user_id).where(MeetingStaff.meeting_id == row.id)))


def test_new_owner_attends_open_meetings_only(actor, meet, people):
    anna, clara = people["anna"], people["clara"]
    coming, shared = meet(staff=[anna.id]), meet(starts_at=time(11, 30), staff=[anna.id, clara.id])
    over = meet(starts_at=time(14), staff=[anna.id])
    set_meeting_state(actor("anna"), over, MeetingState.canceled)
    parts = list_parts(anna.id, is_leaving=True)
    assert [(str(label), number) for label, number in parts] == [("Meetings at shows to attend", 2)]
    deactivate_user(anna, clara)
    assert [staff_of(row) for row in (coming, shared, over)] == [{clara.id}, {clara.id}, {anna.id}]


def test_reactivated_user_attends_open_meetings_again(actor, meet, people):
    anna, boris, clara = (people[name] for name in ("anna", "boris", "clara"))
    coming, shared = meet(staff=[anna.id]), meet(starts_at=time(11, 30), staff=[anna.id, clara.id])
    over, passed_on = meet(starts_at=time(14), staff=[anna.id]), meet(starts_at=time(15), staff=[anna.id])
    deactivate_user(anna, clara)
    set_meeting_state(actor("clara"), over, MeetingState.canceled)
    db.session.delete(db.session.get(MeetingStaff, (passed_on.id, clara.id)))
    db.session.add(MeetingStaff(meeting_id=passed_on.id, user_id=boris.id))
    db.session.flush()
    reactivate_user(anna, gets_records=True)
    staff = [staff_of(row) for row in (coming, shared, over, passed_on)]
    assert staff == [{anna.id}, {anna.id, clara.id}, {clara.id}, {boris.id}]


def test_meeting_of_another_team_keeps_its_staff(meet, people):
    row = meet("boris", staff=[people["shen"].id])
    deactivate_user(people["shen"], people["clara"])
    assert staff_of(row) == {people["shen"].id}
