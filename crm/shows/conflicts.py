"""Find double bookings of people, staff, clients, tables and interpreters: other meetings and planned interactions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.core.data.base import alias, db
from crm.core.data.identity import User
from crm.core.data.net_changes import NetChange
from crm.core.data.record import Record
from crm.core.errors import Conflict, Invalid
from crm.core.hooks import BOOKINGS, RESTORED_ROWS
from crm.core.policy import Actor
from crm.core.words import _
from crm.names.folding import fold

from .clash_texts import advise, describe_booked, describe_clashes
from .models import MeetingPerson, MeetingStaff, Show, ShowMeeting
from .policy import MAX_MINUTES, Clash, MeetingState, Slot, clashes, interpreter_key
from .queries import Appointment, list_appointments

BOOKING = frozenset({"at", "wall", "minutes", "state", "table", "client_id"})
"""The columns of a meeting that decide what it books."""
FREE = [state for state in MeetingState if not state.takes_slot]


def refuse_clash(
    actor: Actor, row: ShowMeeting, people: Collection[int], staff: Collection[int], *, is_confirmed: bool = False
) -> None:
    """Refuse a meeting at a time when its people, staff, client, table or interpreter are booked.

    Checks the meetings of all shows and teams and planned interactions. Raises Invalid, which names every clash. If
    only the client, the interpreter or planned interactions clash, the error is at `confirm_clash`, and `is_confirmed`
    schedules the meeting anyway.
    """
    shared, appointments = _find_clashes(actor, row, people, staff)
    is_impossible = any(clash.is_impossible for clash in shared)
    if is_impossible or ((shared or appointments) and not is_confirmed):
        text = describe_clashes(actor, row, shared, appointments)
        raise Invalid(f"{text} {advise(shared, appointments)}", _field(shared))


def _find_clashes(
    actor: Actor, row: ShowMeeting, people: Collection[int], staff: Collection[int]
) -> tuple[list[Clash], list[Appointment]]:
    """Lock what a meeting books, and return the clashes with other meetings and with planned interactions."""
    if not row.state.takes_slot:
        return [], []
    _lock(row, people, staff)
    slot = _slot(row, people, staff)
    shared = _list_shared(slot, list_slots(slot.starts_at, slot.ends_at, except_id=slot.key))
    appointments = list_appointments(actor, slot.starts_at, slot.ends_at, people, staff)
    return shared, [appointment for appointment in appointments if appointment.id != row.interaction_id]


def load_people_ids(row: ShowMeeting) -> set[int]:
    """Return the people of both sides; none of a new meeting."""
    return set(db.session.scalars(sa.select(MeetingPerson.person_id).where(MeetingPerson.meeting_id == (row.id or 0))))


def load_staff_ids(row: ShowMeeting) -> set[int]:
    """Return the staff members; none of a new meeting."""
    return set(db.session.scalars(sa.select(MeetingStaff.user_id).where(MeetingStaff.meeting_id == (row.id or 0))))


def _check_restored(actor: Actor, changes: Sequence[NetChange]) -> None:
    """Raise Conflict if an undo would book people, staff or a table that are booked by now.

    A meeting that took place books nothing.
    """
    ids = {int(change.key[0]) for change in changes if _books(change)}
    stmt = sa.select(ShowMeeting).where(ShowMeeting.id.in_(ids), ShowMeeting.state != MeetingState.held)
    for row in db.session.scalars(stmt.order_by(ShowMeeting.id)):
        shared, appointments = _find_clashes(actor, row, load_people_ids(row), load_staff_ids(row))
        if any(clash.is_impossible for clash in shared):
            text = describe_clashes(actor, row, shared, appointments)
            raise Conflict(" ".join((text, _("Nothing was undone."))))


def _books(change: NetChange) -> bool:
    """Return whether the undo of a change may book something: not that of a note, or of an added person."""
    if change.action == "changed":
        return not BOOKING.isdisjoint(change.diff)
    return change.action == "deleted"


for _table in (ShowMeeting, MeetingPerson, MeetingStaff):
    RESTORED_ROWS[_table.__tablename__] = _check_restored


def _list_shared(slot: Slot, slots: Sequence[Slot]) -> list[Clash]:
    """Return the clashes of a slot with others, each with the other meeting as `other`."""
    return [clash._replace(key=slot.key, other=other.key) for other in slots for clash in clashes([slot, other])]


def _lock(row: ShowMeeting, people: Collection[int], staff: Collection[int]) -> None:
    """Lock people, client, staff and show, so that a concurrent request for them waits for the end of this one."""
    records = [*people, *([row.client_id] if row.client_id else [])]
    for table, ids in ((Show.__table__, [row.show_id]), (Record.__table__, records), (User.__table__, staff)):
        key = table.c.id
        db.session.execute(
            sa.select(key).where(key.in_(sorted(ids))).order_by(key).with_for_update(key_share=True)
        ).all()


def _slot(row: ShowMeeting, people: Collection[int], staff: Collection[int]) -> Slot:
    # Table 14 of one show is not table 14 of another. Interpreters are names without a record.
    table = f"{row.show_id}:{fold(row.table)}" if row.table else None
    name = interpreter_key(row.interpreter or "")
    interpreter = f"{row.show_id}:{name}" if name else None
    ends_at = row.at + timedelta(minutes=row.minutes)
    return Slot(row.id or 0, row.at, ends_at, frozenset(people), frozenset(staff), table, row.client_id, interpreter)


def list_slots(starts_at: datetime, ends_at: datetime, *, except_id: int = 0) -> list[Slot]:
    """Return the booked slots that may overlap a time, of all teams and of shows that aren't archived, by time."""
    show = alias(Record, "booked_show")
    stmt = (
        sa.select(ShowMeeting)
        .join(show, show.id == ShowMeeting.show_id)
        .where(
            ShowMeeting.at < ends_at,
            ShowMeeting.at > starts_at - timedelta(minutes=MAX_MINUTES),
            ShowMeeting.state.not_in(FREE),
            ShowMeeting.id != except_id,
            show.archived_at.is_(None),
        )
    )
    rows = list(db.session.scalars(stmt.order_by(ShowMeeting.at, ShowMeeting.id)))
    ids = [m.id for m in rows]
    people: dict[int, set[int]] = {i: set() for i in ids}
    staff: dict[int, set[int]] = {i: set() for i in ids}
    for meeting_id, member_id in db.session.execute(
        sa.select(MeetingPerson.meeting_id, MeetingPerson.person_id).where(MeetingPerson.meeting_id.in_(ids))
    ):
        people[meeting_id].add(member_id)
    for meeting_id, member_id in db.session.execute(
        sa.select(MeetingStaff.meeting_id, MeetingStaff.user_id).where(MeetingStaff.meeting_id.in_(ids))
    ):
        staff[meeting_id].add(member_id)
    return [_slot(m, people[m.id], staff[m.id]) for m in rows]


def list_meetings_at(
    actor: Actor, starts_at: datetime, ends_at: datetime, people: Collection[int], staff: Collection[int]
) -> list[str]:
    """Return a sentence for each meeting at a show that these people or staff have at a time."""
    slot = Slot(0, starts_at, ends_at, frozenset(people), frozenset(staff))
    return describe_booked(actor, _list_shared(slot, list_slots(starts_at, ends_at)))


BOOKINGS.append(list_meetings_at)


def _field(shared: Sequence[Clash]) -> str:
    """Return the field to correct first; the checkbox when the meeting may be scheduled anyway."""
    if any(clash.people for clash in shared):
        return "people"
    if any(clash.staff for clash in shared):
        return "staff"
    return "table" if any(clash.table for clash in shared) else "confirm_clash"
