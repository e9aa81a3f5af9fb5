"""Which changes of an appointment reach those who were invited: those that still concern them, in their order."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.record import archive_record
from crm.feeds.jobs import update_invitations
from crm.feeds.queries.invitations import select_current
from crm.feeds.queries.subjects import list_invitees, load_meeting
from crm.feeds.services import invite
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, change_interaction, move_interaction
from crm.shows.models import Show
from crm.shows.policy import MeetingState
from crm.shows.services import save_meeting, save_show
from tests.factories import person, prime
from tests.factories.records import reachable
from tests.feeds.conftest import send

DAY = date(2026, 3, 20)
FIRST = "Invitation: Price; samples, Thu, Mar 12"
ENDS_AT = datetime(2026, 3, 13, 0, 45, tzinfo=UTC)


@pytest.fixture
def meeting(anna, session):
    """Return a meeting at a show to which Lu was invited."""
    show = save_show(anna, {"name": "Fair", "zone": "Asia/Shanghai", "starts_on": DAY, "ends_on": DAY})
    lu = reachable(person("Lu", "Hua"), email="lu@example.cn")
    values = {"day": DAY, "time": time(9, 30), "minutes": 30, "people": [lu.id], "staff": [anna.id], "table": "14"}
    row = save_meeting(anna, show, values | {"client_id": None, "host_id": prime("Jiangchuan").id})
    subject = load_meeting(anna, row.id)
    invite(anna, subject, list_invitees(anna, subject))
    session.commit()
    return row


@pytest.fixture
def update(session, emails):
    """Run the job; return the subjects of the emails to the guest."""

    def run() -> list[str]:
        session.commit()
        update_invitations()
        return [subject for address, subject, _text in emails() if address.endswith("@example.cn")]

    return run


@pytest.mark.parametrize("after", [timedelta(0), timedelta(hours=2)])
def test_appointment_that_took_place_is_not_canceled(anna, call, clock, update, after):
    send(anna, call)
    clock.set(ENDS_AT - timedelta(minutes=5) + after)
    call.state = InteractionState.held
    assert update() == [FIRST]
    change_interaction(anna, call, {"wall": datetime(2026, 3, 12, 17, 10)}, InteractionDetails())
    assert update() == [FIRST]


@pytest.mark.parametrize("state", [MeetingState.held, MeetingState.no_show])
def test_meeting_that_took_place_is_not_canceled(meeting, update, state):
    meeting.state = state
    assert update() == ["Invitation: Fair, Fri, Mar 20"]


@pytest.mark.parametrize(("seconds", "count"), [(-1, 2), (0, 1)])
def test_appointment_that_is_over_is_not_canceled(anna, call, clock, update, seconds, count):
    send(anna, call)
    clock.set(ENDS_AT + timedelta(seconds=seconds))
    call.state = InteractionState.canceled
    assert len(update()) == count


def test_appointment_rescheduled_days_later_is_updated(anna, call, clock, update):
    send(anna, call)
    clock.set(ENDS_AT + timedelta(days=4))
    move_interaction(call, datetime(2026, 3, 19, 17))
    assert update() == [FIRST, "Updated: Price; samples, Thu, Mar 19"]
    assert len(update()) == 2


def test_appointment_moved_days_later_is_updated(anna, call, clock, update):
    send(anna, call)
    clock.set(ENDS_AT + timedelta(days=4))
    change_interaction(anna, call, {"wall": datetime(2026, 3, 19, 17)}, InteractionDetails())
    assert update() == [FIRST, "Updated: Price; samples, Thu, Mar 19"]


def test_meeting_moved_days_later_is_updated(meeting, clock, update):
    clock.set(datetime(2026, 3, 23, 16, tzinfo=UTC))
    meeting.wall, meeting.at = datetime(2026, 3, 25, 9, 30), datetime(2026, 3, 25, 1, 30, tzinfo=UTC)
    assert update() == ["Invitation: Fair, Fri, Mar 20", "Updated: Fair, Wed, Mar 25"]


def test_meetings_of_an_archived_show_are_canceled(meeting, session, update):
    archive_record(session.get_one(Show, meeting.show_id), "postponed")
    assert update() == ["Invitation: Fair, Fri, Mar 20", "Canceled: Fair, Fri, Mar 20"]


def test_job_loads_canceled_invitations_only_if_their_appointment_is_planned_again(anna, call, meeting, clock, update):
    send(anna, call)
    call.state, meeting.state = InteractionState.canceled, MeetingState.canceled
    update()
    assert db.session.scalars(select_current(business_clock.now())).all() == []
    call.state, meeting.state = InteractionState.planned, MeetingState.agreed
    db.session.flush()
    assert len(db.session.scalars(select_current(business_clock.now())).all()) == 2


def test_meetings_of_a_show_that_is_restored_are_updated(meeting, session, update):
    show = session.get_one(Show, meeting.show_id)
    archive_record(show, "postponed")
    update()
    show.archived_at = None
    assert update()[2:] == ["Updated: Fair, Fri, Mar 20"]


def test_appointment_that_is_planned_again_is_updated(anna, call, session, update):
    send(anna, call)
    archive_record(call, "twice")
    assert update() == [FIRST, "Canceled: Price; samples, Thu, Mar 12"]
    call.archived_at = None
    assert update()[2:] == ["Updated: Price; samples, Thu, Mar 12"]
    assert len(update()) == 3
