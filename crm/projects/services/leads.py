"""Move leads and mark their tests."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.net_changes import NetChange
from crm.core.data.record import refuse_archived
from crm.core.errors import Invalid
from crm.core.hooks import QUICK_UNDO, UNDONE, QuickUndo
from crm.core.policy import Actor
from crm.core.words import _
from crm.projects.derived import derive_place
from crm.projects.models import LeadChange, Project
from crm.projects.policy import LeadStage, LeadTest, may_move_lead, missing_lead_tests
from crm.projects.queries import load_met_tests
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.records.services import (
    set_evidence,
)

from .projects import name_project
from .screening import PARTIES, check_screening


def move_lead(
    actor: Actor, row: Project, new: LeadStage, why: str | None = None, not_applicable: Collection[LeadTest] = ()
) -> LeadChange:
    """Move a lead and record its unmet tests; those in `not_applicable` are marked as such. Raises Invalid."""
    refuse_archived(row)
    if new is row.lead_stage:
        raise Invalid(_("Choose a different stage. The lead is already in this one."), "stage")
    if not may_move_lead(row.lead_stage, new, why=why):
        raise Invalid(_("Enter a reason for moving the lead back."), "why")
    for test in not_applicable:
        set_evidence(actor, row, test.value, EvidenceState.does_not_apply)
    skipped = missing_lead_tests(new, load_met_tests(row)) if new.order > row.lead_stage.order else ()
    change = LeadChange(
        project_id=row.id,
        at=clock.now(),
        by_id=actor.id,
        old=row.lead_stage,
        new=new,
        why=why,
        skipped=[test.value for test in skipped],
    )
    db.session.add(change)
    row.lead_stage, row.stage_since = new, change.at
    db.session.flush()
    return change


def mark_lead_test(actor: Actor, row: Project, test: LeadTest, values: Mapping[str, Any]) -> None:
    """Mark a test as met or as not applicable. Raises Invalid for a met test without its source."""
    state: EvidenceState = values["state"]
    if state is EvidenceState.met and not values.get("where"):
        raise Invalid(_("Enter the source (list, document or person)."), "where")
    set_evidence(actor, row, test.value, state, values.get("where") or "", values.get("result") or "")


def _update_after_undo(actor: Actor, undone: Mapping[Project, Sequence[NetChange]]) -> None:
    """Update the names and the bid deadlines, and add the moves back to the list of moves."""
    for row, changes in undone.items():
        name_project(row)
        row.bid_at = derive_place(row)["bid_at"]
        for stage in (change.diff["lead_stage"][1] for change in changes if "lead_stage" in change.diff):
            old = LeadStage.from_code(stage)
            move = LeadChange(
                project_id=row.id, at=clock.now(), by_id=actor.id, old=old, new=row.lead_stage, why=_("Undone")
            )
            db.session.add(move)
        if {change.table for change in changes} & {PARTIES, Evidence.__tablename__}:
            check_screening(row.id, changes)
    db.session.flush()


UNDONE["project"] = _update_after_undo
QUICK_UNDO["project"] = QuickUndo()
