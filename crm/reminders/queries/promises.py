"""Open follow-ups as lines. Each begins from what the reader may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core import formats
from crm.core.db import db
from crm.core.policy import Actor
from crm.core.record import Record
from crm.core.words import _
from crm.followups.models import FollowUp, FollowUpAbout
from crm.followups.policy import days_late, light, try_label
from crm.followups.words import FollowUpState

from .items import Item

MOST = 50


class Promise(NamedTuple):
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


def promises(actor: Actor, until: date) -> list[Promise]:
    """Open follow-ups of the actor due up to a day, the oldest first; at most 50."""
    who = sa.orm.aliased(Record)
    asked = (
        sa.select(
            FollowUp.id, FollowUp.title, FollowUp.side, FollowUp.due_on, FollowUp.due_at, FollowUp.zone, FollowUp.tries,
            FollowUp.put_off, FollowUp.mail_alone, FollowUp.confidential, who.label, who.native_label,
        )
        .outerjoin(who, who.id == sa.func.coalesce(FollowUp.promised_by_id, FollowUp.promised_to_id))
        .where(FollowUp.state == FollowUpState.open, FollowUp.archived_at.is_(None), FollowUp.due_on <= until)
        .where(FollowUp.counselor_id == actor.id)
        .order_by(FollowUp.due_on, FollowUp.due_at, FollowUp.id)
        .limit(MOST)
    )  # fmt: skip
    rows = list(db.session.execute(asked))
    about = _about([row[0] for row in rows])
    return [
        Promise(
            i, title, side.value, day, at, zone, tries, off, alone, secret, who_is, native, *about.get(i, ("", None))
        )
        for i, title, side, day, at, zone, tries, off, alone, secret, who_is, native in rows
    ]


def _about(ids: Collection[int]) -> dict[int, tuple[str, int | None]]:
    """Follow-up -> the firms and cases it is about in words, and the first record's id."""
    asked = (
        sa.select(FollowUpAbout.followup_id, Record.id, Record.label, Record.kind)
        .join(Record, Record.id == FollowUpAbout.record_id)
        .where(FollowUpAbout.followup_id.in_(ids))
        .order_by(FollowUpAbout.followup_id, Record.kind != "organization", Record.id)
    )
    found: dict[int, tuple[str, int | None]] = {}
    for followup_id, record_id, label, _kind in db.session.execute(asked):
        said, first = found.get(followup_id, ("", None))
        found[followup_id] = (f"{said}, {label}" if said else label, first or record_id)
    return found


def promise_item(p: Promise, now: datetime, zone: str) -> Item:
    """A promise as a line."""
    due = p.due_at or p.due_on
    late = days_late(due, now, zone)
    notes = [p.about, _tries(p), _("put off %(n)s times", n=p.put_off) if p.put_off > 1 else ""]
    return Item(
        icon="followup", title=p.title, record_id=p.id, kind="followup", second=" · ".join(n for n in notes if n),
        native=p.native_person or "", when=_when(p, late, now, zone), light=light(due, now, zone).value, at=p.due_at,
        there=p.zone, due_on=p.due_on, actions=("done", "later", "no-answer", "log"), followup_id=p.id,
        about_id=p.about_id, confidential=p.confidential,
    )  # fmt: skip


def _tries(p: Promise) -> str:
    label = try_label(p.tries)
    return str(label) if label else ""


def _when(p: Promise, late: int, now: datetime, zone: str) -> str:
    if late:
        return _("late since %(day)s", day=formats.day(p.due_on, weekday=True))
    today = now.astimezone(ZoneInfo(zone)).date()
    if p.due_at is not None:
        clock = formats.both(p.due_at, p.zone)
        day = p.due_at.astimezone(ZoneInfo(zone)).date()
        return clock if day == today else f"{formats.day(day, weekday=True)} {clock}"
    return _("today") if p.due_on == today else formats.day(p.due_on, weekday=True)
