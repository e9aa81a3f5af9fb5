"""Make follow-ups and settle them: done, dropped, later, no answer, given away, opened again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm import calendars, names
from crm.core import clock
from crm.core.db import db, new_uid
from crm.core.errors import Invalid
from crm.core.identity import Membership, User
from crm.core.outbox.put import cancel_mails
from crm.core.policy import Actor
from crm.core.record import Record, get_visible, name_record
from crm.core.words import _
from crm.organizations.models import Organization
from crm.people.models import Affiliation
from crm.people.queries import person
from crm.reference.queries import days_off

from . import policy
from .dates import refresh_next_steps
from .models import Cadence, FollowUp, FollowUpAbout
from .words import FollowUpState, Tier

PLAIN = ("title", "note", "side", "promised_by_id", "promised_to_id", "mail_alone", "repeat")


def add_follow_up(
    actor: Actor,
    values: Mapping[str, Any],
    *,
    about: Collection[int] = (),
    source_id: int | None = None,
    uid: str | None = None,
) -> FollowUp:
    """Make a follow-up about records the actor sees.

    `values`: title; due_on (a day) or due_wall (local date and time); zone; side; counselor_id and the rest of the
    form. Team: that of a team's record it is about, else the counselor's first. Raises Invalid, NotFound.
    """
    records = [get_visible(Record, actor, i) for i in about]
    counselor_id = values.get("counselor_id") or actor.id
    row = FollowUp(
        uid=uid or new_uid(), counselor_id=counselor_id, source_id=source_id, zone=values.get("zone") or actor.zone
    )
    row.team_id = next((r.team_id for r in records if r.team_id is not None), None) or _team_of(actor, counselor_id)
    row.confidential = any(r.confidential for r in records) and row.team_id is not None
    _set(actor, row, values)
    db.session.add(row)
    db.session.flush()
    for record_id in _with_firms(records):
        db.session.add(FollowUpAbout(followup_id=row.id, record_id=record_id))
    refresh_next_steps(about_of(row))
    return row


def change_follow_up(actor: Actor, row: FollowUp, values: Mapping[str, Any]) -> FollowUp:
    """Change what `values` names. A new due day or counselor recalls the mail on its way; the next tick finds it."""
    before = (row.due_on, row.due_at, row.counselor_id)
    if values.get("counselor_id"):
        row.counselor_id = values["counselor_id"]
    _set(actor, row, values)
    db.session.flush()
    if (row.due_on, row.due_at, row.counselor_id) != before:
        _recall(row)
    refresh_next_steps(about_of(row))
    return row


def _set(actor: Actor, row: FollowUp, values: Mapping[str, Any]) -> None:
    for name in PLAIN:
        if name in values:
            setattr(row, name, values[name])
    if not row.title:
        raise Invalid(_("Say what is to be done."), "title")
    for person_id in filter(None, (values.get("promised_by_id"), values.get("promised_to_id"))):
        person(actor, person_id)
    row.zone = values.get("zone") or row.zone
    due = values.get("due_wall") or values.get("due_on")
    if due is not None:
        set_due(row, due)
    if row.due_on is None:
        raise Invalid(_("Say by when."), "due_on")
    if row.repeat is not None and row.repeat_from is None:
        row.repeat_from = row.due_on
    name_record(row, row.title, None, [names.tokens(row.title)])


def set_due(row: FollowUp, due: date | datetime) -> None:
    """Set a day, or a local date and time in the row's zone; an aware moment is turned into that zone."""
    if isinstance(due, datetime):
        wall = due.astimezone(ZoneInfo(row.zone)).replace(tzinfo=None) if due.tzinfo else due
        row.due_at = calendars.resolve_local(wall.date(), wall.time(), row.zone)
        row.due_wall, row.due_on = wall, wall.date()
    else:
        row.due_on, row.due_wall, row.due_at = due, None, None


def _team_of(actor: Actor, counselor_id: int | None) -> int | None:
    if counselor_id is None or counselor_id == actor.id:
        return actor.first_team_id
    asked = (
        sa.select(Membership.team_id).where(Membership.user_id == counselor_id).order_by(Membership.position).limit(1)
    )
    return db.session.scalar(asked) or actor.first_team_id


def _with_firms(records: Collection[Record]) -> list[int]:
    """The records, and the main firm of a person when no firm is named: the firm's page shows it too."""
    ids = [r.id for r in records]
    people = [r.id for r in records if r.kind == "person"]
    if people and not any(r.kind == "organization" for r in records):
        asked = (
            sa.select(Affiliation.organization_id)
            .join(Organization, Organization.id == Affiliation.organization_id)
            .where(Affiliation.person_id.in_(people), Affiliation.to_on.is_(None), Affiliation.main)
        )
        ids += list(db.session.scalars(asked))
    return list(dict.fromkeys(ids))


def about_of(row: FollowUp) -> list[int]:
    """Ids of the records a follow-up is about."""
    return list(db.session.scalars(sa.select(FollowUpAbout.record_id).where(FollowUpAbout.followup_id == row.id)))


def _recall(row: FollowUp) -> None:
    cancel_mails(db.session(), record_id=row.id)


def _close(actor: Actor, row: FollowUp, state: FollowUpState, result: str | None) -> None:
    row.state, row.result = state, result
    row.closed_at, row.closed_by_id = clock.now(), actor.id
    db.session.flush()
    _recall(row)
    refresh_next_steps(about_of(row))


def finish(actor: Actor, row: FollowUp, result: str | None = None) -> FollowUp | None:
    """Settle it as done; a repeating one gives the next. Done twice stays done."""
    if row.state is not FollowUpState.open:
        return None
    _close(actor, row, FollowUpState.done, result)
    return _next_of(actor, row)


def drop(actor: Actor, row: FollowUp, why: str | None = None) -> None:
    """Give it up."""
    if row.state is FollowUpState.open:
        _close(actor, row, FollowUpState.dropped, why)


def _next_of(actor: Actor, row: FollowUp) -> FollowUp | None:
    """Make the next one of a repeating follow-up, computed from the rule and not from when it was done."""
    if row.repeat is None:
        return None
    begun = row.repeat_from or row.due_on
    today = clock.today(row.zone)
    day = policy.next_due(row.repeat, row.due_on, after=today, country=actor.country, month_day=begun.day)
    due = datetime.combine(day, row.due_wall.time()) if row.due_wall else day
    values = {name: getattr(row, name) for name in (*PLAIN, "counselor_id", "zone")}
    values["due_wall" if row.due_wall else "due_on"] = due
    made = add_follow_up(actor, values, about=about_of(row), source_id=row.source_id)
    made.repeat_from = row.repeat_from
    db.session.flush()
    return made


def put_off(actor: Actor, row: FollowUp, due: date | datetime) -> None:
    """Move it to a later day or moment, and count how often. Raises Invalid for a day that is over."""
    day = due.date() if isinstance(due, datetime) else due
    if day < clock.today(actor.zone):
        raise Invalid(_("Choose today or a later day."), "due_on")
    set_due(row, due)
    row.put_off += 1
    db.session.flush()
    _recall(row)
    refresh_next_steps(about_of(row))


def note_no_answer(actor: Actor, row: FollowUp) -> date:
    """Nobody answered: one more try, due two working days on; gives that day."""
    day = policy.no_answer_due(clock.today(actor.zone), actor.country, extra=days_off(actor.country))
    row.tries += 1
    set_due(row, datetime.combine(day, row.due_wall.time()) if row.due_wall else day)
    db.session.flush()
    _recall(row)
    refresh_next_steps(about_of(row))
    return day


def give(actor: Actor, row: FollowUp, user_id: int) -> None:
    """Hand it to a colleague. Raises Invalid for somebody who cannot see it."""
    user = db.session.get(User, user_id)
    if user is None or not user.active:
        raise Invalid(_("Choose a colleague."), "counselor_id")
    change_follow_up(actor, row, {"counselor_id": user_id})


def open_again(row: FollowUp, before: Mapping[str, Any]) -> None:
    """Undo: make it what it was; `before` as `undo_values` gave it."""
    for name in ("tries", "put_off"):
        if name in before:
            setattr(row, name, before[name])
    row.state, row.result, row.closed_at, row.closed_by_id = FollowUpState.open, None, None, None
    if before.get("due"):
        set_due(row, before["due"])
    db.session.flush()
    _recall(row)
    refresh_next_steps(about_of(row))


def set_cadence(record: Record, tier: Tier, every_days: int | None, today: date) -> Cadence:
    """Say how often to keep in touch with a record; silence counts from the day it was first said."""
    row = db.session.get(Cadence, record.id) or Cadence(record_id=record.id, counts_from=today)
    row.tier, row.every_days = tier, every_days
    db.session.add(row)
    db.session.flush()
    return row
