"""Bid deadlines, ends of exclusive China reps, and appointments that begin soon."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.reminders.policy import (
    BID_DAYS,
    Offset,
    is_bid_news,
    is_new_exclusive_end,
    is_soon,
    subject_of_meeting,
)

pytestmark = pytest.mark.one_engine

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)


@pytest.mark.parametrize("mark", BID_DAYS)
def test_bid_deadline_is_news_on_the_day_it_reaches_a_mark(mark):
    day, yesterday = TODAY + timedelta(days=mark), TODAY - timedelta(days=1)
    assert is_bid_news(day, TODAY, yesterday, is_changed=False)
    assert not is_bid_news(day, TODAY, TODAY, is_changed=False)
    assert is_bid_news(day, TODAY, TODAY, is_changed=True)


def test_far_and_past_bid_deadlines_are_no_news():
    for days in (max(BID_DAYS) + 1, -1):
        assert not is_bid_news(TODAY + timedelta(days=days), TODAY, TODAY - timedelta(days=9), is_changed=True)


@pytest.mark.parametrize(("days", "news"), [(-1, False), (0, True), (30, True), (31, False)])
def test_new_end_of_an_exclusive_rep_is_news(days, news):
    assert is_new_exclusive_end(TODAY + timedelta(days=days), TODAY, is_exclusive=True) is news
    assert not is_new_exclusive_end(TODAY + timedelta(days=days), TODAY, is_exclusive=False)


@pytest.mark.parametrize(
    ("minutes_until", "soon"),
    [(61, False), (60, True), (0, True), (-59, True), (-60, False)],
)
def test_appointment_is_soon_from_its_offset_until_its_end(minutes_until, soon):
    offset = next(offset for offset in Offset if offset.before == timedelta(hours=1))
    assert is_soon(NOW + timedelta(minutes=minutes_until), None, offset, NOW) is soon


def test_length_of_an_appointment_counts():
    offset = next(iter(Offset))
    assert is_soon(NOW - timedelta(minutes=89), 90, offset, NOW)
    assert not is_soon(NOW - timedelta(minutes=90), 90, offset, NOW)


def test_meetings_have_a_key_of_their_own():
    assert subject_of_meeting(7) == "meeting:7"
