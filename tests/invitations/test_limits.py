"""Limits of what is read from an answer: size, events and comment."""

from __future__ import annotations

import pytest

from crm.invitations.replies import read_replies

pytestmark = pytest.mark.one_engine

EVENT = "BEGIN:VEVENT\r\nUID:u{number}\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:zhou@example.cn\r\n{more}END:VEVENT\r\n"


def calendar(events: int = 1, more: str = "") -> bytes:
    parts = "".join(EVENT.format(number=number, more=more) for number in range(events))
    return f"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nVERSION:2.0\r\n{parts}END:VCALENDAR\r\n".encode()


@pytest.mark.parametrize(("length", "stored"), [(500, 500), (501, 500)])
def test_comment_has_at_most_500_characters(length, stored):
    (reply,) = read_replies(calendar(more=f"COMMENT:{'x' * length}\r\n"))
    assert reply.comment == "x" * stored


def test_five_events_are_read():
    assert [reply.uid for reply in read_replies(calendar(events=6))] == ["u0", "u1", "u2", "u3", "u4"]


@pytest.mark.parametrize(("size", "count"), [(200_000, 1), (200_001, 0)])
def test_larger_calendar_is_not_read(size, count):
    base = len(calendar(more="X-MORE:\r\n"))
    assert len(read_replies(calendar(more=f"X-MORE:{'x' * (size - base)}\r\n"))) == count


@pytest.mark.parametrize("text", ["00010101T000000Z", "00010101T000000", "99991231T235900Z", "99991231T235900"])
def test_proposed_time_of_an_impossible_year_is_ignored(text):
    data = calendar(more=f"DTSTART:{text}\r\nDTSTAMP:{text}\r\n").replace(b"REPLY", b"COUNTER")
    (reply,) = read_replies(data)
    assert (reply.starts_at, reply.stamp) == (None, None)
