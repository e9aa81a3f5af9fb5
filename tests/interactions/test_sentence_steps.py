"""The next step of a sentence: whose weekday and whose hour, and what is asked when it is not plain."""

from datetime import date, datetime

import pytest

from crm.followups.enums import Side
from crm.interactions.sentence import ChipKind, NextStep
from tests.interactions.sentences import SHANGHAI, read


def test_their_friday_is_our_thursday_evening_with_a_way_out():
    chip = read("met Zhao, call Fri").of(ChipKind.next)[0]
    assert chip.value.due.isoformat() == "2026-12-10T17:00:00-08:00"
    assert [(str(c.label), c.value.due) for c in chip.choices] == [("Friday, your time", date(2026, 12, 11))]
    assert chip.sure


def test_their_friday_in_summer_is_an_hour_later_here():
    draft = read("met Zhao, call Fri", now=datetime.fromisoformat("2026-07-07T10:00:00-07:00"))
    assert draft.first(ChipKind.next).due.isoformat() == "2026-07-09T18:00:00-07:00"


THURSDAY_EVENING = datetime.fromisoformat("2026-12-10T17:00:00-08:00")


@pytest.mark.parametrize(
    ("their_zone", "due"),
    [
        (SHANGHAI, THURSDAY_EVENING),
        ("Asia/Hong_Kong", THURSDAY_EVENING),
        ("Europe/Berlin", date(2026, 12, 11)),
        (None, date(2026, 12, 11)),
    ],
)
def test_page_of_a_person_says_whose_weekday_is_meant(their_zone, due):
    assert read("call Fri", their_zone=their_zone).first(ChipKind.next).due == due


def test_named_person_wins_over_the_page():
    assert read("met Tom, call Fri", their_zone=SHANGHAI).first(ChipKind.next).due == date(2026, 12, 11)


def test_weekday_is_plain_for_a_reader_in_china():
    draft = read("met Zhao, call Fri", zone=SHANGHAI)
    assert draft.first(ChipKind.next).due == date(2026, 12, 11)
    assert draft.of(ChipKind.next)[0].choices == ()


def test_date_in_digits_is_no_weekday():
    assert read("met Zhao, call 12/25").first(ChipKind.next).due == date(2026, 12, 25)


def test_hour_of_a_step_asks_whose_hour():
    chip = read("met Zhao, call 12/15 10:00").of(ChipKind.next)[0]
    assert not chip.sure
    assert [(str(c.label), c.value.due.isoformat()) for c in chip.choices] == [
        ("10:00 AM in Los Angeles", "2026-12-15T10:00:00-08:00"),
        ("10:00 AM in Shanghai", "2026-12-14T18:00:00-08:00"),
    ]
    friday = read("met Zhao, call Fri 10:00").of(ChipKind.next)[0]
    assert [str(c.label) for c in friday.choices] == ["10:00 AM in Shanghai", "10:00 AM in Los Angeles"]
    assert friday.value.due.isoformat() == "2026-12-10T18:00:00-08:00"


def test_day_of_theirs_that_has_begun_asks_and_offers_ours():
    chip = read("met Zhao, call Wed").of(ChipKind.next)[0]
    assert (chip.value.due, chip.sure) == (date(2026, 12, 9), False)
    assert [str(c.label) for c in chip.choices] == ["Wednesday, your time"]


def test_next_friday_asks_which():
    chip = read("met Tom, call next Fri").of(ChipKind.next)[0]
    assert (chip.sure, [c.value.due for c in chip.choices]) == (False, [date(2026, 12, 18), date(2026, 12, 11)])


def test_step_without_a_day_asks_when():
    chip = read("met Tom, send quote").of(ChipKind.next)[0]
    assert (chip.value, chip.sure) == (NextStep("Send quote", None, Side.we), False)
