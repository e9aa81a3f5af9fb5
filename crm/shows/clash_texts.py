"""Describe double bookings in one message that names only what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _, ngettext

from .models import ShowMeeting
from .policy import Clash, seat
from .queries import Appointment, MeetingRow, meeting_rows, visible_meetings


class ClashNames:
    """The names of the records and users of several clashes; of hidden records "Someone"."""

    def __init__(self, actor: Actor, record_ids: Iterable[int], user_ids: Iterable[int]) -> None:
        records = sa.select(Record.id, Record.label, Record.native_label).where(
            Record.id.in_(list(record_ids)), visible(actor)
        )
        users = sa.select(User.id, User.name).where(User.id.in_(list(user_ids)))
        self._records = {id: label or native for id, label, native in db.session.execute(records)}
        self._users = dict(db.session.execute(users).all())

    def of(self, people: Iterable[int], staff: Iterable[int]) -> list[str]:
        """Return the names of people, then of staff."""
        return [
            *(self._records.get(i) or str(_("Someone")) for i in sorted(people)),
            *(str(self._users[i]) for i in sorted(staff)),
        ]


def describe_clashes(
    actor: Actor, row: ShowMeeting, shared: Sequence[Clash], appointments: Sequence[Appointment]
) -> str:
    """Return one sentence for each clash.

    `Li Hui meets ClearAir Sensors at 10:30 AM, table 14.` Of another team's meeting it says only that there is one:
    `Li Hui has another meeting at that time.`
    """
    meetings, names = _load_meetings(actor, shared), _load_names(actor, shared, appointments)
    sentences = [
        _describe(row, clash, meetings.get(clash.other), names)
        for clash in shared
        if clash.is_impossible or clash.client_id
    ]
    sentences += [_describe_interpreter(row, meetings.get(clash.other)) for clash in shared if clash.interpreter]
    sentences += [_describe_appointment(row, appointment, names) for appointment in appointments]
    return " ".join(dict.fromkeys(sentences))


def describe_booked(actor: Actor, shared: Sequence[Clash]) -> list[str]:
    """Return one sentence for each meeting that people or staff have at a time when they are planned elsewhere."""
    meetings, names = _load_meetings(actor, shared), _load_names(actor, shared)
    return [
        _describe_meeting(names.of(clash.people, clash.staff), clash, meetings.get(clash.other)) for clash in shared
    ]


def _load_meetings(actor: Actor, shared: Sequence[Clash]) -> dict[int, MeetingRow]:
    stmt = sa.select(ShowMeeting).where(ShowMeeting.id.in_([c.other for c in shared]), visible_meetings(actor))
    return {meeting.id: meeting for meeting in meeting_rows(actor, list(db.session.scalars(stmt)))}


def _load_names(actor: Actor, shared: Sequence[Clash], appointments: Sequence[Appointment] = ()) -> ClashNames:
    records = {clash.client_id or 0 for clash in shared}
    staff: set[int] = set()
    entries: list[Clash | Appointment] = [*shared, *appointments]
    for entry in entries:
        records.update(entry.people)
        staff.update(entry.staff)
    return ClashNames(actor, records, staff)


def advise(shared: Sequence[Clash], appointments: Sequence[Appointment]) -> str:
    """Return what to do about the clashes of a meeting."""
    if not any(clash.is_impossible for clash in shared):
        return str(_("Choose another time or schedule anyway."))
    is_table_only = all(clash.table and not clash.people and not clash.staff for clash in shared) and not appointments
    return str(_("Choose another table or time.") if is_table_only else _("Choose another time."))


def _describe(row: ShowMeeting, clash: Clash, other: MeetingRow | None, names: ClashNames) -> str:
    people = names.of(clash.people, clash.staff)
    if not people and clash.table:
        return _describe_table(row, other)
    subjects = people or names.of([clash.client_id or 0], [])
    text = _describe_meeting(subjects, clash, other)
    if not clash.table:
        return text
    also_booked = _("%(seat)s is also booked then.", seat=_seat_first(row))
    return f"{text} {also_booked}"


def _describe_meeting(subjects: list[str], clash: Clash, other: MeetingRow | None) -> str:
    """Return who is booked, such as `Li Hui and Anna Reyes meet Jiangchuan at 10:30 AM, table 14`."""
    name, count = _(" and ").join(subjects), len(subjects)
    if other is None:
        return str(
            ngettext(
                "%(name)s has another meeting at that time.",
                "%(name)s have another meeting at that time.",
                count,
                name=name,
            )
        )
    place = f", {other.seat}" if other.table else ""
    return str(
        ngettext(
            "%(name)s meets %(partners)s at %(time)s%(place)s.",
            "%(name)s meet %(partners)s at %(time)s%(place)s.",
            count,
            name=name,
            partners=_sides(other, except_id=min(clash.people, default=0), names=subjects),
            time=formats.clock_time(other.wall),
            place=place,
        )
    )


def _describe_table(row: ShowMeeting, other: MeetingRow | None) -> str:
    if other is None:
        return str(_("%(seat)s is booked at that time.", seat=_seat_first(row)))
    time = formats.clock_time(other.wall)
    return str(
        _("%(seat)s is booked at %(time)s (%(partners)s).", seat=_seat_first(row), time=time, partners=_sides(other))
    )


def _describe_interpreter(row: ShowMeeting, other: MeetingRow | None) -> str:
    name = row.interpreter or ""
    if other is None:
        return str(_("%(name)s interprets at another meeting at that time.", name=name))
    time = formats.clock_time(other.wall)
    return str(_("%(name)s interprets at %(time)s (%(partners)s).", name=name, time=time, partners=_sides(other)))


def _describe_appointment(row: ShowMeeting, appointment: Appointment, names: ClashNames) -> str:
    """Return `Anna Reyes has “Call with Zhou Limin” at 9:00 AM.`, on the clock of the show."""
    subjects = names.of(appointment.people, appointment.staff)
    name, count = _(" and ").join(subjects), len(subjects)
    if appointment.subject is None:
        return str(
            ngettext(
                "%(name)s has another appointment at that time.",
                "%(name)s have another appointment at that time.",
                count,
                name=name,
            )
        )
    return str(
        ngettext(
            "%(name)s has “%(subject)s” at %(time)s.",
            "%(name)s have “%(subject)s” at %(time)s.",
            count,
            name=name,
            subject=appointment.subject,
            time=formats.clock_time(appointment.at, row.zone),
        )
    )


def _seat_first(row: ShowMeeting) -> str:
    """Return the table as the beginning of a sentence."""
    text = seat(row.table or "")
    return text[:1].upper() + text[1:]


def _sides(meeting: MeetingRow, *, except_id: int = 0, names: Sequence[str] = ()) -> str:
    """Return whom a meeting is with: its organizations, else its people, without those the sentence is about."""
    organizations = [side for side in (meeting.client, meeting.host) if side is not None]
    people = [person for person in meeting.people if person.id != except_id]
    labels = [side.label or side.native_label for side in (organizations or people)]
    return _(" and ").join(label for label in labels if label not in names) or _("someone")
