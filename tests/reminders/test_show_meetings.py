"""Meetings at shows on Today, in the digest, and in an email on the day before."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest

from crm import calendars
from crm.core.i18n.formats import as_read_by
from crm.core.policy import ReminderChoice
from crm.interactions.services import InteractionDetails, log_interaction
from crm.reminders.blocks import blocks_for, headline
from crm.reminders.digest import build_digest
from crm.reminders.kinds.show_tomorrow import KIND as SHOW_TOMORROW
from crm.reminders.queries import readers
from crm.reminders.queries.show_meetings import list_meeting_items
from crm.shows.policy import MeetingState
from crm.shows.services import save_meeting, save_show, set_meeting_state
from tests.factories import affiliation, client_of, make_confidential, organization, person, prime
from tests.reminders.digest_data import MORNING, turn_off

DAY = date(2026, 3, 11)
"""The show day in Suzhou; its morning is the evening of March 10 in Los Angeles."""


def suzhou(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return calendars.resolve_local(day, time(hour, minute), "Asia/Shanghai")


@pytest.fixture
def meet(anna):
    """Create meetings of anna's at a show in Suzhou: `meet(9, 30)`."""
    values = {"name": "Smart City Fair", "zone": "Asia/Shanghai", "starts_on": DAY, "ends_on": DAY + timedelta(days=2)}
    trade_show = save_show(anna, values)
    works, client = prime("Jiangchuan"), client_of("Inland", "ClearAir Sensors", counselor=anna)

    def make(hour: int, minute: int = 0, *, day: date = DAY, guest: str = "Li", **more):
        guests = [person(guest, "Hui", family_native="李", given_native="慧", organization=works)]
        values = {"day": day, "time": time(hour, minute), "minutes": 30, "client_id": client.id, "host_id": works.id}
        values |= {"table": "14", "people": [guest.id for guest in guests], "staff": [anna.id]}
        return save_meeting(anna, trade_show, values | more)

    return make


@pytest.fixture
def reader(anna):
    return readers([anna.id])[0]


def items_of(reader, now, code="today", **options):
    with as_read_by(reader.actor):
        block = next((block for block in blocks_for(reader, now, **options) if block.code == code), None)
    return block.items if block else []


def test_today_has_the_whole_show_day_that_begins_today(reader, meet):
    meet(9, 30)
    last = meet(16, 30, guest="Sun")
    meet(9, 30, day=DAY + timedelta(days=1), guest="Wu")
    items = items_of(reader, MORNING)
    assert [item.meeting_id for item in items][1:] == [last.id]
    first = items[0]
    assert (first.title, first.native, first.badge, first.when) == (
        "Li Hui",
        "李慧",
        "Next",
        "6:30 PM = Wed 9:30 AM Shanghai",
    )
    assert first.second == "Jiangchuan\xa0· with ClearAir Sensors\xa0· table 14\xa0· Smart City Fair"
    assert (first.actions, first.light) == (("open",), "due")
    assert headline(blocks_for(reader, MORNING)) == "2 appointments"


def test_chinese_name_is_that_of_the_only_guest(reader, meet):
    guests = [person("Lu", "Hua", family_native="卢", given_native="华"), person("Wu", "Min")]
    meet(9, 30, people=[guest.id for guest in guests])
    (item,) = items_of(reader, MORNING)
    assert (item.title, item.native) == ("Lu Hua, Min Wu", "")


def test_today_marks_the_meeting_now_and_the_next(reader, meet):
    meet(9, 30)
    meet(10, 0, guest="Sun")
    meet(10, 30, guest="Wu")
    items = items_of(reader, suzhou(9, 45))
    assert [item.badge for item in items] == ["Now", "Next", ""]
    assert [item.actions for item in items] == [("arrived", "no-show")] * 3


def test_meeting_after_an_appointment_is_not_marked_as_the_next(anna, reader, meet):
    meet(10, 0)
    values = {"type": "call", "wall": datetime(2026, 3, 10, 17, 45), "zone": anna.zone, "state": "planned"}
    log_interaction(anna, values, InteractionDetails(staff_ids=[anna.id]))
    items = items_of(reader, MORNING)
    assert [bool(item.meeting_id) for item in items] == [False, True]
    assert [item.badge for item in items] == ["", ""]


def test_meeting_that_is_over_asks_whether_it_happened(anna, reader, meet, clock):
    row = meet(9, 30)
    clock.set(suzhou(10, 0))
    over = items_of(reader, suzhou(10, 0), "unconfirmed")
    assert [(item.meeting_id, item.light) for item in over] == [(row.id, "")]
    assert items_of(reader, suzhou(10, 0)) == []
    set_meeting_state(anna, row, MeetingState.no_show)
    assert items_of(reader, suzhou(10, 0), "unconfirmed") == []


def test_meeting_is_asked_about_for_seven_days(reader, meet):
    meet(9, 30)
    begins = suzhou(9, 30)
    days = [timedelta(days=7), timedelta(days=7, seconds=1)]
    counts = [len(list_meeting_items(reader.actor, begins + x, begins + x, begins + x).unconfirmed) for x in days]
    assert counts == [1, 0]


@pytest.mark.parametrize("state", [MeetingState.wished, MeetingState.canceled])
def test_meeting_that_is_wanted_or_canceled_is_not_on_today(reader, meet, state):
    meet(9, 30, state=state)
    assert items_of(reader, MORNING) == []


def test_only_the_own_meetings_are_on_today(actor, reader, meet, people):
    people["clara"].active = True
    meet(9, 30, staff=[])
    meet(10, 30, staff=[actor("clara").id], guest="Sun")
    assert items_of(reader, MORNING) == []


def test_digest_has_the_meetings_and_hides_confidential_ones(reader, meet, people):
    meet(9, 30)
    secret = person("Lu", "Hua", team="Inland", counselor=people["anna"])
    meet(11, 0, people=[secret.id])
    make_confidential(secret)
    employer = client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True)
    colleague = person("Sun", "Wei", organization=employer)
    affiliation(colleague, organization("Open Works"), main=False)
    meet(13, 0, people=[colleague.id])
    with as_read_by(reader.actor):
        section = build_digest(reader, MORNING)["blocks"][0]
    assert [line.text for line in section.lines] == [
        "6:30 PM = Wed 9:30 AM Shanghai: Li Hui",
        "confidential item 2",
        "confidential item 3",
    ]
    assert section.lines[0].native == "李慧"
    assert section.lines[0].second == "· Jiangchuan\xa0· with ClearAir Sensors\xa0· table 14\xa0· Smart City Fair"
    assert section.lines[0].links[-1][1].startswith("/shows/")


def test_email_comes_once_on_the_day_before_the_show_day(reader, meet, mails):
    evening = suzhou(9, 30) - timedelta(days=1)
    meet(9, 30)
    meet(16, 30, guest="Sun")
    before = evening - timedelta(hours=3)
    assert [(due.occurrence) for due in SHOW_TOMORROW.find_due([reader], before)] == ["2026-03-11"]
    mail = mails(before)["show_tomorrow"]
    assert mail.subject == "Tomorrow from 6:30 PM = Wed 9:30 AM Shanghai: 2 meetings at Smart City Fair"
    meetings, links = mail.text.split("\nAnswer after the meeting: no sign-in needed.\n")
    assert [line[:11] for line in meetings.splitlines()[3::2]] == ["9:30 AM  Li", "4:30 PM  Su"]
    assert re.findall(r"(?m)^(\S+ [AP]M)  http://localhost/a/\w+$", links) == ["9:30 AM", "4:30 PM"]
    assert SHOW_TOMORROW.find_due([reader], before) == []


def test_email_is_not_due_on_the_show_day_or_when_turned_off(anna, reader, meet):
    meet(9, 30)
    before = suzhou(9, 30) - timedelta(days=1, hours=3)
    assert SHOW_TOMORROW.find_due([reader], before + timedelta(days=1)) == []
    assert SHOW_TOMORROW.find_due([replace(reader, choice=ReminderChoice.digest)], before) == []
    turn_off(anna, "show_tomorrow")
    assert SHOW_TOMORROW.find_due(readers([anna.id]), before) == []


def test_email_is_canceled_when_the_meetings_are(anna, reader, meet, mails):
    row = meet(9, 30)
    before = suzhou(9, 30) - timedelta(days=1, hours=3)
    mail = mails(before)["show_tomorrow"]
    claimed = SimpleNamespace(date=mail.created_at, dedupe_key=mail.dedupe_key, record_id=mail.record_id)
    assert SHOW_TOMORROW.still_wanted(reader, claimed)
    set_meeting_state(anna, row, MeetingState.canceled)
    assert not SHOW_TOMORROW.still_wanted(reader, claimed)


def test_explanation_names_the_staff_of_the_show(anna, reader, meet):
    row = meet(9, 30)
    explanation = SHOW_TOMORROW.explain(anna, row.show_id, MORNING)
    assert explanation.reasons == ["Anna Reyes gets an email the day before each day with meetings, from 7:00 AM."]
    assert not SHOW_TOMORROW.explain(anna, row.show_id, suzhou(12)).is_open


def test_today_page_offers_arrived_and_undo(client, meet, clock):
    row = meet(9, 30)
    clock.set(suzhou(9, 25))
    anna = client.login_as("anna")
    page = anna.get("/").text
    assert f'formaction="/shows/meetings/{row.id}/state"' in page
    posted = anna.post(f"/shows/meetings/{row.id}/state", data={"state": "no_show", "next": "/"})
    assert posted.headers["Location"] == "/"
    (undo,) = re.findall(r'action="(/records/changes/[^"]+/undo)"', anna.get("/").text)
    anna.post(undo.replace("&amp;", "&"))
    assert row.state is MeetingState.agreed
