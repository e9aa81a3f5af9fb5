"""Why somebody of us did, or did not, get a mail about a meeting to come."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import get_visible
from crm.core.i18n import formats
from crm.core.policy import Actor, ReminderChoice, may_see
from crm.core.words import _
from crm.interactions.models import Interaction, InteractionStaff
from crm.interactions.policy import InteractionState
from crm.reminders.models import Reminder
from crm.reminders.policy import ReminderKind, subject_of
from crm.reminders.queries import Reader, occurrence_of, readers

from .sent_reminders import Why, hour_of, name_of, no_access_reason, not_yet, tellings, was_reminded, weekday, works_on

KIND = ReminderKind.meeting_tomorrow


def of_meeting(actor: Actor, interaction_id: int, now: datetime) -> Why:
    """Explain the mails of a planned contact. Raises NotFound for one that the actor may not see."""
    row = get_visible(Interaction, actor, interaction_id)
    closed = _closed(row, now)
    reasons = [closed] if closed else [said for reader in _ours(row.id) for said in _of_reader(row, reader, now)]
    told = tellings(actor, KIND, Reminder.record_id == interaction_id)
    return Why(
        row.label, told, reasons or [_("No staff member is attending, so no reminders are sent.")], waits=not closed
    )


def _closed(row: Interaction, now: datetime) -> str:
    """Why nobody is told of it any more; "" while it is to come."""
    if row.archived_at is not None:
        return _("This record is archived, so no reminders are sent.")
    if row.state is not InteractionState.planned:
        return _(
            "This is %(state)s. Reminders are sent only for planned interactions.", state=formats.within(row.state)
        )
    return _("The planned time has passed. The digest asks whether it happened.") if row.at <= now else ""


def _ours(interaction_id: int) -> list[Reader]:
    """Those of us who take part and are still here."""
    stmt = sa.select(InteractionStaff.user_id).where(InteractionStaff.interaction_id == interaction_id)
    ids = list(db.session.scalars(stmt))
    return readers(ids) if ids else []


def _of_reader(row: Interaction, reader: Reader, now: datetime) -> list[str]:
    who = name_of(reader)
    if not may_see(reader.actor, row):
        return [no_access_reason(reader, row)]
    day = row.at.astimezone(ZoneInfo(reader.actor.zone)).date()
    if not reader.wants(KIND):
        return [_("%(who)s turned off emails about meetings.", who=who), _digest(reader, day)]
    if reader.choice is ReminderChoice.digest:
        said = _("No separate email is sent because %(who)s chose “%(choice)s”.", who=who, choice=reader.choice.label)
        return [said, _digest(reader, day)]
    return [*_eve(row, reader, day, now), _digest(reader, day)]


def _eve(row: Interaction, reader: Reader, day: date, now: datetime) -> list[str]:
    """The mail of the day before, from the hour of the digest on."""
    eve, today = day - timedelta(days=1), reader.today(now)
    said = _(
        "%(who)s gets an email the day before: %(day)s, from %(time)s.",
        who=name_of(reader),
        day=weekday(eve),
        time=hour_of(reader),
    )
    if was_reminded(KIND, subject_of(row.id), reader.actor.id, occurrence_of(row.at)):
        return [said]
    if eve < today:
        return [said, _("This was added or moved too late for the reminder, so no email was sent.")]
    here = now.astimezone(ZoneInfo(reader.actor.zone))
    return [said, not_yet()] if eve == today and here.hour >= reader.digest_hour else [said]


def _digest(reader: Reader, day: date) -> str:
    if not reader.wants(ReminderKind.digest):
        return _("The daily digest is turned off too, so this appears only on Today.")
    if not works_on(reader, day):
        return _("%(day)s isn't a working day, so no digest is sent that day.", day=weekday(day))
    return _("In the daily digest of %(day)s, %(time)s.", day=weekday(day), time=hour_of(reader))
