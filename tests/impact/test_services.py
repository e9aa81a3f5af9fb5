"""Adding, changing and confirming milestones."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.data.record import archive_record, restore_record
from crm.core.errors import Invalid, NotFound
from crm.core.search.search import search
from crm.impact.policy import Confirmation, MilestoneKind, MilestoneStatus
from crm.impact.services import add_milestone, change_milestone, report_impact
from crm.opportunities.policy import ExitTest, OpportunityStage
from crm.opportunities.services import mark_exit_test, move_opportunity
from crm.organizations.services import change_organization
from crm.records.policy import EvidenceState
from crm.records.queries import evidence_of
from tests.factories import client_of, make_confidential, organization
from tests.factories.impact import make_milestone
from tests.factories.opportunities import make_opportunity, reviewed

TODAY = date(2026, 3, 10)
CONFIRMED = {"confirmed_on": TODAY, "confirmed_how": Confirmation.email}


def test_milestone_of_an_opportunity_has_its_client_team_and_name(actor, chain):
    row = add_milestone(
        actor("anna"), {"opportunity_id": chain.opportunity.id, "on": TODAY, "type": MilestoneKind.jobs}
    )
    assert (row.client_id, row.team_id, row.counselor_id) == (
        chain.client.id,
        chain.client.team_id,
        chain.client.counselor_id,
    )
    assert row.label == "Jobs: Level meters for Ningbo"
    assert row.reported_on == TODAY


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": -1}, "amount"),
        ({"amount": 10**12}, "amount"),
        ({"jobs": -1}, "jobs"),
        ({"type": MilestoneKind.new_market}, "country"),
        ({"status": MilestoneStatus.actual, "on": date(2026, 3, 12)}, "on"),
        ({"confirmed_how": Confirmation.email}, "confirmed_on"),
        ({"confirmed_by_name": "R. Ortega"}, "confirmed_on"),
        ({"confirmed_on": TODAY}, "confirmed_how"),
        ({"confirmed_on": date(2026, 3, 11), "confirmed_how": Confirmation.email}, "confirmed_on"),
        (
            {"confirmed_on": TODAY, "confirmed_how": Confirmation.email, "status": MilestoneStatus.expected},
            "status",
        ),
    ],
)
def test_wrong_values_are_refused_at_their_field(actor, chain, values, field):
    with pytest.raises(Invalid) as refused:
        add_milestone(actor("anna"), {"client_id": chain.client.id, "on": TODAY, **values})
    assert refused.value.field == field


def test_links_to_another_client_or_no_post_are_refused(actor, chain):
    other = make_opportunity(client_of("Inland", "Bay Cold Chain"))
    with pytest.raises(Invalid, match="Choose an opportunity of this client"):
        add_milestone(actor("anna"), {"client_id": chain.client.id, "opportunity_id": other.id, "on": TODAY})
    values = {"client_id": chain.client.id, "post_id": organization("Ningbo Water").id, "on": TODAY}
    with pytest.raises(Invalid, match=r"Choose a U\.S\. post"):
        add_milestone(actor("anna"), values)
    assert add_milestone(actor("anna"), values | {"post_id": chain.post.id}).post_id == chain.post.id


def test_counselor_without_access_is_refused(actor, chain, people):
    values = {"client_id": chain.client.id, "on": TODAY, "counselor_id": people["boris"].id}
    with pytest.raises(Invalid, match="Choose a member of the record's team") as refused:
        add_milestone(actor("anna"), values)
    assert refused.value.field == "counselor_id"


def test_other_teams_cannot_add_a_milestone(actor, chain):
    for values in ({"client_id": chain.client.id}, {"opportunity_id": chain.opportunity.id}):
        with pytest.raises(NotFound):
            add_milestone(actor("boris"), values | {"on": TODAY})


def test_title_follows_the_type_until_someone_writes_one(actor, chain):
    anna = actor("anna")
    row = add_milestone(anna, {"client_id": chain.client.id, "on": TODAY})
    assert row.label == "Export sale: Tri-Valley Sensors"
    change_milestone(anna, row, {"title": row.title, "type": MilestoneKind.contract})
    assert row.label == "Contract: Tri-Valley Sensors"
    change_milestone(anna, row, {"title": "First order", "type": MilestoneKind.export_sale})
    change_milestone(anna, row, {"title": "First order", "type": MilestoneKind.contract})
    assert row.label == "First order"


def test_milestone_is_confidential_with_its_opportunity_and_stays_so(actor, people, chain):
    row = make_milestone(opportunity_id=chain.opportunity.id)
    assert not row.confidential
    make_confidential(chain.opportunity, people["dora"])
    assert (row.confidential, row.reader_ids) == (True, frozenset({people["dora"].id}))
    change_milestone(actor("anna"), row, {"opportunity_id": None})
    assert row.confidential


def test_milestone_is_found_by_the_new_name_of_its_client(actor, chain):
    row = make_milestone(chain.client, "First order")
    change_organization(actor("anna"), chain.client, {"name": "Quickfox Meters"})
    assert "quickfox" in row.tokens


def stage_test(row):
    return evidence_of(row.id).get("milestone")


def test_confirmed_milestone_meets_the_stage_requirement_until_it_is_archived(actor, chain):
    anna = actor("anna")
    row = add_milestone(anna, {"opportunity_id": chain.opportunity.id, "on": TODAY})
    assert stage_test(chain.opportunity) is None
    with pytest.raises(Invalid, match="Confirm a milestone"):
        report_impact(anna, row)
    change_milestone(anna, row, CONFIRMED)
    assert stage_test(chain.opportunity).state is EvidenceState.met
    archive_record(row, "Entered twice")
    assert stage_test(chain.opportunity) is None
    restore_record(row)
    assert stage_test(chain.opportunity).state is EvidenceState.met
    change_milestone(anna, row, {"opportunity_id": None})
    assert stage_test(chain.opportunity) is None


def test_impact_is_reported_after_the_confirmation(actor, chain):
    anna = actor("anna")
    reviewed(chain.opportunity)
    with pytest.raises(Invalid, match="Add a milestone"):
        move_opportunity(anna, chain.opportunity, OpportunityStage.impact_reported)
    with pytest.raises(Invalid, match="Add a milestone"):
        mark_exit_test(anna, chain.opportunity, ExitTest.milestone, EvidenceState.met, "By phone", "")
    row = add_milestone(anna, {"opportunity_id": chain.opportunity.id, "on": TODAY, **CONFIRMED})
    assert report_impact(anna, row).stage is OpportunityStage.impact_reported
    with pytest.raises(Invalid):
        report_impact(anna, row)


def test_confidential_milestone_leaves_no_trace_in_an_open_opportunity(actor, people, chain):
    row = add_milestone(actor("anna"), {"opportunity_id": chain.opportunity.id, "on": TODAY, **CONFIRMED})
    make_confidential(row, people["dora"])
    assert stage_test(chain.opportunity) is None


def test_milestone_is_found_by_a_changed_title(actor, chain):
    row = make_milestone(opportunity_id=chain.opportunity.id)
    change_milestone(actor("anna"), row, {"title": "Zebra order"})
    assert [hit.id for hit in search(actor("anna"), "zebra", ("milestone",))] == [row.id]
