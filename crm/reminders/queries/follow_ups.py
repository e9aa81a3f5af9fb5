"""Open follow-ups as lines. Each begins from what the reader may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from crm import calendars
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _, join_facts
from crm.followups.conditions import OWED, is_due_before, is_overdue_on
from crm.followups.enums import FollowUpSide, FollowUpState, NextStepState
from crm.followups.models import FollowUp, FollowUpAbout
from crm.followups.policy import days_late, is_late, light, try_label
from crm.people.models import Person

from .items import DigestItem

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
    postponed_count: int
    mail_alone: bool
    confidential: bool
    person: str | None
    native_person: str | None
    about: str
    their_zone: str | None


class FollowUpAboutText(NamedTuple):
    """The organizations and opportunities of a follow-up, and the zone of a person among them."""

    text: str
    zone: str | None


COLUMNS = FollowUpReminderRow._fields[:-2]


class OwedCount(NamedTuple):
    """How many follow-ups of one side are due, and how many of them are overdue, also those without a line."""

    due: int = 0
    overdue: int = 0


class DueFollowUps(NamedTuple):
    """What is due, the oldest first, how many older ones are left out, and the counts of both sides."""

    rows: list[FollowUpReminderRow]
    older_count: int
    we: OwedCount
    they: OwedCount


def list_due_follow_ups(
    actor: Actor, until: date, *, for_mail: bool = False, counselor_id: int | None = None
) -> DueFollowUps:
    """Return the actor's open follow-ups due up to a day: the latest 30, so that many overdue ones hide no new one.

    One with a time counts on the actor's day: 9 AM of tomorrow in Shanghai is this evening in Los Angeles.
    Others may read an email over a shoulder: `for_mail` leaves out the names of confidential records. `counselor_id`:
    those of another counselor, as far as the actor may see them.
    """
    starts, ends = calendars.day_bounds(until, actor.zone)
    days = {"until": until, "starts": starts, "day_after": until + timedelta(days=1), "ends": ends}
    params = days | {"counselor": counselor_id or actor.id}
    found_rows = _open_follow_ups(actor, for_mail, **params)
    abouts = _load_abouts(actor, {row.id: row.person_id for row in found_rows}, for_mail=for_mail)
    rows = []
    for row in found_rows:
        about = abouts.get(row.id, FollowUpAboutText("", None))
        values = {name: getattr(row, name) for name in COLUMNS} | {"side": row.side.value}
        zone = row.person_zone or about.zone
        rows.append(FollowUpReminderRow(**values, about=about.text, their_zone=zone))
    if not found_rows:
        return DueFollowUps([], 0, OwedCount(), OwedCount())
    first = found_rows[0]
    we, they = OwedCount(first.we_due, first.we_overdue), OwedCount(first.they_due, first.they_overdue)
    return DueFollowUps(sorted(rows, key=_by_time), first.total - len(found_rows), we, they)


@cached_query
def _open_follow_ups(profile: AccessProfile, for_mail: bool) -> Select:  # noqa: FBT001 - cached by position
    to = alias(Record, "reminders_person")
    may_name = sa.and_(
        to.id == sa.func.coalesce(FollowUp.promised_by_id, FollowUp.promised_to_id), visible(profile, to)
    )
    # What is open is found by its day: the index of counselors (which a sum does not match) has all that was ever done.
    is_own = FollowUp.counselor_id + 0 == sa.bindparam("counselor")
    is_due = is_due_before(sa.bindparam("day_after", type_=sa.Date), sa.bindparam("ends", type_=Instant))
    return (
        sa.select(
            FollowUp.id,
            FollowUp.title,
            FollowUp.side,
            FollowUp.due_on,
            FollowUp.due_at,
            FollowUp.zone,
            FollowUp.tries,
            FollowUp.postponed_count,
            FollowUp.mail_alone,
            FollowUp.confidential,
            to.label.label("person"),
            to.native_label.label("native_person"),
            PERSON.c.zone.label("person_zone"),
            to.id.label("person_id"),
            sa.func.count().over().label("total"),
            *_counts(),
        )
        .select_from(FollowUp)
        .outerjoin(to, sa.and_(may_name, sa.not_(to.confidential)) if for_mail else may_name)
        .outerjoin(PERSON, PERSON.c.id == to.id)
        .where(FollowUp.state == FollowUpState.open, is_due, is_own)
        .where(FollowUp.archived_at.is_(None), visible(profile, FollowUp))
        .order_by(FollowUp.due_on.desc(), FollowUp.id.desc())
        .limit(MAX_FOLLOW_UPS)
    )


def _counts() -> Iterator[sa.ColumnElement[int]]:
    """Yield for both sides how many of all rows are due, and how many are overdue on the last day of the query."""
    is_late = is_overdue_on(sa.bindparam("until", type_=sa.Date), sa.bindparam("starts", type_=Instant))
    for side in OWED:
        is_owed = FollowUp.side == side
        for name, condition in (("due", is_owed), ("overdue", sa.and_(is_owed, is_late))):
            yield sa.func.sum(sa.case((condition, 1), else_=0)).over().label(f"{side.value}_{name}")


def _by_time(row: FollowUpReminderRow) -> tuple[date, bool, float, int]:
    """Sort by day; without a time first, then by time."""
    return row.due_on, row.due_at is not None, row.due_at.timestamp() if row.due_at else 0.0, row.id


def _load_abouts(actor: Actor, person_ids: Mapping[int, int | None], *, for_mail: bool) -> dict[int, FollowUpAboutText]:
    """Return by follow-up what it is about; the text leaves out the person of the line (`person_ids`)."""
    by_id: dict[int, FollowUpAboutText] = {}
    for followup_id, record_id, label, zone in _select_related_records(actor, for_mail, ids=list(person_ids)):
        about = by_id.get(followup_id, FollowUpAboutText("", None))
        more = "" if record_id == person_ids[followup_id] else label
        text = ", ".join(part for part in (about.text, more) if part)
        by_id[followup_id] = FollowUpAboutText(text, about.zone or zone)
    return by_id


@cached_query
def _select_related_records(profile: AccessProfile, for_mail: bool) -> Select:  # noqa: FBT001 - cached by position
    return (
        sa.select(FollowUpAbout.followup_id, Record.id, Record.label, PERSON.c.zone)
        .join(Record, Record.id == FollowUpAbout.record_id)
        .outerjoin(PERSON, PERSON.c.id == Record.id)
        .where(FollowUpAbout.followup_id.in_(sa.bindparam("ids", expanding=True)), visible(profile))
        .where(sa.not_(Record.confidential) if for_mail else sa.true())
        .order_by(FollowUpAbout.followup_id, Record.kind != "organization", Record.id)
    )


def build_follow_up_item(row: FollowUpReminderRow, now: datetime, zone: str) -> DigestItem:
    """Return a follow-up as a line."""
    due = row.due_at or row.due_on
    state = light(due, now, zone)
    if row.side == FollowUpSide.idea.value and state is NextStepState.late:
        state = NextStepState.none
    names = ", ".join(part for part in (row.person, row.about) if part)
    tries = str(try_label(row.tries) or "")
    notes = [names, tries, _describe_postponements(row.postponed_count)]
    return DigestItem(
        icon="followup",
        title=row.title,
        record_id=row.id,
        kind="followup",
        second=join_facts(notes),
        native=row.native_person or "",
        when=_format_due_day(row, now, zone, is_overdue=days_late(due, now, zone) > 0),
        light=state.value,
        at=row.due_at,
        their_zone=row.their_zone or row.zone,
        due_on=row.due_on,
        actions=("done", "later", "no-answer", "log"),
        followup_id=row.id,
        confidential=row.confidential,
    )


def _describe_postponements(times: int) -> str:
    """Return how often it was postponed; once does not matter."""
    if times < 2:
        return ""
    return _("postponed twice") if times == 2 else _("postponed %(n)s times", n=times)


def _format_due_day(row: FollowUpReminderRow, now: datetime, zone: str, *, is_overdue: bool) -> str:
    """Return when it is due, or since when it is overdue; nobody owes an idea."""
    if row.side == FollowUpSide.idea.value and is_late(row.due_at or row.due_on, now, zone):
        return _("planned for %(day)s", day=formats.day(row.due_on, weekday=True))
    if is_overdue:
        return _("overdue since %(day)s", day=formats.day(row.due_on, weekday=True))
    today = calendars.local_day(now, zone)
    if row.due_at is not None:
        clock = formats.both_clocks(row.due_at, row.their_zone or row.zone)
        day = calendars.local_day(row.due_at, zone)
        if row.due_at < now:
            return _("overdue since %(time)s", time=clock)
        return clock if day == today else f"{formats.day(day, weekday=True)} {clock}"
    return _("today") if row.due_on == today else formats.day(row.due_on, weekday=True)
