"""An email shortly before a meeting at a show, to the staff who take part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record, get_visible
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.policy import Actor
from crm.core.words import _, _l
from crm.reminders.appointments import AppointmentKind
from crm.reminders.meeting_lines import StaffMeeting, build_show_facts, merge_meetings
from crm.reminders.models import Reminder
from crm.reminders.policy import LONGEST_MEETING, MAX_OFFSET, Offset, subject_of_meeting
from crm.reminders.queries.cover_readers import list_covered_readers
from crm.reminders.queries.offsets import load_offsets
from crm.reminders.queries.readers import Reader, readers
from crm.reminders.queries.sent import occurrence_of, occurrence_of_moment
from crm.reminders.queries.show_meetings import OPEN, OwnMeeting, list_own_meetings, may_see_meetings
from crm.reminders.queries.show_schedules import PlannedMeeting, are_visible_to, list_schedules, list_visible_emails
from crm.shows.models import MeetingStaff, Show, ShowMeeting

from . import DueReminder, Explanation, PlannedEmail
from .show_tomorrow import KIND as SHOW_TOMORROW

AnyMeeting = TypeVar("AnyMeeting", OwnMeeting, PlannedMeeting)


class ShowMeetingSoon(AppointmentKind):
    """The meetings at a show that begin soon: one email for all that begin at the same moment."""

    code = "show_meeting_soon"
    label = _l("Show meetings about to begin")
    email_label = _l("Show meeting soon")
    position = 36
    record_kinds = frozenset({"show"})

    def find_due(self, all_readers: Sequence[Reader], now: datetime) -> list[DueReminder]:
        """Return the meetings that begin soon, for readers who want separate emails."""
        busy = _list_busy_staff(now)
        due = []
        for reader in all_readers:
            if reader.actor.id in busy and self.is_for(reader):
                due += [_due_of(reader, row, sends_at) for row, sends_at in _list_soon(reader, now)]
        return self.list_new(due, all_readers, now)

    def is_attended(self) -> sa.ColumnElement[bool]:
        """Whether the receiver of a `Reminder` has a meeting at that moment."""
        return sa.exists().where(
            ShowMeeting.show_id == Reminder.record_id,
            occurrence_of_moment(ShowMeeting.at) == Reminder.occurrence,
            MeetingStaff.meeting_id == ShowMeeting.id,
            MeetingStaff.user_id == Reminder.user_id,
        )

    def may_see(self, colleague: Actor, one: DueReminder) -> bool:
        """Return whether a colleague may see all meetings of a user at a moment."""
        when = occurrence_of_moment(ShowMeeting.at) == one.occurrence
        return may_see_meetings(colleague, one.record_id, one.user_id, when)

    def still_wanted(self, reader: Reader, mail: ClaimedMail) -> bool:
        """Return whether the reader, or a user they cover for, still has a meeting at that moment that isn't over."""
        now = clock.now()
        occurrence = mail.dedupe_key.split(":", 3)[3]
        staff = [reader, *filter(self.is_for, list_covered_readers(reader.actor.id, mail.date))]
        return any(
            row.show_id == mail.record_id and occurrence_of(row.starts_at) == occurrence and row.ends_at > now
            for one in staff
            for row in _list_meetings(one, now, reader.actor)
        )

    def facts(self, reader: Reader, record_id: int | None, now: datetime) -> dict[str, Any] | None:
        """Return what the email says: the meetings at the show that begin within the offset. None without any.

        Late emails name the meetings that have begun.
        """
        meetings = self._list_meetings_to_email(reader, record_id, now)
        meetings = [pair for pair in meetings if pair[0].starts_at >= now] or meetings
        if not meetings:
            return None
        return build_show_facts(reader, meetings, now)

    def _list_meetings_to_email(self, reader: Reader, show_id: int | None, now: datetime) -> list[StaffMeeting]:
        """Return the meetings that begin soon: own ones, and those of users for whom the reader covers.

        Of the moments at which one of them is due, all meetings: there is one email about a moment.
        """
        meetings = []
        moments = set()
        for staff in [reader, *filter(self.is_for, list_covered_readers(reader.actor.id, now))]:
            name = "" if staff is reader else staff.actor.name
            for row, sends_at in _with_moments(staff, _list_meetings(staff, now, reader.actor)):
                if row.show_id == show_id and now < row.ends_at:
                    meetings.append((row, name))
                    moments |= {row.starts_at} if sends_at <= now else set()
        return merge_meetings(pair for pair in meetings if pair[0].starts_at in moments)

    def plan(self, actor: Actor, record: Record, now: datetime) -> list[PlannedEmail]:
        """Return the emails shortly before meetings, one for all at a moment: to the actor and managed colleagues.

        `ShowTomorrow` says why there are none.
        """
        all_readers = readers()
        schedules = [one for one in list_schedules(actor, record, all_readers, now) if self.is_for(one.reader)]
        offsets = _load_offsets(
            [one.reader for one in schedules], [row for one in schedules for row in one.rows_to_come]
        )
        meetings: dict[DueReminder, list[PlannedMeeting]] = {}
        for one in schedules:
            for row, sends_at in _add_moments(one.reader, one.rows_to_come, offsets):
                meetings.setdefault(_due_of(one.reader, row, sends_at), []).append(row)
        due = list_visible_emails(meetings)
        return self.plan_new(due, all_readers, now, lambda user, one: are_visible_to(user, meetings[one]))

    def explain(self, actor: Actor, record_id: int | None, now: datetime) -> Explanation:  # noqa: ARG002 - not every kind uses all
        """Explain the emails before each meeting; `ShowTomorrow` names the staff."""
        row = get_visible(Show, actor, record_id or 0)
        reason = _("Staff members also get an email before each meeting, at the time they chose in their profile.")
        return Explanation(row.label, [] if row.archived_at else [reason], is_open=row.archived_at is None)


def _list_busy_staff(now: datetime) -> set[int]:
    """Return the users who may have a meeting that begins soon; one statement."""
    stmt = (
        sa.select(MeetingStaff.user_id)
        .join(ShowMeeting, ShowMeeting.id == MeetingStaff.meeting_id)
        .where(ShowMeeting.at > now - LONGEST_MEETING, ShowMeeting.at <= now + MAX_OFFSET, ShowMeeting.state.in_(OPEN))
        .distinct()
    )
    return set(db.session.scalars(stmt))


def _list_soon(reader: Reader, now: datetime) -> list[tuple[OwnMeeting, datetime]]:
    """Return the meetings whose email is due, with when it fell due; those that are over are left out."""
    rows = _list_meetings(reader, now, reader.actor)
    return [(row, sends_at) for row, sends_at in _with_moments(reader, rows) if sends_at <= now < row.ends_at]


def _list_meetings(reader: Reader, now: datetime, viewer: Actor) -> list[OwnMeeting]:
    """Return the reader's meetings that a viewer may see, of the period in which emails are due."""
    begins, ends = now - LONGEST_MEETING, now + MAX_OFFSET + timedelta(minutes=1)
    return list_own_meetings(viewer, begins, ends, reader.actor.id)


def _with_moments(reader: Reader, rows: Sequence[OwnMeeting]) -> list[tuple[OwnMeeting, datetime]]:
    """Return the meetings with the moments of their emails, without those that `ShowTomorrow` emails in their place."""
    return _add_moments(reader, rows, _load_offsets([reader], rows))


def _load_offsets(
    staff: Sequence[Reader], rows: Sequence[OwnMeeting | PlannedMeeting]
) -> Mapping[tuple[int, str], Offset]:
    return load_offsets([one.actor.id for one in staff], [subject_of_meeting(row.id) for row in rows]) if rows else {}


def _add_moments(
    reader: Reader, rows: Sequence[AnyMeeting], offsets: Mapping[tuple[int, str], Offset]
) -> list[tuple[AnyMeeting, datetime]]:
    pairs = []
    for row in rows:
        offset = offsets.get((reader.actor.id or 0, subject_of_meeting(row.id)), reader.meeting_offset)
        if not (offset is Offset.day_1 and SHOW_TOMORROW.is_enabled(reader)):
            pairs.append((row, row.starts_at - offset.before))
    return pairs


def _due_of(reader: Reader, row: OwnMeeting | PlannedMeeting, sends_at: datetime) -> DueReminder:
    occurrence = occurrence_of(row.starts_at)
    return DueReminder(reader.actor.id or 0, f"record:{row.show_id}", occurrence, sends_at, row.show_id)


KIND = ShowMeetingSoon()
