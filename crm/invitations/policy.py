"""What the calendar of a guest answers, which answer counts, and for how long. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.core.words import LabeledEnum, _l

ANSWER_DAYS = timedelta(days=30)
"""After the end of an appointment its answers are still read."""
MAX_CALENDAR_BYTES = 200_000
"""A larger calendar part isn't read; answers have a few hundred bytes, with a long description some thousands."""
MAX_EVENTS = 5
MAX_COMMENT_CHARS = 500


class GuestAnswer(LabeledEnum):
    accepted = "accepted", _l("Accepted")
    tentative = "tentative", _l("Tentative")
    declined = "declined", _l("Declined")


@dataclass(frozen=True)
class CalendarReply:
    """An answer to an invitation (RFC 5546 REPLY), or the proposal of another time (COUNTER) with `starts_at`.

    `stamp` is when it was written by the guest's clock; `answer` is None for one that decides nothing.
    """

    uid: str
    attendee: str
    answer: GuestAnswer | None
    sequence: int
    stamp: datetime | None
    comment: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def stamp_of(reply: CalendarReply, now: datetime) -> datetime:
    """Return when a reply was written, not later than now: a wrong clock must not hold off later answers."""
    return min(reply.stamp or now, now)


def is_newer(sequence: int, stamp: datetime, than_sequence: int | None, than_stamp: datetime | None) -> bool:
    """Return whether an answer is newer than the stored one: a later version of the invitation, then written later."""
    if than_sequence is None or than_stamp is None:
        return True
    return (sequence, stamp) > (than_sequence, than_stamp)


def is_over(ends_at: datetime, now: datetime) -> bool:
    """Return whether answers to an appointment are no longer read."""
    return now > ends_at + ANSWER_DAYS


def interaction_key(interaction_id: int) -> str:
    return f"record:{interaction_id}"


def meeting_key(meeting_id: int) -> str:
    return f"meeting:{meeting_id}"
