"""The day and the hour of bid deadlines in emails."""

from __future__ import annotations

from datetime import date, time

import pytest

from crm.projects.lead_mail.deadlines import find_deadline
from crm.projects.lead_mail.text import Paragraph

SENT_ON = date(2026, 12, 1)
IN_THE_MORNING, AFTER_LUNCH = time(9, 30), time(14, 30)


def read(text: str) -> tuple[date, time | None] | None:
    mention = find_deadline(None, [Paragraph.of(text)], SENT_ON)
    return (mention.day, mention.clock) if mention else None


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("Bids close at 9:30 a.m. on Dec. 18, Beijing time", IN_THE_MORNING),
        ("Bids are due Dec. 18 at 9:30 A. M.", IN_THE_MORNING),
        ("The bid deadline is December 18, 2026 (Friday) 9:30 CST", IN_THE_MORNING),
        ("Submit proposals by 14:30 hrs on 18 December", AFTER_LUNCH),
        ("Bids due 18 Dec at 14.30 hrs", AFTER_LUNCH),
        ("Tenders are due no later than 2:30 PM, December 18, 2026", AFTER_LUNCH),
        ("Bid submission deadline: 18 December 2026, 12 noon", time(12)),
        ("投标截止时间2026年12月18日上午9:30", IN_THE_MORNING),
        ("投标截止时间：2026年12月18日（星期五）上午9：30", IN_THE_MORNING),
        ("截标：12月18日(周五)9:30", IN_THE_MORNING),
        ("递交截止时间为12月18日下午2:30", AFTER_LUNCH),
        ("递交截止时间为12月18日14时30分", AFTER_LUNCH),
        ("截标：12月18日晚上11:59", time(23, 59)),
        ("投标截止时间：12月18日上午09:30", IN_THE_MORNING),
        ("递交截止时间为12月18日下午02:30", AFTER_LUNCH),
        ("递交截止时间为12月18日下午 2:30", AFTER_LUNCH),
        ("递交截止时间为12月18日上午 9 时 30 分", IN_THE_MORNING),
        ("Bids are due by December 18", None),
        ("投标截止时间为12月18日，共上9:30个标段", None),
    ],
)
def test_hour_of_a_deadline_is_read(text, clock):
    assert read(text) == (date(2026, 12, 18), clock)


@pytest.mark.parametrize(
    "text",
    [
        "Bids are due Dec 12 noon",
        "Bids are due December 12 noon Beijing time",
        "Bids are due by 12 noon on Dec 12",
        "Bids are due at 12 noon on December 12",
        "Bids are due Dec 12 12 noon",
        "Bids are due on 12 Dec 2026, 12 noon",
    ],
)
def test_twelve_before_noon_is_a_day_after_a_month(text):
    assert read(text) == (date(2026, 12, 12), time(12))


@pytest.mark.parametrize(
    "text",
    [
        "The bid deadline was extended from December 10 to December 18.",
        "Bids are accepted from December 10 until December 18.",
        "投标截止时间原定于12月10日，现延期至12月18日。",
        "The bid deadline was moved from December 10 to December 18.",
        "The bid deadline has been changed from December 10, 2026 to December 18, 2026.",
        "The deadline for bids was postponed from Dec 10 to Dec 18.",
        "The bid deadline is rescheduled from 10 December to 18 December.",
        "投标截止时间由12月10日延期至12月18日。",
        "投标截止时间从12月10日延期至12月18日。",
    ],
)
def test_former_deadline_is_not_the_deadline(text):
    assert read(text) == (date(2026, 12, 18), None)


def test_former_deadline_of_a_labeled_line_is_not_the_deadline():
    mention = find_deadline(Paragraph.of("extended from Dec 10, 5 PM to Dec 18, 9:30 a.m."), [], SENT_ON)
    assert mention is not None
    assert (mention.day, mention.clock) == (date(2026, 12, 18), IN_THE_MORNING)
