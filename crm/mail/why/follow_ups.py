"""Why its counselor did, or did not, get a mail about a follow-up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crm.core.data.record import get_visible
from crm.core.i18n import formats
from crm.core.policy import Actor, may_see
from crm.core.words import _
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.reminders.models import Reminder
from crm.reminders.policy import ReminderKind, goes_alone, subject_of
from crm.reminders.queries import Reader, occurrence_of, readers

from .sent_reminders import (
    Why,
    hour_of,
    name_of,
    next_workday,
    no_access_reason,
    not_yet,
    tellings,
    was_reminded,
    weekday,
    works_on,
)


def of_follow_up(actor: Actor, followup_id: int, now: datetime) -> Why:
    """Explain the mails of a follow-up. Raises NotFound for one that the actor may not see."""
    row = get_visible(FollowUp, actor, followup_id)
    closed = _closed(row)
    told = tellings(actor, ReminderKind.followup_due, Reminder.record_id == followup_id)
    return Why(row.label, told, [closed] if closed else _of_reader(row, now), waits=not closed)


def _closed(row: FollowUp) -> str:
    """Why nobody is told of it any more; "" while it is open."""
    if row.archived_at is not None:
        return _("This record is archived, so no reminders are sent.")
    if row.state is not FollowUpState.open:
        state = formats.within(row.state)
        return _("This is %(state)s. Pending reminders were canceled.", state=state)
    if row.counselor_id is None:
        return _("No counselor is assigned, so no reminders are sent.")
    return ""


def _of_reader(row: FollowUp, now: datetime) -> list[str]:
    found = readers([row.counselor_id or 0])
    if not found:
        return [_("The counselor's account is deactivated, so no reminders are sent. Reassign this follow-up.")]
    reader = found[0]
    who = name_of(reader)
    if not may_see(reader.actor, row):
        return [no_access_reason(reader, row)]
    first = _("The counselor is %(who)s, and the follow-up is due %(day)s.", who=who, day=_due(row))
    alone = goes_alone(reader.choice, has_time=row.due_at is not None, mail_alone=row.mail_alone)
    if alone and reader.wants(ReminderKind.followup_due):
        return [first, *_alone(row, reader, now)]
    muted = alone and not reader.wants(ReminderKind.followup_due)
    said = (
        _("%(who)s turned off separate emails for follow-ups.", who=who)
        if muted
        else _("No separate email is sent because %(who)s chose “%(choice)s”.", who=who, choice=reader.choice.label)
    )
    return [first, said, _digest(row, reader, now)]


def _due(row: FollowUp) -> str:
    if row.due_at is None:
        return weekday(row.due_on)
    return f"{formats.day(row.due_at, weekday=True)}, {formats.both_clocks(row.due_at, row.zone)}"


def _alone(row: FollowUp, reader: Reader, now: datetime) -> list[str]:
    if row.due_at is not None:
        said = [_("This follow-up has a time, so a separate email is sent at that time.")]
        is_due = row.due_at <= now
    else:
        day = _morning(row.due_on, reader)
        is_due = day < reader.today(now) or (day == reader.today(now) and reader.is_digest_time(now))
        said = [_("A separate email is sent on %(day)s at %(time)s.", day=weekday(day), time=hour_of(reader))]
    occurrence = occurrence_of(row.due_at) if row.due_at else row.due_on.isoformat()
    if is_due and not was_reminded(ReminderKind.followup_due, subject_of(row.id), reader.actor.id, occurrence):
        said.append(not_yet())
    return said


def _digest(row: FollowUp, reader: Reader, now: datetime) -> str:
    if not reader.wants(ReminderKind.digest):
        return _("The daily digest is turned off too, so this appears only on Today.")
    day = max(_morning(row.due_on, reader), reader.today(now))
    day = day if works_on(reader, day) else next_workday(day, reader)
    return _(
        "In the daily digest from %(day)s, %(time)s, until closed.",
        day=weekday(day),
        time=hour_of(reader),
    )


def _morning(day: date, reader: Reader) -> date:
    """The last working day of the reader on or before a day: its digest reaches to the next one."""
    while not works_on(reader, day):
        day -= timedelta(days=1)
    return day
