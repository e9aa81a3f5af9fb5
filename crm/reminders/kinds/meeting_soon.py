"""An email shortly before a planned interaction, to the staff who take part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record, get_visible, visible
from crm.core.errors import NotFound
from crm.core.i18n import formats
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.policy import Actor, may_see
from crm.core.words import _, _l
from crm.interactions.models import Interaction, InteractionStaff
from crm.interactions.policy import InteractionState
from crm.reminders import explain
from crm.reminders.appointments import AppointmentKind
from crm.reminders.details import load_meeting_facts
from crm.reminders.policy import LONGEST_MEETING, MAX_OFFSET, Offset, is_soon, subject_of
from crm.reminders.queries.offsets import find_offset, load_offsets
from crm.reminders.queries.readers import Reader, readers
from crm.reminders.queries.sent import list_reminded, occurrence_of

from . import DueReminder, Explanation, PlannedEmail
from .meeting_tomorrow import KIND as MEETING_TOMORROW
from .meeting_tomorrow import attends_interaction, list_covered_participants, list_staff_ids


class MeetingSoon(AppointmentKind):
    """A planned interaction with a time, from the reader's offset before it until its end."""

    code = "meeting_soon"
    label = _l("Appointments about to begin")
    email_label = _l("Appointment soon")
    position = 31
    record_kinds = frozenset({"interaction"})

    def find_due(self, all_readers: Sequence[Reader], now: datetime) -> list[DueReminder]:
        """Return the appointments that begin soon, for readers who want separate emails."""
        by_id = {reader.actor.id: reader for reader in all_readers if self.is_for(reader)}
        due = [one for user_id, rows in self._list_by_user(by_id, now) for one in self._due_of(by_id, user_id, rows)]
        return self.list_new(_leave_out_emailed(due, all_readers, now), all_readers, now)

    def is_attended(self) -> sa.ColumnElement[bool]:
        """Whether the receiver of a `Reminder` attends the interaction."""
        return attends_interaction()

    def _list_by_user(
        self, by_id: dict[int | None, Reader], now: datetime
    ) -> Iterator[tuple[int, list[tuple[int, datetime, datetime]]]]:
        """Yield by user the ids of what begins soon, with its time and when its email is due."""
        stmt = (
            sa.select(InteractionStaff.user_id, Interaction.id, Interaction.at, Interaction.minutes)
            .join(Interaction, Interaction.id == InteractionStaff.interaction_id)
            .where(Interaction.state == InteractionState.planned, Interaction.archived_at.is_(None))
            .where(Interaction.at > now - LONGEST_MEETING, Interaction.at <= now + MAX_OFFSET, Interaction.time_known)
            .order_by(InteractionStaff.user_id, Interaction.at)
        )
        rows = [row for row in db.session.execute(stmt) if row.user_id in by_id]
        own = load_offsets(list(by_id), [subject_of(row.id) for row in rows]) if rows else {}
        by_user: dict[int, list[tuple[int, datetime, datetime]]] = {}
        for row in rows:
            reader = by_id[row.user_id]
            offset = own.get((row.user_id, subject_of(row.id)), reader.meeting_offset)
            if not _is_left_to_day_before(reader, row.at, offset, now) and is_soon(row.at, row.minutes, offset, now):
                by_user.setdefault(row.user_id, []).append((row.id, row.at, row.at - offset.before))
        yield from by_user.items()

    def _due_of(
        self, by_id: dict[int | None, Reader], user_id: int, rows: list[tuple[int, datetime, datetime]]
    ) -> list[DueReminder]:
        """Return the occurrences of a user, without what the user may not see."""
        stmt = sa.select(Interaction.id).where(
            Interaction.id.in_([id for id, *_times in rows]), visible(by_id[user_id].actor, Interaction)
        )
        visible_ids = set(db.session.scalars(stmt))
        return [
            DueReminder(user_id, subject_of(id), occurrence_of(starts_at), sends_at, id)
            for id, starts_at, sends_at in rows
            if id in visible_ids
        ]

    def still_wanted(self, reader: Reader, mail: ClaimedMail) -> bool:
        """Return whether it is still planned for that moment, isn't over, and is the reader's to see."""
        row = db.session.execute(
            sa.select(Interaction.at, Interaction.minutes).where(Interaction.id == mail.record_id)
        ).one_or_none()
        is_to_come = row is not None and is_soon(row.at, row.minutes, Offset.day_1, clock.now())
        return is_to_come and MEETING_TOMORROW.still_wanted(reader, mail)

    def facts(self, reader: Reader, record_id: int | None, now: datetime) -> dict[str, Any] | None:
        """Return what the email says; None when the reader may not see the interaction."""
        try:
            details = load_meeting_facts(reader.actor, record_id or 0)
        except NotFound:
            return None
        is_today = details.day in ("", formats.day(reader.today(now), weekday=True))
        covered = list_covered_participants(reader, record_id, now)
        return {"details": details, "is_today": is_today, "covered": covered}

    def explain(self, actor: Actor, record_id: int | None, now: datetime) -> Explanation:
        """Explain the emails shortly before a planned interaction; `MeetingTomorrow` says why there are none at all."""
        row = get_visible(Interaction, actor, record_id or 0)
        is_open = row.state is InteractionState.planned and row.archived_at is None and row.at > now
        if not is_open or not row.time_known:
            return Explanation(row.label, [], is_open=False)
        all_readers = readers()
        due = self._list_planned(row, all_readers, now)
        by_id = {reader.actor.id: reader for reader in all_readers}
        reasons = [reason for one in due for reason in self._explain_to(one, by_id[one.user_id], all_readers)]
        return Explanation(row.label, reasons, is_open=True)

    def plan(self, actor: Actor, record: Record, now: datetime) -> list[PlannedEmail]:
        """Return the emails shortly before the time; `MeetingTomorrow` says why there are none at all."""
        row = get_visible(Interaction, actor, record.id)
        if row.state is not InteractionState.planned or row.archived_at or not row.time_known or row.at <= now:
            return []
        all_readers = readers()
        return self.plan_new(self._list_planned(row, all_readers, now), all_readers, now)

    def _list_planned(self, row: Interaction, all_readers: Sequence[Reader], now: datetime) -> list[DueReminder]:
        """Return the emails of the staff about an interaction to come, also those that were made."""
        attending = set(list_staff_ids(row.id))
        key = subject_of(row.id)
        offsets = load_offsets(attending, [key])
        due = []
        for reader in all_readers:
            user_id = reader.actor.id or 0
            if user_id not in attending or not self.is_for(reader) or not may_see(reader.actor, row):
                continue
            offset = offsets.get((user_id, key), reader.meeting_offset)
            if not _is_left_to_day_before(reader, row.at, offset, now):
                due.append(DueReminder(user_id, key, occurrence_of(row.at), row.at - offset.before, row.id))
        due = _leave_out_emailed(due, all_readers, now)
        return [one._replace(due_at=max(one.due_at, now)) for one in due]

    def _explain_to(self, one: DueReminder, reader: Reader, all_readers: Sequence[Reader]) -> list[str]:
        offset = find_offset(one.user_id, one.subject_key) or reader.meeting_offset
        reason = _("%(name)s gets an email: %(when)s.", name=reader.actor.name, when=formats.within(offset))
        return [reason, *explain.explain_cover(one, all_readers, self.may_see)]


def _is_left_to_day_before(reader: Reader, starts_at: datetime, offset: Offset, now: datetime) -> bool:
    """Return whether `MeetingTomorrow` emails an appointment instead of *1 day before*; not on the day itself."""
    is_today = local_day(starts_at, reader.actor.zone) <= reader.today(now)
    return offset is Offset.day_1 and MEETING_TOMORROW.is_enabled(reader) and not is_today


def _leave_out_emailed(due: Sequence[DueReminder], all_readers: Sequence[Reader], now: datetime) -> list[DueReminder]:
    """Leave out what is due a day before and was emailed by `MeetingTomorrow`; what was added since is new."""
    user_ids = {reader.actor.id for reader in all_readers if MEETING_TOMORROW.is_enabled(reader)}
    in_a_day = [one for one in due if occurrence_of(one.due_at + Offset.day_1.before) == one.occurrence]
    early = [one for one in in_a_day if one.user_id in user_ids]
    new = {one[1:3] for one in MEETING_TOMORROW.list_new(early, all_readers, now)}
    reminded = list_reminded(MEETING_TOMORROW.code, early) if new else set()
    return [one for one in due if one not in early or (one[1:3] in new and one[:3] not in reminded)]


KIND = MeetingSoon()
