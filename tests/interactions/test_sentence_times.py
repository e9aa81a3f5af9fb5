"""Times of day in sentences: in the morning, in the evening, and without a word for either."""

from datetime import date

import pytest

from crm.interactions.policy import InteractionState
from crm.interactions.sentence import ChipKind
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
