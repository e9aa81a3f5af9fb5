"""What a confirmed milestone means for an opportunity, and how milestones are reported from it."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.record import archive_record
from crm.core.errors import Invalid
from crm.impact.policy import Confirmation
from crm.impact.queries.reporting import may_report_impact
from crm.impact.services import (
    add_milestone,
    change_milestone,
    report_impact,
)
from crm.opportunities.policy import ExitTest, OpportunityStage
from crm.records.queries import evidence_of
from crm.records.services import name_action, undo_action
from tests.factories.impact import make_milestone
from tests.factories.opportunities import make_opportunity

pytestmark = pytest.mark.engine_in_turn

TODAY = date(2026, 3, 10)


@pytest.fixture
def anna(actor):
    return actor("anna")


def test_requirement_is_met_by_a_confirmed_milestone_of_this_opportunity_only(anna, chain):
    other = make_opportunity(chain.client)
    test = str(ExitTest.milestone.value)
    values = {"opportunity_id": other.id, "on": TODAY}
    add_milestone(anna, values | {"confirmed_on": TODAY, "confirmed_how": Confirmation.email})
    second = add_milestone(anna, {"opportunity_id": chain.opportunity.id, "on": TODAY})
    assert [test in evidence_of(row.id) for row in (other, chain.opportunity)] == [True, False]
    change_milestone(anna, second, {"confirmed_on": TODAY, "confirmed_how": Confirmation.phone})
    assert [test in evidence_of(row.id) for row in (other, chain.opportunity)] == [True, True]
    archive_record(second, "Twice")
    assert [test in evidence_of(row.id) for row in (other, chain.opportunity)] == [True, False]


@pytest.mark.parametrize("stage", OpportunityStage)
def test_impact_is_reported_from_a_signed_opportunity(anna, actor, chain, stage):
    values = {"opportunity_id": chain.opportunity.id, "on": TODAY}
    row = add_milestone(anna, values | {"confirmed_on": TODAY, "confirmed_how": Confirmation.email})
    chain.opportunity.stage = stage
    db.session.flush()
    is_signed = stage in (OpportunityStage.contracted, OpportunityStage.delivering)
    assert may_report_impact(anna, row) is is_signed
    if not is_signed:
        with pytest.raises(Invalid):
            report_impact(anna, row)
    assert not may_report_impact(actor("boris"), row)
    archive_record(row, "Twice")
    assert not may_report_impact(anna, row)


def test_milestone_is_found_by_its_former_title_after_an_undo(anna, chain):
    row = make_milestone(chain.client, "Quickfox order")
    db.session.commit()
    act_as(db.session(), anna, ChangeSource.web)
    change_milestone(anna, row, {"title": "Lazydog order"})
    batch_id = name_action("Renamed")
    db.session.commit()
    assert ("lazydog" in row.tokens, "quickfox" in row.tokens) == (True, False)
    act_as(db.session(), anna, ChangeSource.web)
    undo_action(anna, batch_id)
    assert (row.title, "lazydog" in row.tokens, "quickfox" in row.tokens) == ("Quickfox order", False, True)
