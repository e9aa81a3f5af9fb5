"""While a participant is away, the colleague who covers gets the emails about appointments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from crm.answers.policy import meeting_target
from crm.answers.queries import list_items
from crm.core.mail.outbox.models import Mail
from crm.core.policy import ReminderChoice
from crm.interactions.models import InteractionStaff
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.reminders.covers import add_cover, end_cover
from crm.reminders.jobs import plan_reminders
from crm.reminders.kinds import get_kind
from crm.reminders.models import Cover
from crm.reminders.plans import list_planned
from crm.reminders.policy import Offset, subject_of
from crm.reminders.queries import readers
from crm.reminders.services import set_offset
from crm.shows.models import MeetingStaff, Show
from crm.shows.services import save_meeting, save_show
from tests.factories import client_of, make_confidential, person, prime
from tests.reminders.digest_data import MORNING, TODAY, html_of, turn_off

pytestmark = pytest.mark.engine_in_turn

DAY_BEFORE = MORNING - timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=1)
SOON = MORNING + timedelta(hours=3, minutes=20)
"""10:50 in Los Angeles, ten minutes before the appointments."""
INTERACTION, MEETING = ("meeting_tomorrow", "meeting_soon"), ("show_tomorrow", "show_meeting_soon")


@pytest.fixture
def dora(anna, people, actor):
    people["dora"].active = True
    return actor("dora")


@pytest.fixture
def visit(anna):
    values = {"state": InteractionState.planned, "zone": "America/Los_Angeles", "wall": datetime(2026, 3, 10, 11)}
    return log_interaction(anna, values | {"subject": "Delta visit"}, InteractionDetails())


@pytest.fixture
def meeting(anna):
    values = {"name": "Water Fair", "zone": "America/Los_Angeles", "starts_on": TODAY, "ends_on": TODAY}
    show = save_show(anna, values)
    works, client = prime("Jiangchuan"), client_of("Inland", "ClearAir Sensors", counselor=anna)
    guest = person("Li", "Hui", organization=works)
    values = {"day": TODAY, "time": time(11), "minutes": 30, "client_id": client.id, "host_id": works.id}
    return save_meeting(anna, show, values | {"table": "14", "people": [guest.id], "staff": [anna.id]})


@pytest.fixture(params=[INTERACTION, MEETING], ids=["interaction", "meeting"])
def appointment(request):
    """Return the kinds of emails about an appointment of anna's at 11 AM, which exists, and a function to attend it."""
    row = request.getfixturevalue("visit" if request.param is INTERACTION else "meeting")
    return request.param, row


def attend(session, row, user) -> None:
    part = InteractionStaff(interaction_id=row.id) if hasattr(row, "subject") else MeetingStaff(meeting_id=row.id)
    part.user_id = user.id
    session.add(part)


def run(session, clock, moment: datetime) -> None:
    session.commit()
    clock.set(moment)
    plan_reminders()
    plan_reminders()


def receivers(session) -> list[tuple[str, str]]:
    kinds = Mail.kind.in_([*INTERACTION, *MEETING])
    stmt = sa.select(Mail.kind, Mail.address).where(kinds).order_by(Mail.id)
    return [(kind, address.partition("@")[0]) for kind, address in session.execute(stmt)]


def load_mail(session, code: str) -> Mail:
    return session.scalars(sa.select(Mail).where(Mail.kind == code).options(sa.orm.undefer("*"))).one()


def test_colleague_gets_both_emails_once_instead_of_the_user(anna, dora, appointment, session, clock):
    (tomorrow, soon), _row = appointment
    add_cover(anna, dora.id, YESTERDAY, TODAY)
    run(session, clock, DAY_BEFORE)
    run(session, clock, SOON)
    assert receivers(session) == [(tomorrow, "dora"), (soon, "dora")]
    for code in (tomorrow, soon):
        mail = load_mail(session, code)
        assert "you cover for Anna Reyes." in mail.text
        assert "you cover for Anna Reyes." in html_of(mail)
        assert get_kind(code).still_wanted(readers([dora.id])[0], mail)


def test_without_a_cover_the_user_gets_them(anna, dora, appointment, session, clock):
    kinds, _row = appointment
    add_cover(anna, dora.id, TODAY + timedelta(days=1), TODAY + timedelta(days=2))
    run(session, clock, DAY_BEFORE)
    run(session, clock, SOON)
    assert receivers(session) == [(code, "anna") for code in kinds]
    assert "you cover" not in load_mail(session, kinds[0]).text


def test_after_the_cover_the_user_gets_them_again(anna, dora, appointment, session, clock):
    (tomorrow, soon), _row = appointment
    add_cover(anna, dora.id, YESTERDAY, YESTERDAY)
    run(session, clock, DAY_BEFORE)
    run(session, clock, SOON)
    assert receivers(session) == [(tomorrow, "dora"), (soon, "anna")]


def test_email_of_a_withdrawn_cover_is_not_wanted(anna, dora, appointment, session, clock):
    (_tomorrow, soon), _row = appointment
    add_cover(anna, dora.id, TODAY, TODAY)
    run(session, clock, SOON)
    mail, reader = load_mail(session, soon), readers([dora.id])[0]
    assert get_kind(soon).still_wanted(reader, mail)
    end_cover(anna, session.scalars(sa.select(Cover.id)).one())
    assert not get_kind(soon).still_wanted(reader, mail)
    assert [one.user_id for one in get_kind(soon).find_due(readers(), SOON)] == [anna.id]


def test_what_the_colleague_may_not_see_stays_with_the_user(anna, dora, appointment, session, clock):
    (tomorrow, soon), row = appointment
    record = row if hasattr(row, "subject") else session.get_one(Show, row.show_id)
    record.team_id, record.counselor_id = anna.first_team_id, anna.id
    make_confidential(record)
    add_cover(anna, dora.id, YESTERDAY, TODAY)
    run(session, clock, DAY_BEFORE)
    run(session, clock, SOON)
    assert receivers(session) == [(tomorrow, "anna"), (soon, "anna")]


def test_meeting_with_a_hidden_guest_stays_with_the_user(anna, dora, meeting, session, clock):
    guest = person("Wu", "Min", counselor=anna)
    guest.team_id = anna.first_team_id
    make_confidential(guest)
    values = {"day": TODAY, "time": time(14), "minutes": 30, "client_id": meeting.client_id, "host_id": None}
    show = session.get_one(Show, meeting.show_id)
    save_meeting(anna, show, values | {"table": "2", "people": [guest.id], "staff": [anna.id]})
    add_cover(anna, dora.id, YESTERDAY, TODAY)
    run(session, clock, DAY_BEFORE)
    run(session, clock, SOON)
    assert receivers(session) == [("show_tomorrow", "anna"), ("show_meeting_soon", "dora")]
    assert "Wu" not in load_mail(session, "show_meeting_soon").text


@pytest.mark.parametrize("user_choice", [ReminderChoice.timed, ReminderChoice.digest])
def test_colleague_who_attends_gets_one_email(anna, dora, people, appointment, session, clock, user_choice):
    kinds, row = appointment
    people["anna"].reminders = user_choice
    attend(session, row, dora)
    add_cover(anna, dora.id, YESTERDAY, TODAY)
    run(session, clock, DAY_BEFORE)
    run(session, clock, SOON)
    assert receivers(session) == [(code, "dora") for code in kinds]
    assert "you cover" not in load_mail(session, kinds[1]).text


def test_user_gets_an_email_beside_a_colleague_who_covered_and_attends(anna, dora, visit, session, clock):
    attend(session, visit, dora)
    turn_off(dora, "meeting_tomorrow")
    turn_off(anna, "meeting_tomorrow")
    set_offset(dora.id, subject_of(visit.id), Offset.day_1)
    add_cover(anna, dora.id, YESTERDAY, YESTERDAY)
    run(session, clock, SOON - timedelta(days=1) + timedelta(hours=1))
    run(session, clock, SOON)
    assert receivers(session) == [("meeting_soon", "dora"), ("meeting_soon", "anna")]


def test_offset_of_the_user_counts_and_the_email_comes_once(anna, dora, visit, session, clock):
    turn_off(anna, "meeting_tomorrow")
    set_offset(anna.id, subject_of(visit.id), Offset.day_1)
    add_cover(anna, dora.id, YESTERDAY, YESTERDAY)
    run(session, clock, SOON - timedelta(days=1) + timedelta(hours=1))
    run(session, clock, SOON)
    assert receivers(session) == [("meeting_soon", "dora")]


def test_choices_of_the_user_count(anna, dora, people, appointment, session, clock):
    people["anna"].reminders = ReminderChoice.digest
    add_cover(anna, dora.id, YESTERDAY, TODAY)
    run(session, clock, DAY_BEFORE)
    run(session, clock, SOON)
    assert receivers(session) == []


def test_email_names_for_whom_each_meeting_is(anna, dora, meeting, session, clock):
    values = {"day": TODAY, "time": time(11), "minutes": 30, "client_id": None, "host_id": prime("Baosteel").id}
    show = session.get_one(Show, meeting.show_id)
    save_meeting(anna, show, values | {"table": "3", "people": [], "staff": [dora.id]})
    add_cover(anna, dora.id, YESTERDAY, TODAY)
    run(session, clock, SOON)
    assert receivers(session) == [("show_meeting_soon", "dora")]
    text = load_mail(session, "show_meeting_soon").text
    assert text.count("for Anna Reyes") == 1
    assert "for Anna Reyes\xa0· Jiangchuan" in text
    assert "Baosteel" in text


def test_link_answers_a_meeting_while_the_colleague_covers(anna, dora, meeting, session, clock):
    target = meeting_target(meeting.id)
    clock.set(SOON)
    assert list_items(dora, [target]) == {}
    row = add_cover(anna, dora.id, TODAY, TODAY)
    assert list(list_items(dora, [target])) == [target]
    end_cover(dora, row.id)
    assert list_items(dora, [target]) == {}


def test_planned_emails_and_their_explanation_name_the_colleague(anna, dora, visit, session, clock):
    clock.set(DAY_BEFORE - timedelta(days=1))
    add_cover(anna, dora.id, TODAY, TODAY)
    session.commit()
    now = DAY_BEFORE - timedelta(days=1)
    planned = {one.label: one.name for one in list_planned(anna, visit, now)}
    assert planned["Meeting tomorrow"] == "Anna Reyes"
    assert planned["Appointment soon"] == "Dora Lindqvist"
    sentence = "Dora Lindqvist covers for Anna Reyes then and gets the email."
    assert sentence in get_kind("meeting_soon").explain(anna, visit.id, now).reasons
    assert sentence not in get_kind("meeting_tomorrow").explain(anna, visit.id, now).reasons


def test_planned_emails_of_a_show_name_the_colleague(anna, dora, meeting, session, clock):
    now = DAY_BEFORE - timedelta(days=1)
    clock.set(now)
    add_cover(anna, dora.id, YESTERDAY, date(2026, 3, 13))
    session.commit()
    show = session.get_one(Show, meeting.show_id)
    planned = [(one.label, one.name) for one in list_planned(anna, show, now)]
    assert planned == [("Show meetings tomorrow", "Dora Lindqvist"), ("Show meeting soon", "Dora Lindqvist")]
    reasons = get_kind("show_tomorrow").explain(anna, show.id, now).reasons
    assert reasons[-1].startswith("Dora Lindqvist covers for Anna Reyes from Mon, Mar 9 to Fri, Mar 13")
