"""An email on the day before a show day, with the reader's meetings there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm import calendars
from crm.answers.links import AnswerLinks
from crm.answers.policy import meeting_target
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record, get_visible
from crm.core.i18n import formats
from crm.core.mail.outbox.claim import Claimed
from crm.core.policy import Actor, ReminderChoice
from crm.core.words import _, _l
from crm.reminders import explain
from crm.reminders.policy import subject_of
from crm.reminders.queries.readers import Reader, readers
from crm.reminders.queries.sent import list_reminded
from crm.reminders.queries.show_meetings import OPEN, OwnMeeting, list_show_days
from crm.shows.models import MeetingStaff, Show, ShowMeeting
from crm.shows.policy import seat
from crm.shows.queries import visible_meetings

from . import Due, EmailKind, Explanation, Planned

AHEAD_DAYS = 366
"""How far ahead emails about meetings are planned."""


class MeetingLine(NamedTuple):
    """One meeting in the email."""

    when: str
    title: str
    details: str
    answer_path: str = ""


class ShowTomorrow(EmailKind):
    """The meetings of a show day that begins on the next calendar day, from the digest hour of the day before."""

    code = "show_tomorrow"
    label = _l("Show meetings tomorrow")
    email_label = _l("Show meetings tomorrow")
    position = 35
    record_kinds = frozenset({"show"})

    def find_due(self, all_readers: Sequence[Reader], now: datetime) -> list[Due]:
        """Return the show days of tomorrow, for readers who want separate emails and whose digest hour has come."""
        ready = [reader for reader in all_readers if self._is_ready(reader, now)]
        busy = _list_busy_staff(now) if ready else set()
        due = [
            Due(reader.actor.id or 0, subject_of(show_id), day.isoformat(), now, show_id)
            for reader in ready
            if reader.actor.id in busy
            for show_id, day in _list_days(reader, now)
        ]
        existing = list_reminded(self.code, due) if due else set()
        return [d for d in due if (d.user_id, d.subject_key, d.occurrence) not in existing]

    def _is_ready(self, reader: Reader, now: datetime) -> bool:
        local = now.astimezone(ZoneInfo(reader.actor.zone))
        wants_emails = self.is_enabled(reader) and reader.choice is not ReminderChoice.digest
        return wants_emails and local.hour >= reader.digest_hour

    def still_wanted(self, reader: Reader, mail: Claimed) -> bool:
        """Return whether the reader still has meetings at the show on that day, and the day isn't over."""
        occurrences = {(show_id, day.isoformat()) for show_id, day in _list_days(reader, mail.date)}
        is_open = (mail.record_id, mail.dedupe_key.rpartition(":")[2]) in occurrences
        return is_open and clock.now() < mail.date + timedelta(days=2)

    def facts(self, reader: Reader, record_id: int | None, now: datetime) -> dict[str, Any] | None:
        """Return what the email says; None when the reader has no meetings at the show tomorrow."""
        days = [rows for (show_id, _day), rows in _list_days(reader, now).items() if show_id == record_id]
        if not days:
            return None
        rows = days[0]
        return {
            "show": rows[0].show,
            "day": formats.day(rows[0].wall.date(), weekday=True),
            "first": formats.both_clocks(rows[0].starts_at, rows[0].zone),
            "path": rows[0].path,
            "lines": describe_meetings(reader, rows, now),
        }

    def explain(self, actor: Actor, record_id: int | None, now: datetime) -> Explanation:
        """Explain the emails about a show to its staff."""
        row = get_visible(Show, actor, record_id or 0)
        if row.archived_at is not None:
            return Explanation(row.label, [explain.archived()], is_open=False)
        ids = _list_staff(actor, row.id, now)
        if not ids:
            return Explanation(row.label, [_("No staff member has a meeting to come at this show.")], is_open=False)
        return Explanation(row.label, [self._explain_to(reader) for reader in readers(ids)], is_open=True)

    def plan(self, actor: Actor, record: Record, now: datetime) -> list[Planned]:
        """Return the actor's own emails on the days before the actor's meetings, or why there are none."""
        reader = readers([actor.id or 0])[0]
        days = list_days_to_come(reader, record.id, now)
        name, zone = actor.name, actor.zone
        if days and not (self.is_enabled(reader) and reader.choice is not ReminderChoice.digest):
            return [Planned(name, zone, "", None, self._explain_to(reader))]
        due = [
            Due(
                actor.id or 0,
                subject_of(record.id),
                rows[0].wall.date().isoformat(),
                _sends_at(reader, rows),
                record.id,
            )
            for rows in days
        ]
        sent = list_reminded(self.code, due) if due else set()
        return [
            Planned(name, zone, str(self.email_label), max(one.due_at, now))
            for one, rows in zip(due, days, strict=True)
            if (one.user_id, one.subject_key, one.occurrence) not in sent
            and reader.today(now) < _local_day(reader, rows)
        ]

    def _explain_to(self, reader: Reader) -> str:
        name = reader.actor.name
        if not self.is_enabled(reader):
            return _("%(name)s turned off “%(kind)s”.", name=name, kind=self.label)
        if reader.choice is ReminderChoice.digest:
            choice = reader.choice.label
            return _("No separate email is sent because %(name)s chose “%(choice)s”.", name=name, choice=choice)
        hour = explain.digest_time(reader)
        return _("%(name)s gets an email the day before each day with meetings, from %(time)s.", name=name, time=hour)


def _list_days(reader: Reader, now: datetime) -> dict[tuple[int, date], list[OwnMeeting]]:
    """Return the reader's meetings by show and day of the show days that begin tomorrow."""
    day, zone = reader.today(now) + timedelta(days=1), reader.actor.zone
    begins, ends = (calendars.resolve_local(d, time(0), zone) for d in (day, day + timedelta(days=1)))
    return list_show_days(reader.actor, begins, ends)


def list_days_to_come(reader: Reader, show_id: int, now: datetime) -> list[list[OwnMeeting]]:
    """Return the reader's meetings to come at a show, by show day."""
    days = list_show_days(reader.actor, now, now + timedelta(days=AHEAD_DAYS))
    return [rows for (id, _day), rows in sorted(days.items()) if id == show_id]


def _local_day(reader: Reader, rows: Sequence[OwnMeeting]) -> date:
    return rows[0].starts_at.astimezone(ZoneInfo(reader.actor.zone)).date()


def _sends_at(reader: Reader, rows: Sequence[OwnMeeting]) -> datetime:
    """Return when the email about a show day is due: at the digest hour of the day before its first meeting."""
    return explain.digest_moment(reader, _local_day(reader, rows) - timedelta(days=1))


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


def describe_meetings(reader: Reader, rows: Sequence[OwnMeeting], now: datetime) -> list[MeetingLine]:
    """Return the meetings of an email, each with the link that answers how it went."""
    links = AnswerLinks(reader.actor.id or 0, reader.today(now))
    lines = [describe_meeting(row) for row in rows]
    paths = [links.for_item(meeting_target(row.id)) for row in rows]
    return [line._replace(answer_path=path) for line, path in zip(lines, paths, strict=True)]


def describe_meeting(row: OwnMeeting) -> MeetingLine:
    """Return a meeting; of a confidential one only the time."""
    when = formats.clock_time(row.wall)
    if row.confidential:
        return MeetingLine(when, _("confidential meeting"), "")
    native = row.guests[0][1] if len(row.guests) == 1 and row.guests[0][1] != row.guests[0][0] else ""
    client = _("with %(client)s", client=row.client) if row.client and row.client != row.title else ""
    host = row.host if row.host != row.title else ""
    parts = (native, host, client, seat(row.table or ""))
    return MeetingLine(when, row.title, " · ".join(part for part in parts if part))


KIND = ShowTomorrow()
