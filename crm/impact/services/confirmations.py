"""What a confirmed milestone means for its opportunity: a stage requirement is met, and impact can be reported."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.hooks import DERIVED_DATES
from crm.core.policy import SYSTEM, Actor
from crm.core.words import _
from crm.impact.models import Milestone
from crm.impact.queries.reporting import may_report_impact
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import ExitTest, OpportunityStage
from crm.opportunities.queries import get_opportunity
from crm.opportunities.services import move_opportunity
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.records.services import may_name, set_evidence


def refresh_milestone_test(opportunity_id: int | None, actor: Actor = SYSTEM) -> None:
    """Mark the requirement "milestone confirmed by the client" of an opportunity as met, or as open again.

    A milestone counts that is confirmed and active, and that all who see the opportunity may see.
    """
    if opportunity_id is None:
        return
    db.session.flush()
    opportunity = db.session.get_one(Opportunity, opportunity_id)
    confirmed = sa.select(Milestone).where(
        Milestone.opportunity_id == opportunity_id, Milestone.confirmed_on.is_not(None), Milestone.archived_at.is_(None)
    )
    is_met = any(may_name(opportunity, row) for row in db.session.scalars(confirmed).all())
    test = str(ExitTest.milestone.value)
    existing = db.session.scalars(
        sa.select(Evidence).where(Evidence.record_id == opportunity_id, Evidence.test == test)
    ).one_or_none()
    if is_met and existing is None:
        set_evidence(actor, opportunity, test, EvidenceState.met)
    elif not is_met and existing is not None:
        db.session.delete(existing)
        db.session.flush()


def _refresh(milestone_id: int) -> None:
    refresh_milestone_test(db.session.get_one(Milestone, milestone_id).opportunity_id)


DERIVED_DATES["milestone"] = _refresh


def report_impact(actor: Actor, row: Milestone) -> Opportunity:
    """Move the opportunity of a confirmed milestone to *Impact reported*. Raises Invalid, NotFound, Forbidden."""
    if row.opportunity_id is None or not may_report_impact(actor, row):
        raise Invalid(_("Confirm a milestone of a signed opportunity first."))
    opportunity = get_opportunity(actor, row.opportunity_id, "opportunity:move")
    move_opportunity(actor, opportunity, OpportunityStage.impact_reported)
    return opportunity
