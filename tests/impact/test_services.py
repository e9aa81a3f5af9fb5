"""Adding, changing and confirming milestones."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.errors import Invalid, NotFound
from crm.impact.policy import Confirmation, MilestoneKind, MilestoneStatus
from crm.impact.services import add_milestone, change_milestone
from crm.organizations.services import change_organization
from tests.factories import client_of, make_confidential, organization
from tests.factories.impact import make_milestone
from tests.factories.opportunities import make_opportunity

TODAY = date(2026, 3, 10)


def test_milestone_of_an_opportunity_has_its_client_team_and_name(actor, chain):
    row = add_milestone(
        actor("anna"), {"opportunity_id": chain.opportunity.id, "on": TODAY, "what": MilestoneKind.jobs}
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
        ({"what": MilestoneKind.new_market}, "country"),
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


def test_other_teams_cannot_add_a_milestone(actor, chain):
    for values in ({"client_id": chain.client.id}, {"opportunity_id": chain.opportunity.id}):
        with pytest.raises(NotFound):
            add_milestone(actor("boris"), values | {"on": TODAY})


def test_title_follows_the_type_until_someone_writes_one(actor, chain):
    anna = actor("anna")
    row = add_milestone(anna, {"client_id": chain.client.id, "on": TODAY})
    assert row.label == "Export sale: Tri-Valley Sensors"
    change_milestone(anna, row, {"title": row.title, "what": MilestoneKind.contract})
    assert row.label == "Contract: Tri-Valley Sensors"
    change_milestone(anna, row, {"title": "First order", "what": MilestoneKind.export_sale})
    change_milestone(anna, row, {"title": "First order", "what": MilestoneKind.contract})
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
