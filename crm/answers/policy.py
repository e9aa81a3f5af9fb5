"""What can be answered from an email, and for how long. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from crm.core.words import LabeledEnum, _l

LINK_DAYS = 14
"""Days after an email during which its links and its reply address work."""
FILING_DAY = date(2020, 1, 1)
"""The day in filing addresses and those of invitations, which don't expire by the day of an email."""
MAX_NOTE_CHARS = 5000
MAX_RESULT_CHARS = 500
"""The length of the result of a follow-up; a longer text becomes its note."""
MAX_SUMMARY_CHARS = 200


class AnswerAction(LabeledEnum):
    """What a reader answers to one item of a reminder."""

    done = "done", _l("Done")
    later = "later", _l("Later")
    no_answer = "no-answer", _l("No answer")
    reassign = "reassign", _l("Reassign")
    held = "yes", _l("Yes, it took place")
    not_held = "no", _l("No, it didn't take place")
    note = "note", _l("Add note")


class AnswerChannel(LabeledEnum):
    """How an answer came in."""

    link = "link", _l("Link in an email")
    reply = "reply", _l("Reply by email")


FOLLOW_UP_ACTIONS = (AnswerAction.done, AnswerAction.later, AnswerAction.no_answer, AnswerAction.reassign)
INTERACTION_ACTIONS = (AnswerAction.held, AnswerAction.not_held)
ACTIONS = {"followup": FOLLOW_UP_ACTIONS, "interaction": INTERACTION_ACTIONS}
"""By kind of record what its links answer."""


def may_answer(kind: str, action: AnswerAction) -> bool:
    """Return whether an item of this kind can be answered so; a note can be added to each."""
    return action in (*ACTIONS.get(kind, ()), AnswerAction.note)


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
