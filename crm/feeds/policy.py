"""What a calendar contains, how its token is stored, and when an invitation changes. Pure: no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm.accounts.policy import Throttle
from crm.core.policy import RULES, Rule, is_signed_in, may_see

PAST_DAYS = 30
FUTURE_DAYS = 365
"""The period of a feed, in days before and after today."""
FEED_READS = Throttle(60, timedelta(hours=1))
"""How often a feed may be read; calendars read it once an hour or less."""
FEED_GUESSES = Throttle(60, timedelta(minutes=15))
"""How often one network may ask for feeds, so that tokens can't be guessed."""

RULES["calendar:own"] = Rule(is_signed_in, may_see, "Create, change and end one's own calendar feed.")


@dataclass(frozen=True)
class CalendarEvent:
    """An entry of a calendar: from `starts_at` to `ends_at`, or the whole `day`.

    `uid` is the same in feeds, files and invitations.
    """

    uid: str
    summary: str
    zone: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    day: date | None = None
    description: str = ""
    location: str = ""
    path: str = ""


@dataclass(frozen=True)
class Invitee:
    """Someone who may be invited: a person of the other side, or a user (`user_id`)."""

    key: str
    name: str
    address: str
    language: str
    user_id: int | None = None

    @property
    def person_id(self) -> int | None:
        """The person who is invited; None for a user."""
        kind, _colon, id = self.key.partition(":")
        return int(id) if kind == "person" else None
