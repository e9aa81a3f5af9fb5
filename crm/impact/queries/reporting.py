"""Whether the opportunity of a confirmed milestone can move to *Impact reported*."""

from __future__ import annotations

from crm.core.data.record import find_visible
from crm.core.policy import Actor, can
from crm.impact.models import Milestone
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage

BEFORE_REPORT = (OpportunityStage.contracted, OpportunityStage.delivering)
"""The stages before *Impact reported*."""


def may_report_impact(actor: Actor, row: Milestone) -> bool:
    """Return whether the client confirmed a milestone whose signed opportunity the actor may move."""
    if row.confirmed_on is None or row.archived_at is not None:
        return False
    opportunity = find_visible(actor, row.opportunity_id)
    is_before = isinstance(opportunity, Opportunity) and opportunity.stage in BEFORE_REPORT
    return is_before and can(actor, "opportunity:move", opportunity)
