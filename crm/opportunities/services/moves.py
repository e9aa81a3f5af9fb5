"""Move opportunities through their stages, undo moves, mark exit tests by hand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.errors import Forbidden, Invalid, NotFound
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
    probability,
)
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.records.services import set_evidence
from crm.reference.models import LostReason
from crm.reference.queries import lost_reason

from .opportunities import add_change

UNDO_MINUTES = 10
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
    waived = _waive(actor, row, move, not_applicable, may_hold=may_hold)
    change = add_change(actor, row, ChangedField.stage, row.stage.value, stage.value, reason_text)
    change.skipped = [test.value for test in move.skipped if test not in not_applicable]
    for evidence in waived:
        # The same moment ties the evidence to the move: undo removes both.
        evidence.at = change.at
    _enter(row, stage, reason_text, wakes_on, reason)
    db.session.flush()
    return change


def _check_end(
    actor: Actor, stage: OpportunityStage, why: str | None, wakes_on: date | None, reason: LostReason | None
) -> None:
    """Raise Invalid for an end state without its reason or date."""
    if stage is OpportunityStage.lost and reason is None:
        raise Invalid(_("Choose a lost reason."), "lost_reason_id")
    if reason is not None and reason.asks_words and not (why and why.strip()):
        raise Invalid(_("Describe why it was lost."), "why")
    if stage is OpportunityStage.dormant and wakes_on is not None and wakes_on <= clock.today(actor.zone):
        raise Invalid(_("Choose a date after today."), "wakes_on")


def _waive(
    actor: Actor, row: Opportunity, move: StageMove, not_applicable: Collection[ExitTest], *, may_hold: bool
) -> list[Evidence]:
    """Mark tests that the move skips as not applicable. Raises Invalid without the right for one."""
    waived = [test for test in move.skipped if test in not_applicable]
    for test in waived:
        if not may_mark_test(test, applies=False, may_hold=may_hold):
            raise Invalid(_("Ask a compliance officer to mark “%(test)s” as not applicable.", test=test.label), "skip")
    return [set_evidence(actor, row, str(test.value), EvidenceState.does_not_apply) for test in waived]


def _enter(
    row: Opportunity, stage: OpportunityStage, why: str | None, wakes_on: date | None, reason: LostReason | None
) -> None:
    if stage is OpportunityStage.export_hold:
        row.held_from = row.stage
    if stage is OpportunityStage.dormant:
        row.wakes_on = wakes_on
    if reason is not None:
        row.lost_reason_id = reason.id
    if stage.is_end:
        row.end_why = why[:500] if why else None
    row.stage, row.stage_since = stage, clock.now()
    row.chance = probability(stage, percent=row.probability, certainty=row.certainty)


def undo_move(actor: Actor, row: Opportunity, change_id: int) -> None:
    """Undo the actor's own last move within ten minutes, with its waived tests; both moves stay in the history.

    Raises NotFound for another change, Invalid after ten minutes or if the move back is blocked.
    """
    stmt = sa.select(OpportunityChange).where(
        OpportunityChange.opportunity_id == row.id, OpportunityChange.field == ChangedField.stage.value
    )
    moves = db.session.scalars(stmt.order_by(OpportunityChange.id.desc()).limit(2)).all()
    if len(moves) < 2 or moves[0].id != change_id or moves[0].by_id != actor.id or moves[0].old is None:
        raise NotFound
    last, before = moves
    if clock.now() - last.at > timedelta(minutes=UNDO_MINUTES):
        raise Invalid(_("Move the opportunity back and enter a reason. Moves can be undone for 10 minutes only."))
    old = OpportunityStage.from_code(last.old or "")
    _delete_waived_tests(row, last)
    facts, may_hold = load_exit_tests(row).facts, can(actor, "opportunity:hold", row)
    move = check_move(row.stage, old, facts, may_hold=may_hold, why=".", wake_on=row.wakes_on)
    if move.refusal is not None:
        raise Invalid(move.refusal.label)
    row.stage, row.stage_since = old, before.at
    row.chance = probability(old, percent=row.probability, certainty=row.certainty)
    add_change(actor, row, ChangedField.stage, last.new, last.old or "", _("Undone"))
    db.session.flush()


def _delete_waived_tests(row: Opportunity, move: OpportunityChange) -> None:
    """Delete the evidence that a move added for tests that don't apply."""
    waived = sa.select(Evidence).where(
        Evidence.record_id == row.id,
        Evidence.state == EvidenceState.does_not_apply,
        Evidence.at == move.at,
        Evidence.by_id == move.by_id,
    )
    for evidence in db.session.scalars(waived):
        db.session.delete(evidence)
    db.session.flush()


def mark_exit_test(
    actor: Actor, row: Opportunity, test: ExitTest, state: EvidenceState, where: str | None, result: str | None
) -> None:
    """Mark a test as met, with its source, or as not applicable. Raises Invalid."""
    applies = state is EvidenceState.met
    if not may_mark_test(test, applies=applies, may_hold=can(actor, "opportunity:hold", row)):
        raise Invalid(
            _("Update this on the product or the opportunity. Only a compliance officer can override it."), "state"
        )
    if applies and not where:
        raise Invalid(_("Enter the source (list, document or person)."), "where")
    if test is ExitTest.parties_screened and applies and not result:
        raise Invalid(_("Enter the screening result for each party."), "result")
    set_evidence(actor, row, str(test.value), state, where or "", result or "")
