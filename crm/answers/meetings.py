"""Meetings at shows as items of links: what they are, and their answers.

A target is the id of a record or, below zero, that of a meeting at a show, which is a part of the record of its show.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record, visible
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _, join_facts
from crm.shows.models import MeetingStaff, Show, ShowMeeting
from crm.shows.policy import MeetingState, name_meeting
from crm.shows.queries import MeetingRow, get_meeting, has_confidential_employer, meeting_rows, visible_meetings
from crm.shows.services import set_meeting_state, set_note

from .policy import MAX_MEETING_NOTE_CHARS, AnswerAction, AnswerItem, AnswerValues, meeting_target

STATES = {
    AnswerAction.held: MeetingState.held,
    AnswerAction.no_show: MeetingState.no_show,
    AnswerAction.canceled: MeetingState.canceled,
}


def list_meeting_items(actor: Actor, ids: Collection[int], staff_ids: Collection[int | None]) -> dict[int, AnswerItem]:
    """Return by target the meetings that one of the staff still attends and the actor may see.

    Without those of archived shows.
    """
    is_attended = sa.exists().where(MeetingStaff.meeting_id == ShowMeeting.id, MeetingStaff.user_id.in_(staff_ids))
    stmt = (
        sa.select(ShowMeeting, Show, has_confidential_employer())
        .join(Show, Show.id == ShowMeeting.show_id)
        .where(
            ShowMeeting.id.in_(ids),
            is_attended,
            visible_meetings(actor),
            visible(actor, Show),
            Show.archived_at.is_(None),
        )
    )
    rows = db.session.execute(stmt).all()
    details = meeting_rows(actor, [row for row, *_rest in rows]) if rows else []
    secret = _list_confidential(details, [show for _row, show, _is_secret in rows])
    items = [
        _build_item(row, show, detail, is_confidential=is_secret or not secret.isdisjoint(_record_ids(detail, show)))
        for (row, show, is_secret), detail in zip(rows, details, strict=True)
    ]
    return {item.id: item for item in items}


def _record_ids(row: MeetingRow, show: Show) -> set[int]:
    return {show.id, *(one.id for one in (row.client, row.host, *row.people) if one is not None)}


def _list_confidential(rows: Sequence[MeetingRow], shows: Sequence[Show]) -> set[int]:
    ids = {i for row, show in zip(rows, shows, strict=True) for i in _record_ids(row, show)}
    return (
        set(db.session.scalars(sa.select(Record.id).where(Record.id.in_(ids), Record.confidential))) if ids else set()
    )


def _build_item(row: ShowMeeting, show: Show, details: MeetingRow, *, is_confidential: bool) -> AnswerItem:
    names = [person.label or person.native_label for person in details.people]
    sides = [side.label or side.native_label for side in (details.host, details.client) if side is not None]
    show_name = show.label or show.native_label
    when = f"{formats.moment(row.at)} {formats.their_clock(row.at, row.zone)}".strip()
    facts = join_facts((when, details.seat, show_name))
    return AnswerItem(
        id=meeting_target(row.id),
        kind="meeting",
        title=_("Confidential item") if is_confidential else name_meeting(names, *sides, show_name),
        confidential=is_confidential,
        is_open=row.state.takes_slot and not row.state.is_over,
        facts="" if is_confidential else facts,
        about="" if is_confidential else ", ".join(sides if names else sides[1:]),
        due_at=row.at,
        zone=row.zone,
        about_ids=tuple(sorted(_record_ids(details, show))),
        show_id=row.show_id,
        page=f"/shows/{row.show_id}/day?on={row.wall.date().isoformat()}",
    )


def answer_meeting(actor: Actor, meeting_id: int, values: AnswerValues) -> str:
    """Set the state of a meeting, and add a note; return what was done. Raises Conflict, Invalid, NotFound."""
    row = get_meeting(actor, meeting_id)
    if row.state.is_over or not row.state.takes_slot:
        raise Conflict(_("This item was already answered."))
    if values.note:
        note = "\n".join(part for part in (row.note, values.note) if part)
        if len(note) > MAX_MEETING_NOTE_CHARS:
            raise Invalid(_("Enter at most %(max)d characters.", max=MAX_MEETING_NOTE_CHARS), "note")
        set_note(row, note)
    if values.action is AnswerAction.note:
        return _("Note added")
    set_meeting_state(actor, row, STATES[values.action])
    return {
        AnswerAction.held: _("Took place"),
        AnswerAction.no_show: _("No-show"),
        AnswerAction.canceled: _("Canceled"),
    }[values.action]
