"""An email on the day before a planned interaction, to the staff who take part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm import calendars
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record, get_visible, visible
from crm.core.errors import NotFound
from crm.core.i18n import formats
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.policy import Actor, ReminderChoice, may_see
from crm.core.words import _, _l
from crm.interactions.models import Interaction, InteractionStaff
from crm.interactions.policy import InteractionState, end_of
from crm.reminders import explain
from crm.reminders.appointments import AppointmentKind
from crm.reminders.details import load_meeting_facts
from crm.reminders.models import Reminder
from crm.reminders.policy import subject_of
from crm.reminders.queries.cover_readers import covers_for, list_covered_names
from crm.reminders.queries.readers import Reader, readers
from crm.reminders.queries.sent import occurrence_of

from . import DIGEST, DueReminder, Explanation, PlannedEmail, get_kind


class MeetingTomorrow(AppointmentKind):
    """A planned interaction on the next calendar day, from the digest hour of the day before."""

    code = "meeting_tomorrow"
    label = _l("Meetings tomorrow")
    email_label = _l("Meeting tomorrow")
    position = 30
    record_kinds = frozenset({"interaction"})

    def is_attended(self) -> sa.ColumnElement[bool]:
        """Whether the receiver of a `Reminder` attends the interaction."""
        return attends_interaction()

    def find_due(self, all_readers: Sequence[Reader], now: datetime) -> list[DueReminder]:
        """Return the meetings of tomorrow, for readers who want separate emails and whose digest hour has come."""
        ready = [
            reader
            for reader in all_readers
            if self.is_for(reader) and now.astimezone(ZoneInfo(reader.actor.zone)).hour >= reader.digest_hour
        ]
        due = [one for reader in ready for one in _find_of_reader(reader, now)]
        return self.list_new(due, all_readers, now)

    def still_wanted(self, reader: Reader, mail: ClaimedMail) -> bool:
        """Return whether it is planned for that moment, isn't over, and the reader may see it and attends or covers."""
        stmt = sa.select(Interaction).where(
            Interaction.id == mail.record_id, Interaction.archived_at.is_(None), visible(reader.actor, Interaction)
        )
        row = db.session.scalars(stmt).one_or_none()
        if row is None or row.state is not InteractionState.planned or _ends_at(row) <= clock.now():
            return False
        staff_ids = list_staff_ids(mail.record_id)
        if mail.user_id not in staff_ids and not covers_for(mail.user_id, staff_ids, mail.date):
            return False
        return mail.dedupe_key.endswith(f":{occurrence_of(row.at)}")

    def facts(self, reader: Reader, record_id: int | None, now: datetime) -> dict[str, Any] | None:
        """Return what the email says; None when the reader may not see the interaction."""
        try:
            details = load_meeting_facts(reader.actor, record_id or 0)
        except NotFound:
            return None
        return {"details": details, "covered": list_covered_participants(reader, record_id, now)}

    def explain(self, actor: Actor, record_id: int | None, now: datetime) -> Explanation:
        """Explain the emails about a planned interaction."""
        row = get_visible(Interaction, actor, record_id or 0)
        closed = _explain_closed(row, now)
        if closed:
            return Explanation(row.label, [closed], is_open=False)
        all_readers = readers()
        participants = _participants(row.id, all_readers)
        reasons = [reason for reader in participants for reason in self._explain_to(row, reader, all_readers, now)]
        no_staff = _("No staff member is attending, so no reminders are sent.")
        return Explanation(row.label, reasons or [no_staff], is_open=True)

    def plan(self, actor: Actor, record: Record, now: datetime) -> list[PlannedEmail]:
        """Return the emails on the day before, and the digests of the day, of all staff who take part."""
        row = get_visible(Interaction, actor, record.id)
        if _explain_closed(row, now):
            return []
        all_readers = readers()
        participants = _participants(row.id, all_readers)
        due = [
            _due_of(row, reader, now)
            for reader in participants
            if not self._why_no_email(row, reader) and reader.today(now) < _local_day(row, reader)
        ]
        digests = [one for reader in participants for one in self._plan_digest(row, reader, now)]
        return [*self.plan_new(due, all_readers, now), *digests]

    def _plan_digest(self, row: Interaction, reader: Reader, now: datetime) -> list[PlannedEmail]:
        """Return the digest of the day, and why there is no separate email."""
        name, zone = reader.actor.name, reader.actor.zone
        day = _local_day(row, reader)
        digest_at = explain.digest_moment(reader, day)
        no_digest = _why_no_digest(reader, day)
        digest = [PlannedEmail(name, zone, str(get_kind(DIGEST).label), None if no_digest else digest_at, no_digest)]
        digest = digest if digest_at > now else []
        reason = self._why_no_email(row, reader)
        if reason:
            return [PlannedEmail(name, zone, "", None, reason), *(digest if may_see(reader.actor, row) else [])]
        return digest

    def _why_no_email(self, row: Interaction, reader: Reader) -> str:
        """Return why a reader gets no separate emails about an interaction; "" if they do."""
        name, choice = reader.actor.name, reader.choice.label
        if not may_see(reader.actor, row):
            return explain.no_access(reader, row)
        if not self.is_enabled(reader):
            return _("%(name)s turned off emails about meetings.", name=name)
        if reader.choice is ReminderChoice.digest:
            return _("No separate email is sent because %(name)s chose “%(choice)s”.", name=name, choice=choice)
        return ""

    def _explain_to(self, row: Interaction, reader: Reader, all_readers: Sequence[Reader], now: datetime) -> list[str]:
        day = _local_day(row, reader)
        reason = self._why_no_email(row, reader)
        if reason:
            return [reason, _digest(reader, day)] if may_see(reader.actor, row) else [reason]
        return [*self._explain_day_before(row, reader, all_readers, now), _digest(reader, day)]

    def _explain_day_before(
        self, row: Interaction, reader: Reader, all_readers: Sequence[Reader], now: datetime
    ) -> list[str]:
        day = _local_day(row, reader)
        day_before, today = day - timedelta(days=1), reader.today(now)
        reason = _(
            "%(name)s gets an email the day before: %(day)s, from %(time)s.",
            name=reader.actor.name,
            day=explain.weekday(day_before),
            time=explain.digest_time(reader),
        )
        due = _due_of(row, reader, now)
        reasons = [reason, *explain.explain_cover(due, all_readers, self.may_see)]
        if not self.list_new([due], all_readers, now):
            return reasons
        if day_before < today:
            return [reason, _("This was added or moved too late for the reminder, so no email was sent.")]
        local = now.astimezone(ZoneInfo(reader.actor.zone))
        is_due = day_before == today and local.hour >= reader.digest_hour
        return [*reasons, explain.due_now()] if is_due else reasons


def _find_of_reader(reader: Reader, now: datetime) -> list[DueReminder]:
    """Return the meetings of a reader tomorrow."""
    user_id = reader.actor.id or 0
    begins, ends = calendars.day_bounds(reader.today(now) + timedelta(days=1), reader.actor.zone)
    stmt = (
        sa.select(Interaction.id, Interaction.at)
        .join(InteractionStaff, InteractionStaff.interaction_id == Interaction.id)
        .where(Interaction.state == InteractionState.planned, Interaction.archived_at.is_(None))
        .where(InteractionStaff.user_id == user_id, Interaction.at >= begins, Interaction.at < ends)
        .where(visible(reader.actor, Interaction))
        .order_by(Interaction.at)
    )
    return [
        DueReminder(user_id, subject_of(id), occurrence_of(starts_at), now, id)
        for id, starts_at in db.session.execute(stmt)
    ]


def _due_of(row: Interaction, reader: Reader, now: datetime) -> DueReminder:
    """Return the email to a participant: at the digest hour of the day before."""
    moment = explain.digest_moment(reader, _local_day(row, reader) - timedelta(days=1))
    return DueReminder(reader.actor.id or 0, subject_of(row.id), occurrence_of(row.at), max(moment, now), row.id)


def _local_day(row: Interaction, reader: Reader) -> date:
    return calendars.local_day(row.at, reader.actor.zone)


def _ends_at(row: Interaction) -> datetime:
    """Return the end of an interaction; without a time that of its day."""
    if not row.time_known:
        return calendars.day_bounds(row.wall.date(), row.zone)[1]
    return end_of(row.at, row.minutes)


def _explain_closed(row: Interaction, now: datetime) -> str:
    """Return why nobody is reminded of it anymore; "" while it is still to come."""
    if row.archived_at is not None:
        return explain.archived()
    if row.state is not InteractionState.planned:
        state = formats.within(row.state)
        return _("This is %(state)s. Reminders are sent only for planned interactions.", state=state)
    return _("The planned time has passed. The digest asks whether it happened.") if row.at <= now else ""


def attends_interaction() -> sa.ColumnElement[bool]:
    """Whether the receiver of a `Reminder` attends its interaction."""
    return sa.exists().where(
        InteractionStaff.interaction_id == Reminder.record_id, InteractionStaff.user_id == Reminder.user_id
    )


def list_staff_ids(interaction_id: int | None) -> list[int]:
    """Return the users who attend an interaction."""
    stmt = sa.select(InteractionStaff.user_id).where(InteractionStaff.interaction_id == interaction_id)
    return list(db.session.scalars(stmt))


def list_covered_participants(reader: Reader, interaction_id: int | None, now: datetime) -> list[str]:
    """Return the names of the participants for whom a reader covers who doesn't attend."""
    staff_ids = list_staff_ids(interaction_id)
    return [] if reader.actor.id in staff_ids else list_covered_names(reader.actor.id, staff_ids, now)


def _participants(interaction_id: int, all_readers: Sequence[Reader]) -> list[Reader]:
    """Return the active staff who take part."""
    staff_ids = set(list_staff_ids(interaction_id))
    return [reader for reader in all_readers if reader.actor.id in staff_ids]


def _why_no_digest(reader: Reader, day: date) -> str:
    if not get_kind(DIGEST).is_enabled(reader):
        return explain.no_digest()
    if not explain.works_on(reader, day):
        return _("%(day)s isn't a working day, so no digest is sent that day.", day=explain.weekday(day))
    return ""


def _digest(reader: Reader, day: date) -> str:
    time = explain.digest_time(reader)
    return _why_no_digest(reader, day) or _(
        "In the daily digest of %(day)s, %(time)s.", day=explain.weekday(day), time=time
    )


KIND = MeetingTomorrow()
