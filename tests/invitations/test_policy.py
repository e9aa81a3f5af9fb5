"""Which answer to an invitation counts, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crm.invitations.policy import (
    CalendarReply,
    GuestAnswer,
    interaction_key,
    is_newer,
    is_over,
    meeting_key,
    stamp_of,
)

pytestmark = pytest.mark.one_engine

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("stamp", "expected"), [(None, NOW), (NOW - HOUR, NOW - HOUR), (NOW + HOUR, NOW)])
def test_answer_is_not_from_the_future(stamp, expected):
    reply = CalendarReply("u1", "li@huayue.example", GuestAnswer.accepted, 0, stamp)
    assert stamp_of(reply, NOW) == expected


@pytest.mark.parametrize(
    ("sequence", "stamp", "than_sequence", "than_stamp", "newer"),
    [
        (0, NOW, None, None, True),
        (0, NOW, 0, None, True),
        (1, NOW - HOUR, 0, NOW, True),
        (0, NOW + HOUR, 0, NOW, True),
        (0, NOW, 0, NOW, False),
        (0, NOW + HOUR, 1, NOW, False),
    ],
)
def test_answer_to_a_later_version_or_written_later_counts(sequence, stamp, than_sequence, than_stamp, newer):
    assert is_newer(sequence, stamp, than_sequence, than_stamp) is newer


def test_answers_are_read_until_thirty_days_after_the_appointment():
    assert not is_over(NOW, NOW + timedelta(days=30))
    assert is_over(NOW, NOW + timedelta(days=30, seconds=1))


def test_interactions_and_meetings_have_different_keys():
    assert (interaction_key(7), meeting_key(7)) == ("record:7", "meeting:7")
