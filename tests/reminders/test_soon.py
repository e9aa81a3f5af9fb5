"""Emails shortly before planned interactions and meetings at shows, and before follow-ups with a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from crm.core import clock as business_clock
from crm.core.data.identity import User
from crm.core.mail.outbox.models import Mail
from crm.core.policy import ReminderChoice
from crm.followups.services import add_follow_up
from crm.interactions.models import InteractionStaff
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction, move_interaction
from crm.reminders.jobs import plan_reminders
from crm.reminders.kinds.meeting_soon import KIND as MEETING_SOON
from crm.reminders.kinds.show_meeting_soon import KIND as SHOW_MEETING_SOON
from crm.reminders.models import Reminder
from crm.reminders.policy import Offset, subject_of, subject_of_meeting
from crm.reminders.queries import readers
from crm.reminders.services import set_offset, set_timing
from crm.shows.policy import MeetingState
from crm.shows.services import save_meeting, save_show, set_meeting_state
from tests.factories import client_of, make_confidential, person, prime
from tests.records.lookups import undo_last
from tests.reminders.digest_data import turn_off

ELEVEN = datetime(2026, 3, 10, 18, tzinfo=UTC)  # 11:00 in Los Angeles
DAY = date(2026, 3, 10)
PLANNED = {"state": InteractionState.planned, "zone": "America/Los_Angeles", "wall": datetime(2026, 3, 10, 11)}


def before(minutes: int) -> datetime:
    return ELEVEN - timedelta(minutes=minutes)


@pytest.fixture
def visit(anna):
    return log_interaction(anna, PLANNED | {"subject": "Delta visit"}, InteractionDetails())


@pytest.fixture
def planned_at(session, clock, anna):
    """Run the planner at a moment; return the subjects of the emails of a kind, in order."""

    def run(moment: datetime, kind: str = "meeting_soon") -> list[str]:
        session.commit()
        clock.set(moment)
        plan_reminders()
        return list(session.scalars(sa.select(Mail.subject).where(Mail.kind == kind).order_by(Mail.id)))

    return run


def test_appointment_is_emailed_once_15_minutes_before(visit, planned_at):
    assert planned_at(before(16)) == []
    assert planned_at(before(15)) == ["11:00 AM: Delta visit"]
    assert planned_at(before(14)) == ["11:00 AM: Delta visit"]


def test_offset_of_the_user_and_of_the_item(visit, anna, planned_at):
    set_timing(anna.id, meeting_offset=Offset.at_time, followup_offset=Offset.at_time)
    call = log_interaction(anna, PLANNED | {"subject": "Redwood call"}, InteractionDetails())
    set_offset(anna.id, subject_of(call.id), Offset.hour_1)
    assert planned_at(before(61)) == []
    assert planned_at(before(60)) == ["11:00 AM: Redwood call"]
    assert planned_at(before(1)) == ["11:00 AM: Redwood call"]
    assert planned_at(before(0)) == ["11:00 AM: Redwood call", "11:00 AM: Delta visit"]


def test_item_without_its_own_offset_follows_the_user_again(visit, anna, planned_at):
    set_offset(anna.id, subject_of(visit.id), Offset.hour_1)
    set_offset(anna.id, subject_of(visit.id), None)
    assert planned_at(before(30)) == []


def test_offset_of_an_item_stays_when_it_is_rescheduled(visit, anna, planned_at):
    set_offset(anna.id, subject_of(visit.id), Offset.hour_1)
    move_interaction(visit, datetime(2026, 3, 10, 13))
    assert planned_at(ELEVEN + timedelta(minutes=59)) == []
    assert planned_at(ELEVEN + timedelta(hours=1)) == ["1:00 PM: Delta visit"]


def test_rescheduling_an_item_with_its_own_offset_can_be_undone(client, visit, anna, session):
    set_offset(anna.id, subject_of(visit.id), Offset.hour_1)
    session.commit()
    web = client.login_as("anna")
    data = {"day": "2026-03-10", "time": "13:00", "zone": "America/Los_Angeles"}
    assert web.post(f"/interactions/{visit.id}/move", data=data).status_code == 303
    assert visit.state is InteractionState.rescheduled
    assert undo_last(web).status_code == 303
    assert visit.state is InteractionState.planned


def test_day_before_is_left_to_the_email_of_the_day_before(visit, anna, planned_at):
    set_timing(anna.id, meeting_offset=Offset.day_1, followup_offset=Offset.at_time)
    assert planned_at(before(60 * 23)) == []
    turn_off(anna, "meeting_tomorrow")
    assert planned_at(before(60 * 22)) == ["Tue, Mar 10 11:00 AM: Delta visit"]


def test_appointment_of_the_same_day_is_emailed_at_once_if_the_user_chose_a_day_before(visit, anna, planned_at):
    set_timing(anna.id, meeting_offset=Offset.day_1, followup_offset=Offset.at_time)
    assert planned_at(before(60 * 24), "meeting_tomorrow") == ["Tomorrow 11:00 AM: Delta visit"]
    log_interaction(anna, PLANNED | {"subject": "Added later"}, InteractionDetails())
    assert planned_at(before(60 * 3)) == ["11:00 AM: Added later"]
    assert planned_at(before(60 * 2)) == ["11:00 AM: Added later"]
    assert planned_at(before(60), "meeting_tomorrow") == ["Tomorrow 11:00 AM: Delta visit"]


def test_late_email_until_the_end(anna, planned_at):
    for minutes, subject in ((30, "Short"), (120, "Long")):
        log_interaction(anna, PLANNED | {"subject": subject, "minutes": minutes}, InteractionDetails())
    assert planned_at(ELEVEN + timedelta(minutes=45)) == ["11:00 AM: Long"]


@pytest.mark.parametrize("change", ["canceled", "archived", "not attending", "moved"])
def test_email_is_no_longer_wanted_after_a_change(visit, anna, planned_at, session, change):
    assert planned_at(before(15)) == ["11:00 AM: Delta visit"]
    mail = session.scalars(sa.select(Mail).where(Mail.kind == "meeting_soon")).one()
    reader = readers([anna.id])[0]
    assert MEETING_SOON.still_wanted(reader, mail)
    if change == "canceled":
        visit.state = InteractionState.canceled
    elif change == "archived":
        visit.archived_at = business_clock.now()
    elif change == "moved":
        move_interaction(visit, datetime(2026, 3, 10, 15))
    else:
        session.delete(session.get_one(InteractionStaff, (visit.id, anna.id)))
    session.flush()
    assert not MEETING_SOON.still_wanted(reader, mail)


def test_email_is_not_wanted_after_the_end(visit, anna, planned_at, session, clock):
    planned_at(before(15))
    mail = session.scalars(sa.select(Mail).where(Mail.kind == "meeting_soon")).one()
    clock.set(ELEVEN + timedelta(minutes=60))
    assert not MEETING_SOON.still_wanted(readers([anna.id])[0], mail)


def test_no_email_without_a_time_in_the_digest_only_or_turned_off(anna, planned_at, session):
    log_interaction(anna, PLANNED | {"subject": "Some time"}, InteractionDetails()).time_known = False
    assert planned_at(before(5)) == []
    log_interaction(anna, PLANNED | {"subject": "Visit"}, InteractionDetails())
    session.get_one(User, anna.id).reminders = ReminderChoice.digest
    assert planned_at(before(4)) == []
    session.get_one(User, anna.id).reminders = ReminderChoice.timed
    turn_off(anna, "meeting_soon")
    assert planned_at(before(3)) == []


def test_confidential_appointment_is_not_named(visit, planned_at, session):
    make_confidential(visit)
    assert planned_at(before(10)) == ["Soon: a confidential item"]
    mail = session.scalars(sa.select(Mail).where(Mail.kind == "meeting_soon").options(sa.orm.undefer("*"))).one()
    assert "Delta" not in mail.text


def test_attendee_who_may_not_see_it_gets_nothing(visit, people, planned_at, session):
    people["boris"].active = True
    session.add(InteractionStaff(interaction_id=visit.id, user_id=people["boris"].id))
    assert planned_at(before(10)) == ["11:00 AM: Delta visit"]


@pytest.fixture
def meet(anna):
    """Create meetings of anna's at a show in Los Angeles."""
    values = {"name": "Smart City Fair", "zone": "America/Los_Angeles", "starts_on": DAY, "ends_on": DAY}
    trade_show = save_show(anna, values)
    works, client = prime("Jiangchuan"), client_of("Inland", "ClearAir Sensors", counselor=anna)

    def make(hour: int, minute: int = 0, guest: str = "Li"):
        guests = [person(guest, "Hui", organization=works)]
        values = {"day": DAY, "time": time(hour, minute), "minutes": 30, "client_id": client.id, "host_id": works.id}
        return save_meeting(anna, trade_show, values | {"people": [guest.id for guest in guests], "staff": [anna.id]})

    return make


def test_show_meeting_is_emailed_once_15_minutes_before(meet, planned_at):
    meet(11)
    meet(11, 30, "Wu")
    assert planned_at(before(16), "show_meeting_soon") == []
    assert planned_at(before(15), "show_meeting_soon") == ["11:00 AM: Hui Li"]
    assert planned_at(before(0), "show_meeting_soon") == ["11:00 AM: Hui Li"]
    second = planned_at(ELEVEN + timedelta(minutes=15), "show_meeting_soon")
    assert second == ["11:00 AM: Hui Li", "11:30 AM: Hui Wu"]


def test_offset_of_one_show_meeting(meet, anna, planned_at):
    row = meet(11)
    set_offset(anna.id, subject_of_meeting(row.id), Offset.hour_1)
    assert planned_at(before(60), "show_meeting_soon") == ["11:00 AM: Hui Li"]


def test_canceled_show_meeting_is_not_emailed(meet, anna, planned_at, session):
    row = meet(11)
    assert planned_at(before(15), "show_meeting_soon") == ["11:00 AM: Hui Li"]
    mail = session.scalars(sa.select(Mail).where(Mail.kind == "show_meeting_soon")).one()
    assert SHOW_MEETING_SOON.still_wanted(readers([anna.id])[0], mail)
    set_meeting_state(anna, row, MeetingState.canceled)
    assert not SHOW_MEETING_SOON.still_wanted(readers([anna.id])[0], mail)


def test_follow_up_is_emailed_by_the_offset_of_its_counselor(anna, planned_at, session):
    set_timing(anna.id, meeting_offset=Offset.minutes_15, followup_offset=Offset.hour_1)
    row = add_follow_up(anna, {"title": "Call Zhou", "due_wall": datetime(2026, 3, 10, 11)})
    late = add_follow_up(anna, {"title": "Call Wu", "due_wall": datetime(2026, 3, 10, 11)})
    set_offset(anna.id, subject_of(late.id), Offset.at_time)
    assert planned_at(before(61), "followup_due") == []
    assert planned_at(before(60), "followup_due") == ["Today: Call Zhou"]
    assert planned_at(before(0), "followup_due") == ["Today: Call Zhou", "Today: Call Wu"]
    due = session.scalars(sa.select(Mail.was_due_at).where(Mail.record_id == row.id)).one()
    assert due == before(60)
    assert session.scalar(sa.select(sa.func.count()).where(Reminder.kind == "followup_due")) == 2


def test_follow_up_a_day_before_says_when_it_is_due(anna, planned_at, session):
    set_timing(anna.id, meeting_offset=Offset.minutes_15, followup_offset=Offset.day_1)
    add_follow_up(anna, {"title": "Call Zhou", "due_wall": datetime(2026, 3, 10, 11)})
    assert planned_at(before(60 * 24), "followup_due") == ["Tue, Mar 10: Call Zhou"]
    mail = session.scalars(sa.select(Mail).where(Mail.kind == "followup_due").options(sa.orm.undefer("*"))).one()
    assert mail.text.startswith("Due Tue, Mar 10, 11:00 AM\n")
    assert "assigned to you, due Tue, Mar 10, 11:00 AM" in mail.text
