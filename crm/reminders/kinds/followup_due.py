"""A separate email about one follow-up: at its time, or in the morning of its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm import calendars
from crm.answers.links import AnswerLinks
from crm.core.data.base import db
from crm.core.data.record import Record, get_visible, visible
from crm.core.i18n import formats
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.policy import Actor, may_see
from crm.core.words import _, _l
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.reminders import explain
from crm.reminders.details import load_follow_up_facts
from crm.reminders.policy import AccessFacts, Offset, digest_at, is_in_digest, is_separate, subject_of
from crm.reminders.queries.cover_readers import covers_for, pass_on
from crm.reminders.queries.offsets import find_offset, load_offsets
from crm.reminders.queries.readers import Reader, readers
from crm.reminders.queries.sent import occurrence_of
from crm.reminders.queries.separate_emails import (
    KIND_CODE,
    follow_up_occurrence,
    list_dated_follow_ups,
    list_timed_follow_ups,
    was_reminded,
)

from . import DIGEST, DueReminder, EmailKind, Explanation, PlannedEmail, get_kind


class FollowUpDue(EmailKind):
    """A follow-up with a time, with “send as a separate email”, or any for users who chose so."""

    code = KIND_CODE
    label = _l("Follow-ups with a time or “send as a separate email”")
    email_label = _l("Follow-up due")
    position = 10
    record_kinds = frozenset({"followup"})

    def find_due(self, all_readers: Sequence[Reader], now: datetime) -> list[DueReminder]:
        """Return the follow-ups that get a separate email now.

        With a time: from that moment on. With a day only: from the digest hour of the reader's last working day on or
        before it. One email each, however long the planner did not run.
        """
        enabled = [reader for reader in all_readers if self.is_enabled(reader)]
        dated = [due for reader in enabled if reader.is_digest_time(now) for due in self._find_dated(reader, now)]
        return pass_on(self._find_timed(enabled, now) + dated, all_readers, now)

    def _find_timed(self, enabled: Sequence[Reader], now: datetime) -> list[DueReminder]:
        by_id = {reader.actor.id: reader for reader in enabled}
        rows = [
            row
            for row in list_timed_follow_ups(enabled, now)
            if may_see(by_id[row.counselor_id].actor, AccessFacts(row.team_id, row.confidential, row.counselor_id))
        ]
        offsets = load_offsets(list(by_id), [subject_of(row.id) for row in rows])
        due = []
        for row in rows:
            reader, key = by_id[row.counselor_id], subject_of(row.id)
            user_id = reader.actor.id or 0
            sends_at = row.due_at - offsets.get((user_id, key), reader.followup_offset).before
            if sends_at <= now:
                due.append(DueReminder(user_id, key, occurrence_of(row.due_at), sends_at, row.id))
        return due

    def _find_dated(self, reader: Reader, now: datetime) -> list[DueReminder]:
        country, today = reader.actor.country, reader.today(now)
        until = calendars.next_workday(country, today, extra=reader.extra_days) - timedelta(days=1)
        due = []
        for id, day in list_dated_follow_ups(reader, until):
            due_at = min(digest_at(day, reader.digest_hour, reader.actor.zone), now)
            due.append(DueReminder(reader.actor.id or 0, subject_of(id), day.isoformat(), due_at, id))
        return due

    def still_wanted(self, reader: Reader, mail: ClaimedMail) -> bool:
        """Return whether it is open, still the reader's to see, and due when it was as the email was made."""
        stmt = sa.select(FollowUp.state, FollowUp.counselor_id, FollowUp.due_at, FollowUp.due_on).where(
            FollowUp.id == mail.record_id, FollowUp.archived_at.is_(None), visible(reader.actor, FollowUp)
        )
        row = db.session.execute(stmt).one_or_none()
        if row is None or row.state is not FollowUpState.open:
            return False
        if row.counselor_id != mail.user_id and not covers_for(mail.user_id, [row.counselor_id], mail.date):
            return False
        return mail.dedupe_key.endswith(f":{follow_up_occurrence(row)}")

    def facts(self, reader: Reader, record_id: int | None, now: datetime) -> dict[str, Any] | None:
        """Return what the email says; None when the follow-up does not exist."""
        row = db.session.get(FollowUp, record_id)
        if row is None:
            return None
        links = AnswerLinks(reader.actor.id or 0, reader.today(now))
        return {
            "details": load_follow_up_facts(reader.actor, row, now),
            "answers_path": links.for_item(row.id),
            "reply_to": links.reply_to(row.id),
        }

    def plan(self, actor: Actor, record: Record, now: datetime) -> list[PlannedEmail]:
        """Return the separate email and the first digest of an open follow-up."""
        row = get_visible(FollowUp, actor, record.id)
        if explain.closed_follow_up(row):
            return []
        all_readers = readers()
        reader = next((one for one in all_readers if one.actor.id == row.counselor_id), None)
        if reader is None:
            return [PlannedEmail("", "", "", None, explain.deactivated())]
        name, zone = reader.actor.name, reader.actor.zone
        if not may_see(reader.actor, row):
            return [PlannedEmail(name, zone, "", None, explain.no_access(reader, row))]
        sends_at = self._sends_at(row, reader, now)
        digest = self._plan_digest(row, reader, sends_at, now)
        if sends_at is None:
            reason = PlannedEmail(name, zone, "", None, self._why_no_separate(row, reader))
            return [*digest, reason] if row.due_at is not None or row.mail_alone else digest
        if was_reminded(row):
            return digest
        due = DueReminder(
            reader.actor.id or 0, subject_of(row.id), follow_up_occurrence(row), max(sends_at, now), row.id
        )
        (one,) = pass_on([due], all_readers, due.due_at)
        receiver = next(r.actor for r in all_readers if r.actor.id == one.user_id)
        return [PlannedEmail(receiver.name, receiver.zone, str(self.email_label), due.due_at), *digest]

    def _sends_at(self, row: FollowUp, reader: Reader, now: datetime) -> datetime | None:
        """Return when the separate email of a follow-up is due; None without one."""
        if not self.is_enabled(reader) or not _is_separate(row, reader):
            return None
        if row.due_at is None:
            return explain.digest_moment(reader, explain.first_digest_day(reader, row.due_on, now))
        return row.due_at - (find_offset(reader.actor.id, subject_of(row.id)) or reader.followup_offset).before

    def _plan_digest(
        self, row: FollowUp, reader: Reader, sends_at: datetime | None, now: datetime
    ) -> list[PlannedEmail]:
        name, zone = reader.actor.name, reader.actor.zone
        if not get_kind(DIGEST).is_enabled(reader):
            return [PlannedEmail(name, zone, "", None, explain.no_digest())]
        moment = explain.first_digest(reader, explain.follow_up_day(reader, row), now)
        is_repeated = sends_at is not None and not is_in_digest(
            reader.choice, sends_at=row.due_at and sends_at, mail_alone=row.mail_alone, now=moment, zone=zone
        )
        return [] if is_repeated else [PlannedEmail(name, zone, str(get_kind(DIGEST).label), moment)]

    def explain(self, actor: Actor, record_id: int | None, now: datetime) -> Explanation:
        """Explain the emails about a follow-up."""
        row = get_visible(FollowUp, actor, record_id or 0)
        closed = explain.closed_follow_up(row)
        return Explanation(row.label, [closed] if closed else self._explain_open(row, now), is_open=not closed)

    def _explain_open(self, row: FollowUp, now: datetime) -> list[str]:
        reader = next(iter(readers([row.counselor_id or 0])), None)
        if reader is None:
            return [explain.deactivated()]
        if not may_see(reader.actor, row):
            return [explain.no_access(reader, row)]
        name = reader.actor.name
        first = _("The counselor is %(name)s, and the follow-up is due %(day)s.", name=name, day=_format_due(row))
        if _is_separate(row, reader) and self.is_enabled(reader):
            return [first, *self._explain_separate(row, reader, now)]
        return [first, self._why_no_separate(row, reader), _digest(row, reader, now)]

    def _why_no_separate(self, row: FollowUp, reader: Reader) -> str:
        name, choice = reader.actor.name, reader.choice.label
        if _is_separate(row, reader):
            return _("%(name)s turned off separate emails for follow-ups.", name=name)
        return _("No separate email is sent because %(name)s chose “%(choice)s”.", name=name, choice=choice)

    def _explain_separate(self, row: FollowUp, reader: Reader, now: datetime) -> list[str]:
        sent = was_reminded(row)
        if row.due_at is not None:
            offset = find_offset(reader.actor.id, subject_of(row.id)) or reader.followup_offset
            when = _("at that time") if offset is Offset.at_time else formats.within(offset)
            reason = _("This follow-up has a time, so a separate email is sent %(when)s.", when=when)
            is_due = row.due_at - offset.before <= now
        else:
            day = explain.digest_day(reader, row.due_on) if sent else explain.first_digest_day(reader, row.due_on, now)
            is_due = day == reader.today(now) and reader.is_digest_time(now)
            time = explain.digest_time(reader)
            reason = _("A separate email is sent on %(day)s at %(time)s.", day=explain.weekday(day), time=time)
        sends_at = self._sends_at(row, reader, now) or now
        due = DueReminder(reader.actor.id or 0, subject_of(row.id), follow_up_occurrence(row), sends_at, row.id)
        reasons = [reason, *explain.explain_cover(due, readers())]
        return [*reasons, explain.due_now()] if is_due and not sent else reasons


def _is_separate(row: FollowUp, reader: Reader) -> bool:
    return is_separate(reader.choice, has_time=row.due_at is not None, mail_alone=row.mail_alone)


def _format_due(row: FollowUp) -> str:
    if row.due_at is None:
        return explain.weekday(row.due_on)
    return f"{formats.day(row.due_at, weekday=True)}, {formats.both_clocks(row.due_at, row.zone)}"


def _digest(row: FollowUp, reader: Reader, now: datetime) -> str:
    if not get_kind(DIGEST).is_enabled(reader):
        return explain.no_digest()
    day = explain.first_digest_day(reader, explain.follow_up_day(reader, row), now)
    time = explain.digest_time(reader)
    return _("In the daily digest from %(day)s, %(time)s, until closed.", day=explain.weekday(day), time=time)


KIND = FollowUpDue()
