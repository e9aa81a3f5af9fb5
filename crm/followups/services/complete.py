"""Close, postpone, reassign and reopen follow-ups; set how often to keep in touch."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from crm import calendars
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.changed_rows import CREATED
from crm.core.data.history import UNDO, Batch, Change
from crm.core.data.identity import User, load_actor
from crm.core.data.record import Record, archive_record
from crm.core.errors import Invalid
from crm.core.policy import Actor, may_see
from crm.core.words import _
from crm.followups import policy
from crm.followups.dates import refresh_next_steps
from crm.followups.enums import FollowUpState, Tier
from crm.followups.models import Cadence, FollowUp, FollowUpAbout
from crm.records.services import copy_access, is_active, update_access
from crm.reference.queries import days_off

from .edit import PLAIN, about_of, add_follow_up, cancel_unsent_emails, change_follow_up, set_due

POSTPONED = {"postponed_count", "tries"}
"""Columns that only a postponement increases."""
PLANNED = {"due_wall", "zone", "repeat", "repeat_from"}
"""Columns of the time and the rule of a repeating follow-up."""


def _close(actor: Actor, row: FollowUp, state: FollowUpState, result: str | None) -> None:
    row.state, row.result = state, result
    row.closed_at, row.closed_by_id = clock.now(), actor.id
    db.session.flush()
    cancel_unsent_emails(row)
    refresh_next_steps(about_of(row))


def complete_follow_up(actor: Actor, row: FollowUp, result: str | None = None) -> FollowUp | None:
    """Mark it as done; return the next one of a repeating follow-up. A closed one is left unchanged."""
    if row.state is not FollowUpState.open:
        return None
    _close(actor, row, FollowUpState.done, result)
    return _next_of(actor, row)


def cancel_follow_up(actor: Actor, row: FollowUp, why: str | None = None) -> None:
    """Cancel it; a closed one is left unchanged."""
    if row.state is FollowUpState.open:
        _close(actor, row, FollowUpState.canceled, why)


def _next_of(actor: Actor, row: FollowUp) -> FollowUp | None:
    """Create the next one of a repeating follow-up.

    Its date is computed from the rule, not from the day to which this one was postponed or on which it was done.
    """
    if row.repeat is None:
        return None
    begun = row.repeat_from or row.due_on
    after = max(clock.today(row.zone), row.due_on)
    day = policy.next_due(row.repeat, begun, after=after, country=actor.country, extra=days_off(actor.country))
    planned_at = _find_planned_time(row)
    due = datetime.combine(day, planned_at) if planned_at else day
    values = {name: getattr(row, name) for name in (*PLAIN, "counselor_id", "zone")}
    if not is_active(row.counselor_id):
        values["counselor_id"] = actor.id
    values["due_wall" if planned_at else "due_on"] = due
    values["team_id"] = row.team_id
    repeat = add_follow_up(actor, values, source_id=row.source_id)
    repeat.repeat_from = row.repeat_from
    # The employers of those who owe something are linked already.
    linked_ids = set(about_of(repeat))
    missing_ids = [i for i in about_of(row) if i not in linked_ids]
    db.session.add_all(FollowUpAbout(followup_id=repeat.id, record_id=i) for i in missing_ids)
    copy_access(repeat, row)
    update_access("followup", [repeat.id])
    refresh_next_steps(about_of(row))
    return repeat


def _find_planned_time(row: FollowUp) -> time | None:
    """Return the time of day of a follow-up without its postponements, which concern it alone; None without one.

    Walk the history backward over postponements to the time that was entered. What was undone is skipped.
    """
    wall = row.due_wall.isoformat() if row.due_wall else None
    undone: dict[str, list[Any]] = {}
    stmt = sa.select(Change.action, Change.diff, Batch.kind).outerjoin(Batch, Batch.id == Change.batch_id)
    stmt = stmt.where(Change.table == "followup", Change.row_id == str(row.id)).order_by(Change.id.desc())
    for action, diff, kind in db.session.execute(stmt):
        planned = {name: diff[name] for name in PLANNED & diff.keys()}
        if undone:
            undone = {} if planned == undone else undone
        elif planned and kind == UNDO:
            undone = {name: [old, new] for name, (new, old) in planned.items()}
        elif planned:
            if action == CREATED or planned.keys() != {"due_wall"} or POSTPONED.isdisjoint(diff):
                break
            wall = diff["due_wall"][0]
    return datetime.fromisoformat(wall).time() if wall else None


def repeat_of(row: FollowUp) -> FollowUp | None:
    """Return the open follow-up created when a repeating one was closed; None if there is none or it is closed, too."""
    if row.repeat is None or row.closed_at is None:
        return None
    stmt = sa.select(FollowUp).where(
        FollowUp.repeat == row.repeat,
        FollowUp.repeat_from == row.repeat_from,
        FollowUp.title == row.title,
        FollowUp.counselor_id == row.counselor_id,
        FollowUp.state == FollowUpState.open,
        FollowUp.due_on > row.due_on,
        FollowUp.created_at >= row.closed_at,
        FollowUp.archived_at.is_(None),
    )
    return db.session.scalars(stmt.order_by(FollowUp.id).limit(1)).one_or_none()


def postpone_follow_up(actor: Actor, row: FollowUp, due: date | datetime) -> None:
    """Postpone it to a date or moment and count the postponement; a date, that of the actor, keeps the time of day.

    Raises Invalid for a past date or moment and for a closed follow-up.
    """
    if row.state is not FollowUpState.open:
        raise Invalid(_("Reopen this follow-up first, as it's already closed."))
    day = due.date() if isinstance(due, datetime) else due
    if day < clock.today(actor.zone):
        raise Invalid(_("Choose today or a later date."), "due_on")
    if row.due_wall and not isinstance(due, datetime):
        due = policy.move_to_day(row.due_wall, row.zone, day, actor.zone)
        if calendars.resolve_local(due.date(), due.time(), row.zone) <= clock.now():
            raise Invalid(_("Choose a later date. That time has already passed."), "due_on")
    set_due(row, due)
    row.postponed_count += 1
    db.session.flush()
    cancel_unsent_emails(row)
    refresh_next_steps(about_of(row))


def note_no_answer(actor: Actor, row: FollowUp) -> date:
    """Count one more attempt and postpone by two working days; return that date.

    Raises Invalid for a closed follow-up.
    """
    if row.state is not FollowUpState.open:
        raise Invalid(_("Reopen this follow-up first, as it's already closed."))
    extra = days_off(actor.country)
    day = policy.no_answer_due(clock.today(actor.zone), actor.country, extra=extra)
    due: date | datetime = day
    if row.due_wall:
        country = calendars.country_of_zone(row.zone)
        due = policy.move_to_day(row.due_wall, row.zone, day, actor.zone)
        while not calendars.is_workday(country, due.date(), extra=days_off(country) if country else None):
            # Friday evening in California is Saturday morning in China.
            day = calendars.add_workdays(actor.country, day, 1, extra=extra)
            due = policy.move_to_day(row.due_wall, row.zone, day, actor.zone)
    row.tries += 1
    set_due(row, due)
    db.session.flush()
    cancel_unsent_emails(row)
    refresh_next_steps(about_of(row))
    return day


def reassign_follow_up(actor: Actor, row: FollowUp, user_id: int) -> None:
    """Reassign it to a colleague. Raises Invalid for a user without access."""
    user = db.session.get(User, user_id)
    if user is None or not user.active:
        raise Invalid(_("Choose a colleague."), "counselor_id")
    if not row.confidential and not may_see(load_actor(user), row):
        raise Invalid(
            _("Choose another user. %(name)s isn't on this follow-up's team.", name=user.name), "counselor_id"
        )
    change_follow_up(actor, row, {"counselor_id": user_id})


def reopen_follow_up(row: FollowUp) -> None:
    """Open a closed follow-up again; the next one of a repeating follow-up is archived while it is open."""
    repeat = repeat_of(row)
    row.state, row.result, row.closed_at, row.closed_by_id = FollowUpState.open, None, None, None
    db.session.flush()
    cancel_unsent_emails(row)
    if repeat is not None:
        archive_record(repeat, _("Undone"))
    refresh_next_steps(about_of(row))


def set_cadence(record: Record, tier: Tier, every_days: int | None, today: date) -> Cadence:
    """Set how often to keep in touch with a record; days without interaction count from the first setting."""
    row = db.session.get(Cadence, record.id) or Cadence(record_id=record.id, counts_from=today)
    row.tier, row.every_days = tier, every_days
    db.session.add(row)
    db.session.flush()
    return row
