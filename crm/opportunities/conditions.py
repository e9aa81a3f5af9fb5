"""Conditions for opportunities, shared by the list, the board and the reports."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import SHARED, AccessProfile, of_own_teams, today_of
from crm.core.data.base import Instant
from crm.core.data.record import Record, visible
from crm.core.data.record_dates import RecordDates
from crm.core.data.visibility_keys import CONFIDENTIAL_KEY
from crm.core.policy import Actor, Right
from crm.followups.enums import FollowUpState, NextStepState
from crm.followups.models import FollowUp, FollowUpAbout

from .models import Opportunity
from .policy import ACTIVE_STAGES, END_STAGES, LIKELY_PERCENT, LicenseGate, OpportunityStage, StageGroup, is_open
from .review import AWAITING

Condition = sa.ColumnElement[bool]
OPEN = tuple(stage for stage in OpportunityStage if is_open(stage))
SIGNED = tuple(stage for stage in OpportunityStage if stage.group is StageGroup.signed)
LOST = tuple(stage for stage in END_STAGES if stage not in (OpportunityStage.dormant, OpportunityStage.export_hold))
NO_CLOSE_DATE = date(9999, 12, 31)


def is_visible_opportunity(viewer: Actor | AccessProfile, opportunity: Any = Opportunity) -> Condition:
    """Return the condition for opportunities that the viewer may see; the same rule as `may_see_opportunity`."""
    is_visible = visible(viewer, opportunity)
    if Right.compliance not in viewer.rights:
        return is_visible
    undecided = sa.and_(opportunity.stage.in_(AWAITING), opportunity.license_gate == LicenseGate.to_determine)
    waits = sa.or_(opportunity.stage == OpportunityStage.export_hold, undecided)
    return sa.or_(is_visible, sa.and_(sa.not_(opportunity.confidential), waits))


OPPORTUNITY, RECORD = Opportunity.__table__, Record.__table__
"""The plain tables, for statements that count many opportunities without joining their records."""


def is_visible_active(viewer: AccessProfile) -> Condition:
    """Return the condition for active opportunities that the viewer may see, by their visibility key.

    Only confidential ones are looked up one by one. The parameters are filled in by `visibility_keys`.
    """
    is_confidential_visible = (
        sa.exists().where(RECORD.c.id == OPPORTUNITY.c.id, visible(viewer, RECORD.c)).correlate(OPPORTUNITY)
    )
    own: Any = sa.bindparam("keys", expanding=True)
    near: Any = sa.bindparam("keys_and_confidential", expanding=True)
    plain = OPPORTUNITY.c.visibility_key >= SHARED if viewer.sees_all_teams else OPPORTUNITY.c.visibility_key.in_(own)
    is_visible = sa.or_(plain, sa.and_(OPPORTUNITY.c.visibility_key == CONFIDENTIAL_KEY, is_confidential_visible))
    if Right.compliance in viewer.rights and not viewer.sees_all_teams:
        undecided = sa.and_(OPPORTUNITY.c.stage.in_(AWAITING), OPPORTUNITY.c.license_gate == LicenseGate.to_determine)
        waits = sa.or_(OPPORTUNITY.c.stage == OpportunityStage.export_hold, undecided)
        return sa.and_(
            OPPORTUNITY.c.visibility_key >= CONFIDENTIAL_KEY,
            sa.or_(is_visible, sa.and_(OPPORTUNITY.c.visibility_key > SHARED, waits)),
        )
    return sa.and_(
        OPPORTUNITY.c.visibility_key >= CONFIDENTIAL_KEY
        if viewer.sees_all_teams
        else OPPORTUNITY.c.visibility_key.in_(near),
        is_visible,
    )


def visibility_keys(actor: Actor) -> dict[str, list[int]]:
    """Return the parameters of `is_visible_active`: the keys of the actor's teams, without and with confidential."""
    keys = [SHARED, *sorted(actor.team_ids)]
    return {"keys": keys, "keys_and_confidential": [CONFIDENTIAL_KEY, *keys]}


def is_hidden_confidential(viewer: Actor | AccessProfile) -> Condition:
    """Return the condition for confidential opportunities of the viewer's teams that the viewer may not see.

    They may be counted, and never shown.
    """
    in_own_teams = sa.true() if viewer.sees_all_teams else of_own_teams(viewer, RECORD.c.team_id)
    is_confidential_visible = (
        sa.exists()
        .where(RECORD.c.id == OPPORTUNITY.c.id, in_own_teams, sa.not_(visible(viewer, RECORD.c)))
        .correlate(OPPORTUNITY)
    )
    return sa.and_(OPPORTUNITY.c.visibility_key == CONFIDENTIAL_KEY, is_confidential_visible)


def group_stages(group: StageGroup) -> tuple[OpportunityStage, ...]:
    return tuple(stage for stage in ACTIVE_STAGES if stage.group is group)


def is_in_group(code: str) -> Condition:
    """Return the condition for a stage group."""
    return Opportunity.stage.in_(group_stages(StageGroup.from_code(code)))


def is_in_state(code: str) -> Condition:
    """Return the condition for a state: open, signed, resting (dormant or on hold) or over."""
    resting = (OpportunityStage.dormant, OpportunityStage.export_hold)
    states = {
        "open": OPEN,
        "signed": SIGNED,
        "resting": resting,
        "over": LOST,
    }
    return Opportunity.stage.in_(states[code])


def day_start(day: date, zone: str) -> datetime:
    """Return the moment at which a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


OVERDUE_PARAMS = {stage: f"alarm_{stage.value}" for stage in OpportunityStage if stage.idle_days is not None}


def stage_deadlines(actor: Actor) -> dict[str, datetime]:
    """Return the parameters of `is_overdue_in_stage`: per stage the earliest entry allowed, by the actor's days."""
    today = clock.today(actor.zone)
    return {name: day_start(today - timedelta(days=s.idle_days or 0), actor.zone) for s, name in OVERDUE_PARAMS.items()}


def is_overdue_in_stage(viewer: Actor | AccessProfile) -> Condition:
    """Return the condition for opportunities that are in their stage longer than it allows.

    For an AccessProfile the parameters are filled in by `stage_deadlines`.
    """
    return sa.or_(*(condition for _stage, condition in list_overdue_conditions(viewer)))


def list_overdue_conditions(viewer: Actor | AccessProfile) -> list[tuple[OpportunityStage, Condition]]:
    """Return for each stage with a limit the condition for opportunities that are in it for longer."""
    deadlines = {} if isinstance(viewer, AccessProfile) else stage_deadlines(viewer)
    since = {s: deadlines.get(name, sa.bindparam(name, type_=Instant)) for s, name in OVERDUE_PARAMS.items()}
    row = OPPORTUNITY.c
    return [(s, sa.and_(row.stage == s, row.stage_since < deadline)) for s, deadline in since.items()]


def next_step_on(viewer: Actor | AccessProfile) -> sa.ColumnElement[date]:
    """Return the date of the next open follow-up of an opportunity.

    Confidential follow-ups count only for a confidential opportunity.
    """
    own_dates = (
        sa.select(sa.func.min(FollowUp.due_on))
        .join(FollowUpAbout, FollowUpAbout.followup_id == FollowUp.id)
        .where(FollowUpAbout.record_id == Opportunity.id, *open_steps(viewer))
        .correlate(Opportunity)
    )
    own = sa.case((Opportunity.confidential, own_dates.scalar_subquery()), else_=None)
    return sa.func.coalesce(own, next_open_step_on(viewer, Opportunity), type_=sa.Date())


def next_open_step_on(viewer: Actor | AccessProfile, opportunity: Any) -> sa.ScalarSelect[date | None]:
    """Return the date of the next open follow-up that isn't confidential."""
    dates = sa.select(sa.func.min(RecordDates.next_follow_up_on)).where(RecordDates.record_id == opportunity.id)
    if not viewer.sees_all_teams:
        dates = dates.where(of_own_teams(viewer, RecordDates.team_key))
    return dates.correlate_except(RecordDates).scalar_subquery()


def open_steps(viewer: Actor | AccessProfile) -> tuple[Condition, ...]:
    """Return the conditions for open follow-ups that the viewer may see."""
    return (FollowUp.state == FollowUpState.open, FollowUp.archived_at.is_(None), visible(viewer, FollowUp))


def soon_until(actor: Actor) -> date:
    """Return the last day on which a next step is due soon."""
    return clock.today(actor.zone) + timedelta(days=2)


def has_next_step_state(code: str, viewer: Actor | AccessProfile) -> Condition:
    """Return the condition for a state of the next step: the filter `light`."""
    today, due = today_of(viewer), next_step_on(viewer)
    soon = sa.bindparam("soon", type_=sa.Date) if isinstance(viewer, AccessProfile) else soon_until(viewer)
    match NextStepState.from_code(code):
        case NextStepState.late:
            return due < today
        case NextStepState.due:
            return due.between(today, soon)
        case NextStepState.planned:
            return due > soon
    return due.is_(None)


def closes_between(first: date | None, last: date | None) -> Condition:
    """Return the condition for a close date from a day to a day, both included; None: no limit on that side."""
    conditions = [Opportunity.close_key < NO_CLOSE_DATE]
    if first:
        conditions.append(Opportunity.close_key >= first)
    if last:
        conditions.append(Opportunity.close_key <= last)
    return sa.and_(*conditions)


def is_likely(*, likely: bool) -> Condition:
    """Return the condition for a probability of 60 percent or more, or of less; an unknown one is not likely."""
    chance = sa.func.coalesce(Opportunity.chance, 0)
    return chance >= LIKELY_PERCENT if likely else chance < LIKELY_PERCENT


def entered_stage_since(day: date, actor: Actor) -> Condition:
    """Return the condition for having entered the stage on that day or later."""
    return Opportunity.stage_since >= day_start(day, actor.zone)


def created_since(day: date, actor: Actor) -> Condition:
    """Return the condition for having been created on that day or later."""
    since = day_start(day, actor.zone)
    # A row created since then was also changed since then, and changed_at has an index.
    return sa.and_(Opportunity.changed_at >= since, Opportunity.created_at >= since)
