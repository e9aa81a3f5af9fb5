"""Why somebody did, or did not, get the digest of a morning."""

from __future__ import annotations

from datetime import datetime

from crm.core.mail.outbox.policy import MailState
from crm.core.policy import Actor
from crm.core.words import _
from crm.reminders.models import Reminder
from crm.reminders.policy import ReminderKind
from crm.reminders.queries import Reader, readers

from .sent_reminders import Telling, Why, hour_of, next_workday, not_yet, tellings, was_reminded, weekday, works_on

IN_IT = (ReminderKind.slept, ReminderKind.assigned, ReminderKind.ending, ReminderKind.going_quiet)


def of_digests(actor: Actor, now: datetime) -> Why:
    """Explain the actor's own digests."""
    reader = readers([actor.id or 0])[0]
    told = tellings(actor, ReminderKind.digest, Reminder.user_id == actor.id)
    muted = not reader.wants(ReminderKind.digest)
    said = [_("You turned off the daily digest.")] if muted else _of_reader(reader, told, now)
    return Why(_("Daily digest"), told, said, waits=not muted)


def _of_reader(reader: Reader, told: list[Telling], now: datetime) -> list[str]:
    said = [
        _("Your digest is sent at %(time)s on your working days.", time=hour_of(reader)),
        _today(reader, told, now),
    ]
    if reader.wants(ReminderKind.followup_due):
        said.append(_("Items emailed separately aren't repeated."))
    left_out = [kind.label for kind in IN_IT if not reader.wants(kind)]
    if left_out:
        said.append(_("You turned off: %(kinds)s.", kinds=", ".join(str(label) for label in left_out)))
    if any(t.state is MailState.cancelled for t in told):
        said.append(_("If several digests were waiting for the mail server, only the latest is sent."))
    return said


def _today(reader: Reader, told: list[Telling], now: datetime) -> str:
    today = reader.today(now)
    if not works_on(reader, today):
        return _("Today isn't a working day. Your next digest is on %(day)s.", day=weekday(next_workday(today, reader)))
    if not reader.is_digest_time(now):
        return _("Today's digest is scheduled for later.")
    if not was_reminded(ReminderKind.digest, "digest", reader.actor.id, today.isoformat()):
        return not_yet()
    if told[0].is_empty:
        return _("There was nothing to report this morning, so no digest was sent.")
    return _("Today's digest was created.")
