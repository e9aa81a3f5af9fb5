"""Several days as one date, announced events, dates that describe something, and received emails in sentences."""

from __future__ import annotations

from datetime import date

import pytest

from crm.interactions.policy import ContactOutcome, InteractionState
from crm.interactions.sentence import ChipKind
from tests.interactions.sentences import FakeLookup, read_text

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("text", "day", "notes"),
    [
        ("call with Li Hui on Dec 10-12", date(2026, 12, 10), "Dec 10-12"),
        ("met Li Hui at CIIE 5-10 Nov", date(2026, 11, 5), "5-10 Nov"),
        ("Dec 30 - Jan 2 visit Zhou", date(2026, 12, 30), "Dec 30 - Jan 2"),
        ("12月10日至12日和周立民在宁波见面", date(2026, 12, 10), "12月10日至12日"),
        ("12月10-12日和周立民在宁波见面", date(2026, 12, 10), "12月10-12日"),
        ("Dec 10-9 call with Li Hui", date(2026, 12, 10), "-9"),
        ("met Li Hui 12/10, price 10-12 USD", date(2025, 12, 10), "price 10-12 USD"),
    ],
)
def test_interaction_of_several_days_begins_on_the_first_and_notes_all(text, day, notes):
    draft = read_text(text)
    assert (draft.first(ChipKind.when).day, draft.notes) == (day, notes)


def test_step_of_several_days_keeps_them_in_its_title():
    step = read_text("met Li Hui, visit Ningbo Dec 10-12").first(ChipKind.next_step)
    assert (step.title, step.due) == ("Visit Ningbo Dec 10-12", date(2026, 12, 10))


@pytest.mark.parametrize("text", ["周立民11月20日会来访", "周立民将于11月20日来访", "周立民会在11月20日来访"])
def test_announced_visit_is_a_plan(text):
    draft = read_text(text)
    assert (draft.first(ChipKind.when).day, draft.state) == (date(2027, 11, 20), InteractionState.planned)


@pytest.mark.parametrize(
    "text", ["周立民11月20日来访", "11月20日会后周立民来访", "11月20日周立民来访了", "11月20日会议 周立民"]
)
def test_visit_that_is_not_announced_took_place(text):
    draft = read_text(text)
    assert (draft.first(ChipKind.when).day, draft.state) == (date(2026, 11, 20), InteractionState.held)


@pytest.mark.parametrize(
    ("text", "title", "side"),
    [("周立民12月18日会发样品", "发样品", "they"), ("我们12月18日会发样品", "发样品", "we")],
)
def test_will_is_no_part_of_a_title(text, title, side):
    step = read_text(text).first(ChipKind.next_step)
    assert (step.title, step.due, step.side.value) == (title, date(2026, 12, 18), side)


@pytest.mark.parametrize(
    ("text", "title", "due"),
    [
        ("send Friday's report", "Send Friday's report", None),
        ("met Tom, send Friday’s report", "Send Friday’s report", None),
        ("met Tom, send Friday's report by Monday", "Send Friday's report", date(2026, 12, 14)),
        ("met Tom, prepare Friday's meeting", "Prepare Friday's meeting", date(2026, 12, 11)),
    ],
)
def test_day_that_describes_something_stays_in_the_title(text, title, due):
    step = read_text(text).first(ChipKind.next_step)
    assert (step.title, step.due) == (title, due)


def test_day_that_describes_something_is_not_the_day_of_the_interaction():
    draft = read_text("Friday's report is done")
    assert (draft.of(ChipKind.when), draft.notes) == ((), "Friday's report is done")


@pytest.mark.parametrize(
    "text", ["email from Zhou", "Got an email from Zhou", "收到周立民的邮件", "收到周立民的郵件", "周立民发来邮件"]
)
def test_received_email_is_talked(text):
    assert read_text(text).reached is ContactOutcome.talked


@pytest.mark.parametrize("text", ["emailed Zhou", "email to Zhou", "no email from Zhou", "给周立民发邮件"])
def test_other_email_is_one_way(text):
    assert read_text(text).reached is ContactOutcome.one_way


def test_us_is_nobody_to_look_up():
    assert [chip.value for chip in read_text("Zhou Limin will visit us Dec 18").of(ChipKind.person)] == [
        FakeLookup().people("zhou limin")[0].id
    ]
