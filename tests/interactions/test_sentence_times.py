"""Times of day in sentences: in the morning, in the evening, and without a word for either."""

from datetime import date, datetime, time

import pytest

from crm.interactions.policy import InteractionState
from crm.interactions.sentence import ChipKind, LocalMoment
from tests.interactions.sentences import LA, read_text

pytestmark = pytest.mark.one_engine


def read_time(text):
    """Return day of December, time and state of the interaction."""
    draft = read_text(text)
    when = draft.first(ChipKind.when)
    return f"{when.day:%d} {when.clock:%H:%M}", draft.state


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("今早6点半和周立民通话十五分钟", "08 06:30"),
        ("昨晚9点和周立民通话", "07 21:00"),
        ("called Tom this morning at 6:15", "08 06:15"),
        ("Tom called this morning at 5", "08 05:00"),
        ("met Tom 5:45-7:15, breakfast", "08 05:45"),
        ("met Tom at 5:30", "08 17:30"),
        ("coffee with Tom 9:15 AM", "08 09:15"),
        ("coffee with Tom 3 PM", "08 15:00"),
    ],
)
def test_time_of_what_took_place(text, moment):
    assert read_time(text) == (moment, InteractionState.held)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("明早6点给周立民打电话", "09 06:00"),
        ("今晚8点和周立民吃饭", "08 20:00"),
        ("明晚7点半和周立民吃饭", "09 19:30"),
        ("site visit Tom 5:30 tomorrow morning", "09 05:30"),
        ("breakfast with Tom tomorrow 6:30", "09 06:30"),
        ("dinner with Tom tonight 7:30", "08 19:30"),
        ("meeting with Tom tomorrow 3:30", "09 15:30"),
    ],
)
def test_time_of_a_plan(text, moment):
    assert read_time(text) == (moment, InteractionState.planned)


@pytest.mark.parametrize(
    ("text", "day", "zone"),
    [
        ("meeting with Tom Friday at 9am Shanghai time", date(2026, 12, 11), "Asia/Shanghai"),
        ("call Zhao today at 4pm Shanghai time", date(2026, 12, 9), "Asia/Shanghai"),
        ("meeting tomorrow at 9am Shanghai with Zhao", date(2026, 12, 10), "Asia/Shanghai"),
        ("meeting with Tom Friday 9am (Taipei)", date(2026, 12, 11), "Asia/Taipei"),
        ("meeting with Tom Friday at 9am", date(2026, 12, 11), LA),
    ],
)
def test_time_with_a_city_is_in_its_zone(text, day, zone):
    draft = read_text(text)
    (chip,) = draft.of(ChipKind.when)
    assert (chip.value.day, chip.value.zone, chip.sure) == (day, zone, True)
    assert (draft.state, draft.notes) == (InteractionState.planned, "")


def test_organization_after_a_time_is_no_zone():
    draft = read_text("met Tom at 10am Shanghai Water Works")
    assert (draft.first(ChipKind.when).zone, draft.notes) == (LA, "Shanghai Water Works")


MORNING_IN_MARCH, EVENING_IN_DECEMBER = "2026-03-10T10:30:00-07:00", "2026-12-08T18:20:00-08:00"


@pytest.mark.parametrize(
    ("text", "now", "day", "state"),
    [
        # The latest such time before now.
        ("called Zhao Lei at 9am Shanghai time, 20m", MORNING_IN_MARCH, date(2026, 3, 10), InteractionState.held),
        ("called Zhao today at 9am Shanghai time", MORNING_IN_MARCH, date(2026, 3, 10), InteractionState.held),
        ("called Zhao at 9am Shanghai time", EVENING_IN_DECEMBER, date(2026, 12, 9), InteractionState.held),
        ("called Zhao today at 9am Shanghai time", EVENING_IN_DECEMBER, date(2026, 12, 9), InteractionState.held),
        ("called Zhao at 11pm Shanghai time", EVENING_IN_DECEMBER, date(2026, 12, 8), InteractionState.held),
        ("met Zhao from 3pm to 4pm Shanghai time", EVENING_IN_DECEMBER, date(2026, 12, 8), InteractionState.held),
        ("called Zhao at 10:20am Shanghai time", EVENING_IN_DECEMBER, date(2026, 12, 9), InteractionState.held),
        # A named weekday is the one there.
        ("called Zhao Tuesday at 9am Shanghai time", EVENING_IN_DECEMBER, date(2026, 12, 8), InteractionState.held),
        # The next such time.
        ("call Zhao at 9am Shanghai time", MORNING_IN_MARCH, date(2026, 3, 11), InteractionState.planned),
        ("call Zhao today at 9am Shanghai time", EVENING_IN_DECEMBER, date(2026, 12, 10), InteractionState.planned),
        (
            "meeting with Zhao tomorrow 9am Shanghai time 20m",
            EVENING_IN_DECEMBER,
            date(2026, 12, 10),
            InteractionState.planned,
        ),
    ],
)
def test_day_of_a_time_with_a_city(text, now, day, state):
    draft = read_text(text, now=datetime.fromisoformat(now))
    when = draft.first(ChipKind.when)
    assert (when.day, when.zone, draft.state) == (day, "Asia/Shanghai", state)


@pytest.mark.parametrize(
    "text",
    [
        "meeting with Tom at 9am Shanghai time on Friday",
        "meeting with Tom 9am Shanghai Friday",
        "meeting with Tom Friday from 9am to 10am Shanghai time",
    ],
)
def test_city_before_a_date_or_after_a_span_is_a_zone(text):
    draft = read_text(text)
    assert draft.first(ChipKind.when) == LocalMoment(date(2026, 12, 11), time(9), "Asia/Shanghai")
    assert draft.notes == ""
