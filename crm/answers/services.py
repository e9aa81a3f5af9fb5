"""Carry out an answer with the rights of this moment, record it, and undo it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from crm.core import clock
from crm.core.data.base import db
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.followups.queries import get_follow_up
from crm.followups.services import (
    complete_follow_up,
    note_no_answer,
    postpone_follow_up,
    reassign_follow_up,
)
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.interactions.queries import get_interaction
from crm.interactions.services import change_interaction, resolve_planned
from crm.interactions.services.details import InteractionDetails
from crm.records.services import name_action, undo_action

from .meetings import answer_meeting
from .models import EmailAnswer
from .policy import (
    MAX_NOTE_CHARS,
    MAX_RESULT_CHARS,
    MAX_SUMMARY_CHARS,
    AnswerAction,
    AnswerChannel,
    AnswerItem,
    AnswerValues,
    may_answer,
)
from .queries import find_answer, list_answers


def answer_item(
    actor: Actor, item: AnswerItem, values: AnswerValues, *, made_on: date, channel: AnswerChannel
) -> EmailAnswer:
    """Carry out an answer to an item of an email of a day; flushes.

    Raises Conflict for an item that was answered by this email or is closed, Invalid, NotFound, Forbidden.
    """
    if not item.is_open or item.id in list_answers(actor.id or 0, [item.id], made_on):
        raise Conflict(_("This item was already answered."))
    if item.kind == "meeting" and values.action is AnswerAction.not_held:
        raise Invalid(_("Write “no-show” or “canceled”."))
    if not may_answer(item.kind, values.action):
        raise Invalid(_("Choose one of the answers shown."))
    if len(values.note) > MAX_NOTE_CHARS:
        raise Invalid(_("Enter at most %(max)d characters.", max=MAX_NOTE_CHARS), "note")
    summary = _ANSWER[item.kind](actor, abs(item.id), values)
    db.session.flush()
    answer = EmailAnswer(
        user_id=actor.id,
        record_id=item.record_id,
        meeting_id=abs(item.id) if item.kind == "meeting" else None,
        made_on=made_on,
        action=values.action,
        channel=channel,
        summary=summary[:MAX_SUMMARY_CHARS],
        batch_id=name_action(summary if item.confidential else f"{summary}: {item.title}"),
        at=clock.now(),
    )
    db.session.add(answer)
    db.session.flush()
    return answer


def undo_answer(actor: Actor, answer_id: int) -> EmailAnswer | None:
    """Undo an answer of the actor; None if it is undone already. Raises Conflict if that is no longer possible."""
    answer = db.session.get(EmailAnswer, answer_id)
    row = find_answer(actor.id or 0, answer_id)
    if answer is None or row is None or row[1]:
        return None
    if answer.batch_id is None:
        raise Conflict(_("This can no longer be undone."))
    undo_action(actor, answer.batch_id)
    return answer


def _answer_follow_up(actor: Actor, follow_up_id: int, values: AnswerValues) -> str:
    """Change a follow-up; return what was done."""
    row = get_follow_up(actor, follow_up_id, "followup:edit")
    if row.state is not FollowUpState.open:
        raise Conflict(_("This item was already answered."))
    return _FOLLOW_UP[values.action](actor, row, values)


def _complete(actor: Actor, row: FollowUp, values: AnswerValues) -> str:
    fits = len(values.note) <= MAX_RESULT_CHARS
    if not fits:
        _add_note(row, values.note)
    complete_follow_up(actor, row, (values.note if fits else "") or None)
    return _("Done")


def _postpone(actor: Actor, row: FollowUp, values: AnswerValues) -> str:
    if values.due is None:
        raise Invalid(_("Choose a date."), "due_on")
    _add_note(row, values.note)
    postpone_follow_up(actor, row, values.due)
    return _("Postponed to %(day)s", day=describe_due(row))


def _note_no_answer(actor: Actor, row: FollowUp, values: AnswerValues) -> str:
    _add_note(row, values.note)
    note_no_answer(actor, row)
    return _("No answer, next try %(day)s", day=describe_due(row))


def _reassign(actor: Actor, row: FollowUp, values: AnswerValues) -> str:
    if values.counselor_id is None or values.counselor_id == actor.id:
        raise Invalid(_("Choose a colleague."), "counselor_id")
    row = get_follow_up(actor, row.id, "followup:reassign")
    _add_note(row, values.note)
    reassign_follow_up(actor, row, values.counselor_id)
    return _("Reassigned")


def _only_note(_actor: Actor, row: FollowUp, values: AnswerValues) -> str:
    if not values.note:
        raise Invalid(_("Enter a note."), "note")
    _add_note(row, values.note)
    return _("Note added")


_FOLLOW_UP: dict[AnswerAction, Callable[[Actor, FollowUp, AnswerValues], str]] = {
    AnswerAction.done: _complete,
    AnswerAction.later: _postpone,
    AnswerAction.no_answer: _note_no_answer,
    AnswerAction.reassign: _reassign,
    AnswerAction.note: _only_note,
}


def _add_note(row: FollowUp | Interaction, note: str) -> None:
    """Add a text below the existing note."""
    if not note:
        return
    name = "note" if isinstance(row, FollowUp) else "notes"
    setattr(row, name, "\n".join(part for part in (getattr(row, name), note) if part))


def _answer_interaction(actor: Actor, interaction_id: int, values: AnswerValues) -> str:
    """Change a planned interaction; return what was done."""
    row = get_interaction(actor, interaction_id, "interaction:edit")
    if row.state is not InteractionState.planned:
        raise Conflict(_("This item was already answered."))
    _add_note(row, values.note)
    if values.action is AnswerAction.note:
        return _("Note added")
    if values.action in (AnswerAction.not_held, AnswerAction.canceled):
        resolve_planned(row, InteractionState.canceled)
        return _("Didn't take place")
    if values.minutes is not None:
        change_interaction(actor, row, {"minutes": values.minutes}, InteractionDetails())
    resolve_planned(row, InteractionState.held)
    return _("Took place")


_ANSWER: dict[str, Callable[[Actor, int, AnswerValues], str]] = {
    "followup": _answer_follow_up,
    "interaction": _answer_interaction,
    "meeting": answer_meeting,
}


def describe_due(row: FollowUp) -> str:
    """Return the due date in words: with a time on both clocks."""
    if row.due_at is None:
        return formats.day(row.due_on, weekday=True)
    return f"{formats.moment(row.due_at)} {formats.their_clock(row.due_at, row.zone)}".strip()
