"""An email on the day before a show day, with the reader's meetings there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm import calendars
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record, get_visible
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.policy import Actor, ReminderChoice
from crm.core.words import _, _l
from crm.reminders import explain
from crm.reminders.appointments import AppointmentKind
from crm.reminders.meeting_lines import StaffMeeting, build_show_facts, merge_meetings
from crm.reminders.models import Reminder
from crm.reminders.policy import subject_of
from crm.reminders.queries.cover_readers import list_covered_readers
from crm.reminders.queries.covers import CoverRow, list_all_covers
from crm.reminders.queries.readers import Reader, readers
from crm.reminders.queries.show_meetings import OPEN, OwnMeeting, list_show_days, may_see_meetings
from crm.reminders.queries.show_schedules import PlannedMeeting, are_visible_to, list_schedules, list_visible_emails
from crm.shows.models import MeetingStaff, Show, ShowMeeting
from crm.shows.queries import visible_meetings

from . import DueReminder, Explanation, PlannedEmail


class ShowTomorrow(AppointmentKind):
    """The meetings of a show day that begins on the next calendar day, from the digest hour of the day before."""

    code = "show_tomorrow"
    label = _l("Show meetings tomorrow")
    email_label = _l("Show meetings tomorrow")
    position = 35
    record_kinds = frozenset({"show"})

    def find_due(self, all_readers: Sequence[Reader], now: datetime) -> list[DueReminder]:
        """Return the show days of tomorrow, for readers who want separate emails and whose digest hour has come."""
        ready = [reader for reader in all_readers if self._is_ready(reader, now)]
        busy = _list_busy_staff(now) if ready else set()
        due = [
            DueReminder(reader.actor.id or 0, subject_of(show_id), day.isoformat(), now, show_id)
            for reader in ready
            if reader.actor.id in busy
            for show_id, day in _list_days(reader, now, reader.actor)
        ]
        return self.list_new(due, all_readers, now)

    def is_attended(self) -> sa.ColumnElement[bool]:
        """Whether the receiver of a `Reminder` has meetings at the show."""
        return sa.exists().where(
            ShowMeeting.show_id == Reminder.record_id,
            MeetingStaff.meeting_id == ShowMeeting.id,
            MeetingStaff.user_id == Reminder.user_id,
        )

    def may_see(self, colleague: Actor, one: DueReminder) -> bool:
        """Return whether a colleague may see all meetings of a user on a show day."""
        begins = datetime.combine(date.fromisoformat(one.occurrence), time(0))
        when = sa.and_(ShowMeeting.wall >= begins, ShowMeeting.wall < begins + timedelta(days=1))
        return may_see_meetings(colleague, one.record_id, one.user_id, when)

    def _is_ready(self, reader: Reader, now: datetime) -> bool:
        local = now.astimezone(ZoneInfo(reader.actor.zone))
        return self.is_for(reader) and local.hour >= reader.digest_hour

    def still_wanted(self, reader: Reader, mail: ClaimedMail) -> bool:
        """Return whether the reader, or a user they cover for, still has meetings that day, and it isn't over."""
        key, now = (mail.record_id, mail.dedupe_key.rpartition(":")[2]), clock.now()
        days = self._list_days_to_email(reader, mail.date)
        return any(
            (show_id, day.isoformat()) == key and any(row.ends_at > now for row, _name in meetings)
            for (show_id, day), meetings in days.items()
        )

    def facts(self, reader: Reader, record_id: int | None, now: datetime) -> dict[str, Any] | None:
        """Return what the email says; None when the reader has no meetings at the show tomorrow."""
        days = [rows for (show_id, _day), rows in self._list_days_to_email(reader, now).items() if show_id == record_id]
        if not days:
            return None
        return build_show_facts(reader, days[0], now)

    def _list_days_to_email(self, reader: Reader, now: datetime) -> dict[tuple[int, date], list[StaffMeeting]]:
        """Return what the email of a reader has: own meetings, and those of users for whom the reader covers."""
        by_day: dict[tuple[int, date], list[StaffMeeting]] = {}
        for staff in [reader, *filter(self.is_for, list_covered_readers(reader.actor.id, now))]:
            name = "" if staff is reader else staff.actor.name
            for key, rows in _list_days(staff, now, reader.actor).items():
                by_day.setdefault(key, []).extend((row, name) for row in rows)
        return {key: merge_meetings(meetings) for key, meetings in by_day.items()}

    def explain(self, actor: Actor, record_id: int | None, now: datetime) -> Explanation:
        """Explain the emails about a show to its staff."""
        row = get_visible(Show, actor, record_id or 0)
        if row.archived_at is not None:
            return Explanation(row.label, [explain.archived()], is_open=False)
        ids = _list_staff(actor, row.id, now)
        if not ids:
            return Explanation(row.label, [_("No staff member has an upcoming meeting at this show.")], is_open=False)
        staff = readers(ids)
        covers = [one for one in list_all_covers(now) if any(one.user_id == reader.actor.id for reader in staff)]
        reasons = [*(self._explain_to(reader) for reader in staff), *(_explain_cover(one) for one in covers)]
        return Explanation(row.label, reasons, is_open=True)

    def plan(self, actor: Actor, record: Record, now: datetime) -> list[PlannedEmail]:
        """Return the emails on the days before meetings, or why there are none: to the actor and managed colleagues."""
        all_readers = readers()
        reasons, meetings = [], dict[DueReminder, list[PlannedMeeting]]()
        for schedule in list_schedules(actor, record, all_readers, now):
            reader, days = schedule.reader, schedule.days_to_come
            has_visible_day = any(row.is_visible for rows in days for row in rows)
            if has_visible_day and not self.is_for(reader):
                name, zone = reader.actor.name, reader.actor.zone
                reasons.append(PlannedEmail(name, zone, "", None, self._explain_to(reader)))
            elif has_visible_day:
                meetings |= {
                    _due_of(reader, rows): rows for rows in days if reader.today(now) < _local_day(reader, rows)
                }
        due = list_visible_emails(meetings)
        emails = self.plan_new(due, all_readers, now, lambda user, one: are_visible_to(user, meetings[one]))
        return [*reasons, *emails]

    def _explain_to(self, reader: Reader) -> str:
        name = reader.actor.name
        if not self.is_enabled(reader):
            return _("%(name)s turned off “%(kind)s”.", name=name, kind=self.label)
        if reader.choice is ReminderChoice.digest:
            choice = reader.choice.label
            return _("No separate email is sent because %(name)s chose “%(choice)s”.", name=name, choice=choice)
        hour = explain.digest_time(reader)
        return _("%(name)s gets an email the day before each day with meetings, from %(time)s.", name=name, time=hour)


def _explain_cover(row: CoverRow) -> str:
    return _(
        "%(colleague)s covers for %(name)s from %(from_day)s to %(to_day)s and gets the emails "
        "about items they have access to.",
        from_day=explain.weekday(row.from_on),
        to_day=explain.weekday(row.to_on),
        colleague=row.colleague,
        name=row.user,
    )


def _list_days(reader: Reader, now: datetime, viewer: Actor) -> dict[tuple[int, date], list[OwnMeeting]]:
    """Return the reader's meetings that a viewer may see, by show and day of the show days that begin tomorrow."""
    begins, ends = calendars.day_bounds(reader.today(now) + timedelta(days=1), reader.actor.zone)
    return list_show_days(viewer, begins, ends, reader.actor.id)


def _local_day(reader: Reader, rows: Sequence[PlannedMeeting]) -> date:
    return calendars.local_day(rows[0].starts_at, reader.actor.zone)


def _due_of(reader: Reader, rows: Sequence[PlannedMeeting]) -> DueReminder:
    """Return the email about a show day: due at the digest hour of the day before its first meeting."""
    show_id, day = rows[0].show_id, rows[0].wall.date().isoformat()
    sends_at = explain.digest_moment(reader, _local_day(reader, rows) - timedelta(days=1))
    return DueReminder(reader.actor.id or 0, subject_of(show_id), day, sends_at, show_id)


def _list_busy_staff(now: datetime) -> set[int]:
    """Return the users who may have meetings at a show tomorrow, in whatever time zone."""
    stmt = (
        sa.select(MeetingStaff.user_id)
        .join(ShowMeeting, ShowMeeting.id == MeetingStaff.meeting_id)
        .where(ShowMeeting.at > now, ShowMeeting.at < now + timedelta(days=2), ShowMeeting.state.in_(OPEN))
        .distinct()
    )
    return set(db.session.scalars(stmt))


def _list_staff(actor: Actor, show_id: int, now: datetime) -> list[int]:
    """Return the users with a meeting to come at the show, of the meetings that the actor may see."""
    stmt = (
        sa.select(MeetingStaff.user_id)
        .join(ShowMeeting, ShowMeeting.id == MeetingStaff.meeting_id)
        .where(ShowMeeting.show_id == show_id, ShowMeeting.at > now, ShowMeeting.state.in_(OPEN))
        .where(visible_meetings(actor))
        .distinct()
    )
    return list(db.session.scalars(stmt))


KIND = ShowTomorrow()
