"""Move opportunities through their stages, undo moves, mark exit tests by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.history import ACTION, Batch, author_of
from crm.core.data.net_changes import NetChange, mapper_of
from crm.core.data.record import Record
from crm.core.errors import Forbidden, Invalid
from crm.core.hooks import QUICK_UNDO, UNDO_LOCKS, UNDONE, QuickUndo
from crm.core.policy import Actor, can
from crm.core.words import _
from crm.opportunities.evidence import load_exit_tests
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.policy import (
    ChangedField,
    ExitTest,
    MoveRefusal,
    OpportunityStage,
    StageMove,
    check_move,
    may_mark_test,
)
from crm.opportunities.rates import find_chance, lock_stage_percents
from crm.records.models import Evidence
from crm.records.policy import UNDO_MINUTES, EvidenceState
from crm.records.services import set_evidence
from crm.reference.models import LostReason
from crm.reference.queries import lost_reason

from .opportunities import SCREENED, add_change, refresh_opportunity_name
from .screening import check_own_screening
from .stored_values import load_last_changes, load_values
from .values import audited_values

FIELD_OF = {MoveRefusal.needs_reason: "why", MoveRefusal.needs_wake_up: "wakes_on"}


def move_opportunity(  # noqa: PLR0913 - keyword-only options
    actor: Actor,
    row: Opportunity,
    stage: OpportunityStage,
    *,
    why: str | None = None,
    wakes_on: date | None = None,
    lost_reason_id: int | None = None,
    not_applicable: Collection[ExitTest] = (),
) -> OpportunityChange:
    """Move an opportunity. `not_applicable`: tests that don't apply; other unmet tests are listed in the change.

    Raises Invalid with what the user has to do first, Forbidden for another team's opportunity that is not on hold.
    """
    may_hold = can(actor, "opportunity:hold", row)
    if OpportunityStage.export_hold not in (row.stage, stage) and not can(actor, "opportunity:edit", row):
        raise Forbidden
    reason = lost_reason(lost_reason_id) if stage is OpportunityStage.lost else None
    _check_end(actor, stage, why, wakes_on, reason)
    reason_text = why or (reason.name if reason else None)
    facts = load_exit_tests(row).facts
    move = check_move(row.stage, stage, facts, may_hold=may_hold, why=reason_text, wake_on=wakes_on)
    if move.refusal is not None:
        raise Invalid(move.refusal.label, FIELD_OF.get(move.refusal))
    _waive(actor, row, move, not_applicable, may_hold=may_hold)
    change = add_change(actor, row, ChangedField.stage, row.stage.value, stage.value, reason_text)
    change.skipped = [test.value for test in move.skipped if test not in not_applicable]
    _enter(row, stage, reason_text, wakes_on, reason)
    db.session.flush()
    return change


def _check_end(
    actor: Actor, stage: OpportunityStage, why: str | None, wakes_on: date | None, reason: LostReason | None
) -> None:
    """Raise Invalid for an end state without its reason or date."""
    if stage is OpportunityStage.lost and reason is None:
        raise Invalid(_("Choose a lost reason."), "lost_reason_id")
    if reason is not None and reason.requires_description and not (why and why.strip()):
        raise Invalid(_("Describe why it was lost."), "why")
    if stage is OpportunityStage.dormant and wakes_on is not None and wakes_on <= clock.today(actor.zone):
        raise Invalid(_("Choose a date after today."), "wakes_on")


def _waive(
    actor: Actor, row: Opportunity, move: StageMove, not_applicable: Collection[ExitTest], *, may_hold: bool
) -> None:
    """Mark tests that the move skips as not applicable. Raises Invalid without the right for one."""
    waived = [test for test in move.skipped if test in not_applicable]
    for test in waived:
        if not may_mark_test(test, applies=False, may_hold=may_hold):
            raise Invalid(_("Ask a compliance officer to mark “%(test)s” as not applicable.", test=test.label), "skip")
        set_evidence(actor, row, str(test.value), EvidenceState.does_not_apply)


def _enter(
    row: Opportunity, stage: OpportunityStage, why: str | None, wakes_on: date | None, reason: LostReason | None
) -> None:
    if stage is OpportunityStage.export_hold:
        row.held_from = row.stage
    if stage is OpportunityStage.dormant:
        row.wakes_on = wakes_on
    row.lost_reason_id = reason.id if reason is not None else None
    if stage.is_end:
        row.end_why = why[:500] if why else None
    row.stage, row.stage_since = stage, clock.now()
    row.chance = find_chance(row)


def mark_exit_test(
    actor: Actor, row: Opportunity, test: ExitTest, state: EvidenceState, where: str | None, result: str | None
) -> None:
    """Mark a test as met, with its source, or as not applicable. Raises Invalid."""
    applies = state is EvidenceState.met
    if not may_mark_test(test, applies=applies, may_hold=can(actor, "opportunity:hold", row)):
        raise Invalid(
            _("Update this on the product or the opportunity. Only a compliance officer can override it."), "state"
        )
    if test is ExitTest.milestone:
        raise Invalid(MoveRefusal.needs_milestone.label, "state")
    if applies and not where:
        raise Invalid(_("Enter the source (list, document or person)."), "where")
    if test is ExitTest.parties_screened and applies and not result:
        raise Invalid(_("Enter the screening result for each party."), "result")
    set_evidence(actor, row, str(test.value), state, where or "", result or "")


FIELDS = {
    "stage": ChangedField.stage,
    "amount": ChangedField.amount,
    "currency": ChangedField.amount,
    "close_key": ChangedField.close,
    "counselor_id": ChangedField.counselor,
}
"""The columns of which changes are recorded one by one."""
QUICK_COLUMNS = frozenset(
    {"amount", "currency", "probability", "certainty", "chance", "close_on", "close_quarter", "close_key"}
    | {"path", "license_gate", "waiting_for", "waiting_since", "second_counselor_id"}
)
"""The columns, besides the counselor, by which neither names nor links change."""


def _update_after_undo(actor: Actor, undone: Mapping[Opportunity, Sequence[NetChange]]) -> None:
    """Add reversed rows to the lists of changes, where the old ones stay; update probabilities and search names.

    Raises Forbidden for a hold without the right.
    """
    for row, changes in undone.items():
        names = {name for change in changes if change.table == Opportunity.__tablename__ for name in change.diff}
        stages = {change.diff["stage"][1] for change in changes if "stage" in change.diff} | {row.stage.value}
        is_held = "stage" in names and OpportunityStage.export_hold.value in stages
        if is_held and not can(actor, "opportunity:hold", row):
            raise Forbidden
        _add_reversed_changes(actor, [row.id], names)
        if "waiting_for" in names and "waiting_since" not in names:  # A former value of this field was restored.
            row.waiting_since = clock.now()
        if names & set(SCREENED) or any(change.table == Evidence.__tablename__ for change in changes):
            check_own_screening(row, changes)
        # The default of the team may be another one by now.
        row.chance = find_chance(row)
        refresh_opportunity_name(row)
    db.session.flush()


def _add_reversed_changes(actor: Actor, ids: Collection[int], names: Collection[str]) -> None:
    """Add rows to the lists of changes for those of these columns that have other values than after the last one.

    The undone change and its undo stay in the list of the opportunity, but no longer count; changes that are older,
    such as those of a merge, do. The undo of an undo counts as a change of its own: what it reverses doesn't count
    already, and an earlier change can have the same values.
    """
    own_batch = sa.select(Batch.kind).where(Batch.id == author_of(db.session()).batch_id)
    is_redo = db.session.scalar(own_batch) == ACTION  # `undo_action` makes it an action again.
    since = clock.now() - timedelta(minutes=UNDO_MINUTES)
    fields = {FIELDS[name]: None for name in names if name in FIELDS}
    shared: dict[str, Any] = {"at": clock.now(), "by_id": actor.id, "why": _("Undone")}
    db.session.flush()
    for part in chunked(ids) if fields else ():
        new: list[dict[str, Any]] = []
        undone: dict[str, list[int]] = {}
        last, values = load_last_changes(part, fields), load_values(part)
        for i, field in product(part, fields):
            counted, marked = last.get((i, field.value)), last.get((i, field.undone_code))
            if counted is None and marked is None:
                continue
            before = max(filter(None, (counted, marked)), key=lambda change: change.id).new
            value = ({ChangedField.stage: values[i].stage.value} | audited_values(values[i]))[field]
            if before == value:
                continue
            is_undone = (
                not is_redo
                and counted is not None
                and counted.at >= since
                and (counted.old, counted.new) == (value, before)
            )
            code = field.undone_code if is_undone else field.value
            new.append(shared | {"opportunity_id": i, "field": code, "old": before, "new": value})
            if counted is not None and is_undone:
                undone.setdefault(code, []).append(counted.id)
        for code, change_ids in undone.items():
            own = sa.update(OpportunityChange).where(OpportunityChange.id.in_(change_ids))
            db.session.execute(own.values(field=code), execution_options={"synchronize_session": False})
        if new:
            db.session.execute(sa.insert(OpportunityChange), new)


def _lock_teams(record_ids: Collection[int], changes: Sequence[NetChange]) -> None:
    """Lock the teams of opportunities before their rows, as those who choose default probabilities do."""
    team_ids = {change.diff["team_id"][0] for change in changes if "team_id" in change.diff}
    other_tables = {change.table for change in changes if _is_of_other_records(change.table)}
    other_ids = {change.root_id for change in changes if change.table in other_tables}
    for ids in chunked(set(record_ids) - other_ids):
        stmt = sa.select(Record.team_id).where(Record.id.in_(ids), Record.kind == "opportunity")
        team_ids.update(db.session.scalars(stmt.distinct()))
    for team_id in sorted(team_ids - {None}):
        lock_stage_percents(team_id)


def _is_of_other_records(table: str) -> bool:
    """Return whether the rows of a table are records of another kind."""
    cls = mapper_of(table).class_
    return issubclass(cls, Record) and cls not in (Record, Opportunity)


UNDO_LOCKS.append(_lock_teams)
UNDONE["opportunity"] = _update_after_undo
QUICK_UNDO["opportunity"] = QuickUndo(
    QUICK_COLUMNS,
    deriving=QUICK_COLUMNS,
    derive=lambda ids: {i: {"chance": find_chance(row)} for i, row in load_values(ids).items()},
    follow=_add_reversed_changes,
)
