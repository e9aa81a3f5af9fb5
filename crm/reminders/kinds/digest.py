"""The daily digest: one email at the reader's hour on working days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import is_withdrawn
from crm.core.policy import Actor
from crm.core.words import _, _l
from crm.reminders import explain
from crm.reminders.digest import build_digest
from crm.reminders.queries.days_off import list_digest_exceptions
from crm.reminders.queries.readers import Reader, readers
from crm.reminders.queries.sent import list_digests, name_digest

from . import DueReminder, EmailKind, Explanation, list_digest_kinds
from .followup_due import KIND as FOLLOWUP_DUE

SUBJECT_KEY = "digest"
DAY = timedelta(days=1)


class Digest(EmailKind):
    """The blocks of Today as one email."""

    code = "digest"
    label = _l("Daily digest")
    email_label = _l("Daily digest")
    opens = "/"
    position = 20

    def find_due(self, all_readers: Sequence[Reader], now: datetime) -> list[DueReminder]:
        """Return the readers whose digest hour of a working day has come and who have no digest of today."""
        ready = [reader for reader in all_readers if self.is_enabled(reader) and reader.is_digest_time(now)]
        if not ready:
            return []
        today_of = {reader.actor.id or 0: reader.today(now) for reader in ready}
        digests = list_digests(list(today_of), min(today_of.values()), max(today_of.values()) + DAY)
        due = []
        for reader in ready:
            user_id, today = reader.actor.id or 0, reader.today(now)
            if _find_made(reader, today, digests) is None:
                number = len(digests.get((user_id, today), []))
                due.append(DueReminder(user_id, SUBJECT_KEY, name_digest(today, number), now))
        return due

    def still_wanted(self, reader: Reader, mail: ClaimedMail) -> bool:  # noqa: ARG002 - not every kind uses all
        """Return whether this is the latest digest: after an outage of the mail server only that one is sent."""
        later = sa.exists().where(
            Mail.dedupe_key > mail.dedupe_key,
            Mail.dedupe_key < f"{self.code}:{mail.user_id};",
            Mail.user_id == mail.user_id,
            sa.not_(is_withdrawn()),
        )
        return not db.session.scalar(sa.select(later))

    def facts(self, reader: Reader, record_id: int | None, now: datetime) -> dict[str, Any] | None:  # noqa: ARG002 - not every kind uses all
        """Return what the digest says; None when there is nothing to report."""
        return build_digest(reader, now)

    def explain(self, actor: Actor, record_id: int | None, now: datetime) -> Explanation:  # noqa: ARG002 - not every kind uses all
        """Explain the actor's own digests; `record_id` is not used."""
        reader = readers([actor.id or 0])[0]
        is_open = self.is_enabled(reader)
        reasons = self._explain_to(reader, now) if is_open else [_("You turned off the daily digest.")]
        return Explanation(str(self.label), reasons, is_open=is_open)

    def _explain_to(self, reader: Reader, now: datetime) -> list[str]:
        time = explain.digest_time(reader)
        reasons = [_("Your digest is sent at %(time)s on your working days.", time=time), self._today(reader, now)]
        exceptions = list_digest_exceptions(reader, now)
        if exceptions:
            reasons.append(_("Next exceptions: %(days)s.", days="; ".join(exceptions)))
        if FOLLOWUP_DUE.is_enabled(reader):
            reasons.append(_("Items emailed separately aren't repeated."))
        kinds = [kind for kind in list_digest_kinds() if kind.concerns(reader.actor)]
        disabled = [str(kind.label) for kind in kinds if not kind.is_enabled(reader)]
        if disabled:
            reasons.append(_("Not included, because turned off: %(kinds)s.", kinds=", ".join(disabled)))
        if self._was_canceled(reader):
            reasons.append(_("If several digests were waiting for the mail server, only the latest is sent."))
        return reasons

    def _today(self, reader: Reader, now: datetime) -> str:
        today = reader.today(now)
        if not explain.works_on(reader, today):
            day = explain.weekday(explain.next_workday(reader, today))
            return _("Today isn't a working day. Your next digest is on %(day)s.", day=day)
        if not reader.is_digest_time(now):
            return _("Today's digest is scheduled for later.")
        occurrence = _find_made(reader, today, list_digests([reader.actor.id], today, today + DAY))
        reminder = explain.find_reminder(self.code, SUBJECT_KEY, reader.actor.id, occurrence) if occurrence else None
        if reminder is None:
            return explain.due_now()
        if reminder.mail_id is None:
            return _("There was nothing to report this morning, so no digest was sent.")
        return _("Today's digest was created.")

    def _was_canceled(self, reader: Reader) -> bool:
        canceled = sa.exists().where(
            Mail.kind == self.code, Mail.user_id == reader.actor.id, Mail.state == MailState.canceled
        )
        return bool(db.session.scalar(sa.select(canceled)))


def _find_made(reader: Reader, today: date, digests: Mapping[tuple[int, date], list[datetime]]) -> str | None:
    """Return the occurrence of the digest that was made today; None if one may still follow.

    For a reader who moved to an earlier time zone a day comes once more, and its first digest was made on the day
    before by the new clock. One that was made today can be that of tomorrow.
    """
    for day in (today, today + DAY):
        for number, moment in enumerate(digests.get((reader.actor.id or 0, day), [])):
            if reader.today(moment) == today:
                return name_digest(day, number)
    return None


KIND = Digest()
