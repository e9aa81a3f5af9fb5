"""Names, next steps and related records of an opportunity: only what the reader may see."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.accounts.models import SecurityEvent
from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.policy import can
from crm.opportunities import conditions, queries, services
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import LicenseGate, OpportunityStage
from tests.factories import archived, client_of, make_confidential, organization, person, product
from tests.factories.opportunities import make_opportunity, step
from tests.reports.conftest import lead


def row_for(reader, row):
    """Return the opportunity as cards show it to a reader."""
    return queries.load_opportunities(reader, [row.id])[row.id]


def test_buyer_and_project_that_are_hidden_are_not_named(people, actor, inland_client):
    buyer = organization("Bay Works", team="Bay", counselor=people["boris"])
    project = lead("Quiet plant")
    project.team_id, project.counselor_id = inland_client.team_id, people["clara"].id
    make_confidential(project)
    with_buyer, with_project = (
        make_opportunity(inland_client, buyer_id=buyer.id),
        make_opportunity(inland_client, project_id=project.id),
    )
    for row in (with_buyer, with_project):
        row.confidential = False
    db.session.flush()
    assert [row_for(actor("anna"), row).buyer_or_project for row in (with_buyer, with_project)] == [None, None]
    assert [
        row_for(actor("shen"), with_buyer).buyer_or_project.label,
        row_for(actor("clara"), with_project).buyer_or_project.label,
    ] == [
        "Bay Works",
        "Quiet plant",
    ]


def test_client_of_another_team_is_named_to_compliance_without_a_link(people, actor):
    bay = client_of("Bay", "Bay Metering", counselor=people["boris"])
    row = make_opportunity(bay, stage=OpportunityStage.export_hold)
    assert (row_for(actor("dora"), row).client.label, row_for(actor("dora"), row).client.id) == ("Bay Metering", None)
    for name in ("boris", "nora", "shen"):
        assert row_for(actor(name), row).client.id == bay.id


def test_compliance_sees_no_confidential_opportunity_of_other_teams(people, actor):
    row = make_opportunity(
        client_of("Bay"), stage=OpportunityStage.export_hold, counselor=people["boris"], confidential=True
    )
    dora = actor("dora")
    assert queries.load_opportunities(dora, [row.id]) == {}
    assert not can(dora, "opportunity:see", row)
    assert row.id not in set(
        db.session.scalars(sa.select(Opportunity.id).where(conditions.is_visible_opportunity(dora)))
    )


@pytest.mark.parametrize(
    ("stage", "gate", "visible"),
    [
        (OpportunityStage.matched, LicenseGate.to_determine, True),
        (OpportunityStage.matched, LicenseGate.not_needed, False),
        (OpportunityStage.negotiating, LicenseGate.to_determine, False),
        (OpportunityStage.export_hold, LicenseGate.not_needed, True),
    ],
)
def test_compliance_sees_of_other_teams_what_awaits_its_review(people, actor, stage, gate, visible):
    row = make_opportunity(client_of("Bay"), stage=stage, license_gate=gate)
    assert (row.id in queries.load_opportunities(actor("dora"), [row.id])) is visible
    assert can(actor("dora"), "opportunity:see", row) is visible
    assert can(actor("dora"), "opportunity:hold", row) is visible


def test_next_step_is_never_hidden_archived_or_closed(people, actor, inland_client):
    row = make_opportunity(inland_client, counselor=people["anna"])
    make_confidential(step(row, date(2026, 3, 1), "Secret"))
    archived(step(row, date(2026, 3, 2), "Gone"))
    assert row_for(actor("anna"), row).next_step is None
    stmt = sa.select(Opportunity.id).where(conditions.has_next_step_state("none", actor("anna")))
    assert set(db.session.scalars(stmt)) == {row.id}
    step(row, date(2026, 3, 5), "Open")
    assert row_for(actor("anna"), row).next_step == (date(2026, 3, 5), "Open")


def test_next_step_of_a_confidential_opportunity_is_its_confidential_one(people, actor, inland_client, clock):
    row = make_confidential(make_opportunity(inland_client, counselor=people["anna"]), people["dora"])
    make_confidential(step(row, date(2026, 3, 5), "For dora too"), people["dora"])
    make_confidential(step(row, date(2026, 3, 1), "Anna's alone"))
    steps = {name: row_for(actor(name), row).next_step for name in ("anna", "dora")}
    assert steps == {"anna": (date(2026, 3, 1), "Anna's alone"), "dora": (date(2026, 3, 5), "For dora too")}
    late = {
        name: set(
            db.session.scalars(sa.select(Opportunity.id).where(conditions.has_next_step_state("late", actor(name))))
        )
        for name in ("anna", "dora")
    }
    assert late == {"anna": {row.id}, "dora": {row.id}}


def test_related_records_are_shown_if_the_reader_may_see_them(people, actor, inland_client):
    buyer = organization("Bay Works", team="Bay", counselor=people["boris"])
    contact = person("Lu", "Hua", team="Bay", counselor=people["boris"])
    meter = product(inland_client, "Meter")
    row = make_opportunity(inland_client, buyer_id=buyer.id, buyer_contact_id=contact.id, product_id=meter.id)
    parts = {
        name: [name.id for _part, name, _kind in queries.list_parts(actor(name), row)] for name in ("anna", "shen")
    }
    assert parts == {"anna": [inland_client.id, meter.id], "shen": [inland_client.id, buyer.id, contact.id, meter.id]}


def test_archived_opportunity_is_in_no_panel(people, actor, inland_client):
    active, gone = make_opportunity(inland_client), make_opportunity(inland_client)
    archived(gone)
    assert [row.id for row in queries.list_opportunities_of(actor("anna"), [inland_client.id])[inland_client.id]] == [
        active.id
    ]


def test_default_counselor_is_the_active_counselor_of_a_visible_client(people, actor, inland_client):
    clara, anna = people["clara"], people["anna"]
    other = client_of("Inland", counselor=clara)
    hidden = client_of("Bay", counselor=people["boris"])
    shared = organization("Shared", counselor=people["boris"])
    ids = (inland_client.id, other.id, hidden.id, shared.id, None)
    offered = [queries.default_counselor(actor("anna"), i) for i in ids]
    assert offered == [anna.id, clara.id, anna.id, anna.id, anna.id]
    clara.active = False
    db.session.flush()
    assert queries.default_counselor(actor("anna"), other.id) == anna.id
    assert queries.default_counselor(actor("nora"), None) is None


@pytest.mark.parametrize("name", ["client", "buyer", "project"])
def test_list_cannot_be_filtered_by_a_hidden_record(client, people, actor, inland_client, name):
    """A filter does not reveal whether a hidden record is part of a visible opportunity."""
    hidden = organization("Quiet Harbor", team="Bay", counselor=people["boris"])
    project = lead("Quiet plant")
    project.team_id, project.counselor_id = inland_client.team_id, people["clara"].id
    make_confidential(project)
    row = make_opportunity(inland_client, "Sensors", buyer_id=hidden.id, project_id=project.id)
    row.confidential = False
    db.session.flush()
    part = {"client": inland_client.id, "buyer": hidden.id, "project": project.id}[name]
    page = client.login_as("anna").get(f"/opportunities/?{name}={part}").text
    assert ("Sensors" in page) is (name == "client")
    assert "Quiet" not in page


def test_confidential_opportunity_needs_a_counselor_with_access(people, actor, inland_client):
    secret = make_confidential(client_of("Inland", counselor=people["anna"]))
    for user_id in (people["boris"].id, 10**6):
        with pytest.raises(Invalid) as refused:
            services.add_opportunity(actor("anna"), {"client_id": secret.id, "title": "x", "counselor_id": user_id})
        assert refused.value.field == "counselor_id"


def test_opened_confidential_opportunity_is_in_the_security_log(client, people, session, inland_client):
    row, other = make_opportunity(inland_client), make_opportunity(inland_client)
    make_confidential(row, people["anna"])
    anna = client.login_as("anna")
    assert [anna.get(f"/opportunities/{x.id}").status_code for x in (row, other)] == [200, 200]
    events = session.query(SecurityEvent).filter(SecurityEvent.record_id.is_not(None))
    assert [(x.record_id, x.actor_id) for x in events] == [(row.id, people["anna"].id)]
