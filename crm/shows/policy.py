"""The closed lists of shows and the check for double bookings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crm.core.policy import RULES, Rule, is_signed_in, may_edit, may_see
from crm.core.words import LabeledEnum, _, _l
from crm.interactions.policy import EARLY
from crm.names.folding import fold

MAX_NAMED_GUESTS = 2
"""How many people name a meeting."""


def seat(table: str) -> str:
    """Return a table or booth for use within a sentence: "table 14" for a number, "room 3B" as it was entered."""
    return _("table %(table)s", table=table) if table[:1].isdigit() else table


def name_meeting(names: Sequence[str], *fallbacks: str | None) -> str:
    """Return a meeting's name: at most two people who are met, without any the first other name that isn't blank."""
    more = len(names) - MAX_NAMED_GUESTS
    if more > 0:
        return _("%(names)s and %(n)s more", names=", ".join(names[:MAX_NAMED_GUESTS]), n=more)
    return ", ".join(names) or next((name for name in fallbacks if name), "")


class ShowKind(LabeledEnum):
    """The kind of event."""

    trade_show = "trade_show", _l("Trade show")
    summit = "summit", _l("Summit")
    trade_mission = "trade_mission", _l("Trade mission")
    reverse_mission = "reverse_mission", _l("Reverse mission")
    matchmaking = "matchmaking", _l("Matchmaking")
    webinar = "webinar", _l("Webinar")
    workshop = "workshop", _l("Workshop")


class MeetingState(LabeledEnum):
    wished = "wished", _l("Wanted")
    asked = "asked", _l("Requested")
    agreed = "agreed", _l("Accepted")
    placed = "placed", _l("Scheduled")
    held = "held", _l("Held")
    no_show = "no_show", _l("No-show")
    canceled = "cancelled", _l("Canceled")

    @property
    def is_over(self) -> bool:
        """Whether the meeting is finished: held, missed or canceled."""
        return self in (MeetingState.held, MeetingState.no_show, MeetingState.canceled)

    @property
    def takes_slot(self) -> bool:
        """Whether its people, staff and table are booked for that time.

        Not by a request, a refusal or a canceled meeting.
        """
        return self not in (MeetingState.wished, MeetingState.no_show, MeetingState.canceled)


class ParticipantRole(LabeledEnum):
    exhibitor = "exhibitor", _l("Exhibitor")
    visitor = "visitor", _l("Visitor")
    speaker = "speaker", _l("Speaker")
    staff = "staff", _l("Staff")
    interpreter = "interpreter", _l("Interpreter")


class Attendance(LabeledEnum):
    """Whether a participant who planned to attend did."""

    invited = "invited", _l("Invited")
    registered = "registered", _l("Registered")
    attended = "attended", _l("Attended")
    no_show = "no_show", _l("No-show")
    canceled = "cancelled", _l("Canceled")


WORKSHOPS = (ShowKind.workshop, ShowKind.webinar)
"""The kinds of events whose attendees funders count."""
ATTENDEES = (ParticipantRole.visitor, ParticipantRole.exhibitor)
"""The roles of attendees; staff, speakers and interpreters aren't counted."""
COUNTED = (Attendance.attended, Attendance.registered, Attendance.no_show)
"""The statuses of those who were registered; people who were only invited, or who canceled, aren't counted."""


def mark_attendance(before: Attendance, *, has_attended: bool, others_missed: bool) -> Attendance:
    """Return the status of a participant after the list of attendees was saved.

    Unchecking a participant takes *attended* back. With `others_missed` those who were registered are no-shows; who was
    only invited, or canceled, keeps that status.
    """
    if has_attended:
        return Attendance.attended
    if before in (Attendance.attended, Attendance.registered) and others_missed:
        return Attendance.no_show
    return Attendance.registered if before is Attendance.attended else before


@dataclass(frozen=True)
class Slot:
    """The time slot of one meeting.

    From (inclusive) to (exclusive), both aware, with the people, staff, table, client and interpreter it needs.
    """

    key: int
    starts_at: datetime
    ends_at: datetime
    people: frozenset[int] = frozenset()
    staff: frozenset[int] = frozenset()
    table: str | None = None
    client_id: int | None = None
    interpreter: str | None = None


class Clash(NamedTuple):
    """Two slots that overlap, with the people, staff, table, client and interpreter they share.

    `other` starts later.
    """

    key: int
    other: int
    people: frozenset[int]
    staff: frozenset[int]
    table: str | None
    client_id: int | None = None
    interpreter: str | None = None

    @property
    def is_impossible(self) -> bool:
        """Whether a person or a table would be in two meetings at once.

        A client may send two people, and an interpreter is a name that several may have.
        """
        return bool(self.people or self.staff or self.table)


def clashes(slots: Iterable[Slot]) -> list[Clash]:
    """Return every pair of overlapping slots with a common person, staff member, table, client or interpreter.

    Touching ends don't overlap.
    """
    ordered = sorted(slots, key=lambda slot: (slot.starts_at, slot.key))
    return [clash for one, other in combinations(ordered, 2) if (clash := _clash(one, other)) is not None]


def _clash(one: Slot, other: Slot) -> Clash | None:
    if other.starts_at >= one.ends_at or one.starts_at >= other.ends_at:
        return None
    table = one.table if one.table and one.table == other.table else None
    client_id = one.client_id if one.client_id == other.client_id else None
    interpreter = one.interpreter if one.interpreter == other.interpreter else None
    people, staff = one.people & other.people, one.staff & other.staff
    shared = Clash(one.key, other.key, people, staff, table, client_id, interpreter)
    return shared if shared.is_impossible or shared.client_id or shared.interpreter else None


_NO_NAMES = ("TBD", "TBA", "TBC", "yes", "no", "none", "n/a", "?", "-", "待定", "未定", "有", "无")
"""What the field of an interpreter says instead of a name."""


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


PLACEHOLDERS = frozenset(_plain(text) for text in _NO_NAMES)


def interpreter_key(text: str) -> str:
    """Return by what interpreters are compared; "" for a text that is no name, such as "TBD" or "待定"."""
    key = _plain(text).strip(" .")
    return "" if key in PLACEHOLDERS else key


MAX_MINUTES = 480
"""The longest meeting; possible clashes are searched this far back."""


def is_show_day(day: date, starts_on: date, ends_on: date) -> bool:
    """Return whether a date is one of the show's days."""
    return starts_on <= day <= ends_on


def is_still_to_come(starts_at: datetime, now: datetime) -> bool:
    """Return whether a meeting is so far ahead that it can't have begun."""
    return starts_at > now + EARLY


ROUNDED_MINUTES = 5


def time_at_show(moment: datetime, zone: str) -> datetime:
    """Return a moment as local time of a show, rounded down to five minutes."""
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    return wall - timedelta(minutes=wall.minute % ROUNDED_MINUTES)


RULES["show:see"] = Rule(is_signed_in, may_see, "View shows, and meetings of one's own teams there.")
RULES["show:make"] = Rule(is_signed_in, may_edit, "Add a show.")
RULES["show:edit"] = Rule(is_signed_in, may_edit, "Edit a show and its participants.")
RULES["meeting:make"] = Rule(is_signed_in, may_edit, "Add a meeting at a show.")
RULES["meeting:edit"] = Rule(is_signed_in, may_edit, "Edit, complete and cancel meetings of one's own teams.")
