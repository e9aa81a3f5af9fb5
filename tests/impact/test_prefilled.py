"""What the form of a new milestone begins with."""

from __future__ import annotations

import pytest

from crm.impact.policy import MilestoneStatus
from crm.impact.prefill import prefill_milestone
from crm.opportunities.policy import OpportunityStage
from tests.factories.opportunities import make_opportunity


@pytest.mark.parametrize(
    ("stage", "status"),
    [
        (OpportunityStage.negotiating, MilestoneStatus.expected),
        (OpportunityStage.contracted, MilestoneStatus.actual),
        (OpportunityStage.impact_reported, MilestoneStatus.actual),
        (OpportunityStage.lost, MilestoneStatus.expected),
        (OpportunityStage.dormant, MilestoneStatus.expected),
    ],
)
def test_result_is_actual_only_once_the_contract_is_signed(people, actor, clock, stage, status):
    row = make_opportunity(stage=stage)
    assert prefill_milestone(actor("anna"), {"opportunity_id": row.id})["status"] is status
