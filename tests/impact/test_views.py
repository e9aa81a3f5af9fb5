"""Pages of milestones."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.impact.models import Milestone
from crm.opportunities.policy import OpportunityStage
from crm.records.queries import evidence_of
from tests.factories import client_of
from tests.factories.impact import CONFIRMED, make_milestone
from tests.factories.opportunities import reviewed


def test_milestone_is_added_from_an_opportunity_and_confirmed(client, chain):
    anna = client.login_as("anna")
    page = anna.get(f"/milestones/new?opportunity={chain.opportunity.id}").text
    assert ('value="260000"' in page, "Level meters for Ningbo" in page, "Tri-Valley Sensors" in page) == (
        True,
        True,
        True,
    )
    data = {
        "client_id": chain.client.id,
        "opportunity_id": chain.opportunity.id,
        "type": "contract",
        "status": "actual",
        "on": "2026-03-01",
        "reported_on": "2026-03-10",
        "amount": "260000",
        "currency": "USD",
        "publish": "not_asked",
    }
    assert anna.post("/milestones/new", data=data | {"on": ""}).status_code == 422
    added = anna.post("/milestones/new", data=data)
    assert added.status_code == 303
    page = anna.get(added.headers["Location"]).text
    for text in (
        "Contract: Level meters for Ningbo",
        "Consulate Shanghai",
        "Aquatech China",
        "$260,000",
        "Not confirmed",
    ):
        assert text in page, text
    row = db.session.scalars(sa.select(Milestone)).one()
    assert anna.post(f"/milestones/{row.id}/confirm", data={"version": row.version}).status_code == 422
    confirmed = anna.post(f"/milestones/{row.id}/confirm", data=CONFIRMED | {"version": row.version})
    assert confirmed.status_code == 303
    page = anna.get(added.headers["Location"]).text
    assert ("Confirmed by the client" in page, "R. Ortega" in page) == (True, True)


@pytest.mark.parametrize(("name", "path"), [("client", "organizations"), ("post", "organizations"), ("show", "shows")])
def test_record_pages_show_the_milestones_they_had_a_part_in(client, chain, name, path):
    make_milestone(title="First order", opportunity_id=chain.opportunity.id)
    address = f"/{path}/{getattr(chain, name).id}"
    assert "First order" in client.login_as("anna").get(address).text
    assert "First order" not in client.login_as("boris").get(address).text


def test_list_filters_and_exports_without_money_for_the_china_desk(client, chain):
    make_milestone(chain.client, "First order", amount=120000)
    make_milestone(chain.client, "Big hope", status="expected")
    make_milestone(client_of("Bay", "Bay Cold Chain"), "Foreign sale")
    anna = client.login_as("anna")
    expected_by_query = {
        "": {"First order", "Big hope"},
        "status=expected": {"Big hope"},
        "confirmed=yes": set(),
        "confirmed=no": {"First order", "Big hope"},
        "from=2026-03-11": set(),
        "to=2026-03-10": {"First order", "Big hope"},
        f"client={chain.client.id}": {"First order", "Big hope"},
        "q=order": {"First order"},
    }
    for query, expected in expected_by_query.items():
        page = anna.get(f"/milestones/?{query}").text
        assert {n for n in ("First order", "Big hope", "Foreign sale") if f">{n}</a>" in page} == expected, query
    assert "120000" in anna.get("/milestones/?as=csv").text
    assert "120000" not in client.login_as("shen").get("/milestones/?as=csv").text


def test_other_team_gets_404_and_stale_form_409(client, chain):
    row = make_milestone(chain.client, "First order")
    boris = client.login_as("boris")
    assert [boris.get(f"/milestones/{row.id}{end}").status_code for end in ("", "/edit", "/confirm")] == [404] * 3
    data = {"type": "jobs", "status": "actual", "on": "2026-03-01", "reported_on": "2026-03-10", "currency": "USD"}
    data |= {"publish": "not_asked", "version": 0}
    assert client.login_as("anna").post(f"/milestones/{row.id}/edit", data=data).status_code == 409


def test_adding_and_confirming_can_be_undone(client, chain):
    anna = client.login_as("anna")
    data = {"opportunity_id": chain.opportunity.id, "client_id": chain.client.id, "type": "contract"}
    data |= {"status": "actual", "on": "2026-03-01", "reported_on": "2026-03-10", "currency": "USD"}
    data |= {"publish": "not_asked"} | CONFIRMED
    added = anna.post("/milestones/new", data=data)
    page = anna.get(added.headers["Location"]).text
    assert "Report impact" in page
    row = db.session.scalars(sa.select(Milestone)).one()
    assert "milestone" in evidence_of(chain.opportunity.id)
    undone = anna.post(re.search(r'action="(/records/changes/\d+/undo)"', page)[1])
    assert undone.status_code == 303
    db.session.refresh(row)
    assert (row.archived_at is not None, evidence_of(chain.opportunity.id)) == (True, {})


def test_impact_is_reported_from_the_milestone(client, chain):
    anna = client.login_as("anna")
    reviewed(chain.opportunity)
    row = make_milestone(opportunity_id=chain.opportunity.id, confirmed_on=date(2026, 3, 9), confirmed_how="email")
    assert client.login_as("boris").post(f"/milestones/{row.id}/report").status_code == 404
    assert anna.login_as("anna").post(f"/milestones/{row.id}/report").status_code == 303
    db.session.refresh(chain.opportunity)
    assert chain.opportunity.stage is OpportunityStage.impact_reported
    assert anna.post(f"/milestones/{row.id}/report").status_code == 422


def test_list_is_filtered_by_a_record_that_had_a_part(client, chain, people):
    make_milestone(title="First order", opportunity_id=chain.opportunity.id)
    make_milestone(chain.client, "Other order")
    anna = client.login_as("anna")
    for record in (chain.post, chain.project, chain.show, chain.rep):
        page = anna.get(f"/milestones/?part={record.id}").text
        assert (">First order</a>" in page, ">Other order</a>" in page) == (True, False)
    hidden = client_of("Bay", "Bay Cold Chain")
    assert ">First order</a>" not in anna.get(f"/milestones/?part={hidden.id}").text
