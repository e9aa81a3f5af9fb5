"""What can be answered from an email, and for how long. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm.core.words import LabeledEnum, _l

LINK_DAYS = 14
"""Days after an email during which its links and its reply address work."""
FILING_DAY = date(2020, 1, 1)
"""The day in filing addresses and those of invitations, which don't expire by the day of an email."""
MAX_NOTE_CHARS = 5000
MAX_RESULT_CHARS = 500
"""The length of the result of a follow-up; a longer text becomes its note."""
MAX_MEETING_NOTE_CHARS = 1000
"""The length of the note of a meeting at a show."""
MAX_SUMMARY_CHARS = 200


MAX_REPORTS = 20
"""Reports on replies to one email. A program that answers our reports stops here; people reply less often."""


class AnswerAction(LabeledEnum):
    """An answer to one item of a reminder."""

    done = "done", _l("Done")
    later = "later", _l("Later")
    no_answer = "no-answer", _l("No answer")
    reassign = "reassign", _l("Reassign")
    held = "yes", _l("Yes, it took place")
    not_held = "no", _l("No, it didn't take place")
    no_show = "no-show", _l("No-show")
    canceled = "canceled", _l("Canceled")
    note = "note", _l("Add note")


class AnswerChannel(LabeledEnum):
    """The channel of an answer: a link or a reply."""

    link = "link", _l("Link in an email")
    reply = "reply", _l("Reply by email")


FOLLOW_UP_ACTIONS = (AnswerAction.done, AnswerAction.later, AnswerAction.no_answer, AnswerAction.reassign)
INTERACTION_ACTIONS = (AnswerAction.held, AnswerAction.not_held, AnswerAction.canceled)
MEETING_ACTIONS = (AnswerAction.held, AnswerAction.no_show, AnswerAction.canceled)
ACTIONS = {"followup": FOLLOW_UP_ACTIONS, "interaction": INTERACTION_ACTIONS, "meeting": MEETING_ACTIONS}
"""By kind of item what its links answer."""


@dataclass(frozen=True)
class RecordedAnswer:
    """An answer to an item, and whether it can be undone."""

    id: int
    target: int
    summary: str
    at: datetime
    can_undo: bool


@dataclass(frozen=True)
class AnswerItem:
    """An item as its link shows it. `title` is masked for a confidential one; `is_open` while it can be answered.

    `id` is the target: the id of a record or, below zero, that of a meeting at a show, which has `show_id`.
    """

    id: int
    kind: str
    title: str
    confidential: bool
    is_open: bool
    is_theirs: bool = False
    """Whether others owe it: then it is received, not done."""
    is_own: bool = True
    """False for an item of a colleague for whom the actor covers."""
    facts: str = ""
    about: str = ""
    due_at: datetime | None = None
    zone: str = ""
    their_zone: str = ""
    tries: int = 0
    about_ids: tuple[int, ...] = ()
    number: str = ""
    answer: RecordedAnswer | None = None
    show_id: int = 0
    page: str = ""

    @property
    def path(self) -> str:
        """The page of the item, for users who sign in."""
        return self.page or f"/{self.kind}s/{self.id}"

    @property
    def record_id(self) -> int:
        """The record that the item is, or of which it is a part."""
        return self.show_id or self.id


@dataclass(frozen=True)
class AnswerValues:
    """An answer: for Later the new date (or local date and time), for Reassign the colleague, else a note."""

    action: AnswerAction
    due: date | datetime | None = None
    counselor_id: int | None = None
    minutes: int | None = None
    note: str = ""


def meeting_target(meeting_id: int) -> int:
    """Return the target of a meeting at a show: below zero, so that it is no record's."""
    return -meeting_id


def may_answer(kind: str, action: AnswerAction) -> bool:
    """Return whether an item of this kind can be answered so; a note can be added to each."""
    return action in (*ACTIONS.get(kind, ()), AnswerAction.note)


def report_key(user_id: int, target: int, made_on: date) -> str:
    """Return what the keys of the reports on replies to one email begin with; `target` is 0 for digests."""
    return f"reply_report:{user_id}:{made_on}:{target}:"


def last_day(made_on: date) -> date:
    """Return the last day on which the links of an email work."""
    return made_on + timedelta(days=LINK_DAYS)


def is_expired(made_on: date, today: date) -> bool:
    """Return whether the links of an email have ended; those of a later day than tomorrow are not ours."""
    return not made_on - timedelta(days=1) <= today <= last_day(made_on)


def filing_key(uid: str, number: int) -> str:
    """Return what a user's filing address is signed with besides the secret key; `number` counts new addresses."""
    return f"{uid} {number}" if number else uid


def invitation_key(uid: str) -> str:
    """Return what the address for answers to an invitation is signed with besides the secret key."""
    return f"invitation {uid}"


def guest_key(uid: str, address: str) -> str:
    """Return what a guest's own address for answers to an invitation is signed with besides the secret key."""
    return f"invitation {uid} guest {address}"
