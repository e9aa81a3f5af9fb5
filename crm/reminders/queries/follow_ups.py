"""Open follow-ups as lines. Each begins from what the reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, question
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp, FollowUpAbout
from crm.followups.policy import days_late, light, try_label
from crm.people.models import Person

from .items import Item

MAX_FOLLOW_UPS = 30
PERSON = Person.__table__


class FollowUpReminderRow(NamedTuple):
    """An open follow-up of the reader."""

    id: int
    title: str
    side: str
    due_on: date
    due_at: datetime | None
    zone: str
    tries: int
    put_off: int
    mail_alone: bool
    confidential: bool
    person: str | None
    native_person: str | None
    about: str
    about_id: int | None
    there: str | None


class DueFollowUps(NamedTuple):
    """What is due, the oldest first, and how many older ones are left out."""

    shown: list[FollowUpReminderRow]
    older: int


def list_due_follow_ups(actor: Actor, until: date, *, for_mail: bool = False) -> DueFollowUps:
    """Open follow-ups of the actor due up to a day: the latest 30, so that the newest are told however many are late.

    A mail lies open on any desk: `for_mail` leaves out the names of confidential records.
    """
    rows = _promises(actor, for_mail, until=until)
    about = _about(actor, {row[0]: row[-2] for row in rows}, for_mail=for_mail)
    shown = []
    for i, title, side, day, at, zone, tries, off, alone, secret, who_is, native, their_zone, *_more in rows:
        words, first, there = about.get(i, ("", None, None))
        said = (i, title, side.value, day, at, zone, tries, off, alone, secret, who_is, native)
        shown.append(FollowUpReminderRow(*said, words, first, their_zone or there))
    return DueFollowUps(sorted(shown, key=_by_time), rows[0][-1] - len(rows) if rows else 0)


@question
def _promises(who: AccessProfile, for_mail: bool) -> Select:  # noqa: FBT001 - told by place
    to = alias(Record, "reminders_who")
    known = sa.and_(to.id == sa.func.coalesce(FollowUp.promised_by_id, FollowUp.promised_to_id), visible(who, to))
    # What is open is found by its day: the index of counselors (which a sum does not match) has all that was ever done.
    mine = FollowUp.counselor_id + 0 == who.id
    return (
        sa.select(
            FollowUp.id,
            FollowUp.title,
            FollowUp.side,
            FollowUp.due_on,
            FollowUp.due_at,
            FollowUp.zone,
            FollowUp.tries,
            FollowUp.put_off,
            FollowUp.mail_alone,
            FollowUp.confidential,
            to.label,
            to.native_label,
            PERSON.c.zone,
            to.id,
            sa.func.count().over(),
        )
        .select_from(FollowUp)
        .outerjoin(to, sa.and_(known, sa.not_(to.confidential)) if for_mail else known)
        .outerjoin(PERSON, PERSON.c.id == to.id)
        .where(FollowUp.state == FollowUpState.open, FollowUp.due_on <= sa.bindparam("until"), mine)
        .where(FollowUp.archived_at.is_(None), visible(who, FollowUp))
        .order_by(FollowUp.due_on.desc(), FollowUp.id.desc())
        .limit(MAX_FOLLOW_UPS)
    )


def _by_time(p: FollowUpReminderRow) -> tuple[date, bool, float, int]:
    """A day's own before what has a time on it, then by time."""
    return p.due_on, p.due_at is not None, p.due_at.timestamp() if p.due_at else 0.0, p.id


def _about(actor: Actor, said: Mapping[int, int | None], *, for_mail: bool) -> dict[int, tuple[str, int, str | None]]:
    """Follow-up -> the firms and cases it is about in words, the first record's id, the zone of a person among them.

    The words are less the person named already: `said` has that one by follow-up.
    """
    found: dict[int, tuple[str, int, str | None]] = {}
    for followup_id, record_id, label, zone in _abouts(actor, for_mail, ids=list(said)):
        words, first, there = found.get(followup_id, ("", record_id, None))
        more = "" if record_id == said[followup_id] else label
        found[followup_id] = (", ".join(w for w in (words, more) if w), first, there or zone)
    return found


@question
def _abouts(who: AccessProfile, for_mail: bool) -> Select:  # noqa: FBT001 - told by place
    return (
        sa.select(FollowUpAbout.followup_id, Record.id, Record.label, PERSON.c.zone)
        .join(Record, Record.id == FollowUpAbout.record_id)
        .outerjoin(PERSON, PERSON.c.id == Record.id)
        .where(FollowUpAbout.followup_id.in_(sa.bindparam("ids", expanding=True)), visible(who))
        .where(sa.not_(Record.confidential) if for_mail else sa.true())
        .order_by(FollowUpAbout.followup_id, Record.kind != "organization", Record.id)
    )


def build_follow_up_item(p: FollowUpReminderRow, now: datetime, zone: str) -> Item:
    """A promise as a line."""
    due = p.due_at or p.due_on
    late = days_late(due, now, zone)
    who = ", ".join(w for w in (p.person, p.about) if w)
    notes = [who, _tries(p), _put_off(p.put_off)]
    return Item(
        icon="followup",
        title=p.title,
        record_id=p.id,
        kind="followup",
        second=" · ".join(n for n in notes if n),
        native=p.native_person or "",
        when=_when(p, late, now, zone),
        light=light(due, now, zone).value,
        at=p.due_at,
        there=p.there or p.zone,
        due_on=p.due_on,
        actions=("done", "later", "no-answer", "log"),
        followup_id=p.id,
        about_id=p.about_id,
        confidential=p.confidential,
    )


def _tries(p: FollowUpReminderRow) -> str:
    label = try_label(p.tries)
    return str(label) if label else ""


def _put_off(times: int) -> str:
    """How often it was put off; once does not matter, twice has a word of its own."""
    if times < 2:
        return ""
    return _("postponed twice") if times == 2 else _("postponed %(n)s times", n=times)


def _when(p: FollowUpReminderRow, late: int, now: datetime, zone: str) -> str:
    if late:
        return _("overdue since %(day)s", day=formats.day(p.due_on, weekday=True))
    today = now.astimezone(ZoneInfo(zone)).date()
    if p.due_at is not None:
        clock = formats.both_clocks(p.due_at, p.there or p.zone)
        day = p.due_at.astimezone(ZoneInfo(zone)).date()
        if p.due_at < now:
            return _("overdue since %(time)s", time=clock)
        return clock if day == today else f"{formats.day(day, weekday=True)} {clock}"
    return _("today") if p.due_on == today else formats.day(p.due_on, weekday=True)
