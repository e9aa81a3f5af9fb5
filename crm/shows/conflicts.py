"""Find double bookings of people, staff and tables; messages name only what the actor may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.errors import Invalid
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _

from .models import MeetingPerson, MeetingStaff, Show, ShowMeeting
from .policy import MAX_MINUTES, Clash, MeetingState, Slot, clashes, seat
from .queries import MeetingRow, meeting_row, visible_meetings

FREE = [state for state in MeetingState if not state.takes_slot]


def refuse_clash(actor: Actor, row: ShowMeeting, people: Collection[int], staff: Collection[int]) -> None:
    """Refuse a meeting if a person, a staff member or the table is booked for another meeting at that time.

    Checks all shows and all teams. Raises Invalid that names the other meeting; of another team's it says only that
    there is one.
    """
    if not row.state.takes_slot:
        return
    _hold(row, people, staff)
    key = row.id or 0
    slots = [_slot(row, key, people, staff), *_list_other_slots(row)]
    for clash in clashes(slots):
        if key in (clash.key, clash.other):
            other = clash.other if clash.key == key else clash.key
            raise Invalid(_describe(actor, clash, row, other), _field(clash))


def _hold(row: ShowMeeting, people: Collection[int], staff: Collection[int]) -> None:
    """Lock the people, staff and show, so that a concurrent request for them waits for the end of this one."""
    for table, ids in ((Show.__table__, [row.show_id]), (Record.__table__, people), (User.__table__, staff)):
        key = table.c.id
        db.session.execute(
            sa.select(key).where(key.in_(sorted(ids))).order_by(key).with_for_update(key_share=True)
        ).all()


def _slot(row: ShowMeeting, key: int, people: Collection[int], staff: Collection[int]) -> Slot:
    # Table 14 of one show is not table 14 of another.
    table = f"{row.show_id}:{row.table.casefold()}" if row.table else None
    return Slot(key, row.at, row.at + timedelta(minutes=row.minutes), frozenset(people), frozenset(staff), table)


def _list_other_slots(row: ShowMeeting) -> list[Slot]:
    ends = row.at + timedelta(minutes=row.minutes)
    stmt = sa.select(ShowMeeting).where(
        ShowMeeting.at < ends,
        ShowMeeting.at > row.at - timedelta(minutes=MAX_MINUTES),
        ShowMeeting.state.not_in(FREE),
        ShowMeeting.id != (row.id or 0),
    )
    rows = list(db.session.scalars(stmt.order_by(ShowMeeting.id)))
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
    return [_slot(m, m.id, people[m.id], staff[m.id]) for m in rows]


def _field(clash: Clash) -> str:
    return "people" if clash.people else "staff" if clash.staff else "table"


def _describe(actor: Actor, clash: Clash, row: ShowMeeting, other_id: int) -> str:
    """Return `Li Hui meets ClearAir Sensors at 10:30, table 14`.

    For another team's `Li Hui has another meeting then`.
    """
    stmt = sa.select(ShowMeeting).where(ShowMeeting.id == other_id, visible_meetings(actor))
    other = db.session.scalars(stmt).one_or_none()
    name = _find_name(actor, clash)
    if other is None:
        if name:
            return _("%(name)s has another meeting at that time. Choose another time.", name=name)
        return _("%(seat)s is booked at that time. Choose another table or time.", seat=_seat_first(row))
    meeting = meeting_row(actor, other)
    time = formats.clock_time(meeting.wall)
    if not name:
        return _(
            "%(seat)s is booked at %(time)s (%(partners)s). Choose another table or time.",
            seat=_seat_first(row),
            time=time,
            partners=_sides(meeting),
        )
    partners = _sides(meeting, except_id=min(clash.people, default=0), name=name)
    params = {"name": name, "partners": partners, "time": time}
    if meeting.table:
        return _("%(name)s meets %(partners)s at %(time)s, %(seat)s. Choose another time.", seat=meeting.seat, **params)
    return _("%(name)s meets %(partners)s at %(time)s. Choose another time.", **params)


def _seat_first(row: ShowMeeting) -> str:
    """Return the table as the beginning of a sentence."""
    text = seat(row.table or "")
    return text[:1].upper() + text[1:]


def _find_name(actor: Actor, clash: Clash) -> str:
    if clash.people:
        stmt = sa.select(Record.label, Record.native_label).where(Record.id == min(clash.people), visible(actor))
        label, native = db.session.execute(stmt).one_or_none() or ("", "")
        return str(label or native or _("Someone"))
    if clash.staff:
        return str(db.session.scalar(sa.select(User.name).where(User.id == min(clash.staff))))
    return ""


def _sides(meeting: MeetingRow, *, except_id: int = 0, name: str = "") -> str:
    """Return whom a meeting is with: its organizations, else its people except the one that the sentence is about."""
    organizations = [side for side in (meeting.client, meeting.host) if side is not None]
    people = [person for person in meeting.people if person.id != except_id]
    names = [
        side.label or side.native_label
        for side in (organizations or people)
        if (side.label or side.native_label) != name
    ]
    return _(" and ").join(names) or _("someone")
