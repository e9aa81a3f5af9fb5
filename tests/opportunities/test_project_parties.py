"""Screening of the parties of a project: another one withdraws the screenings of the project's opportunities."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Change
from crm.opportunities.evidence import load_exit_tests
from crm.opportunities.policy import ExitTest, LicenseGate, OpportunityStage
from crm.projects.policy import LeadTest, ProjectRole
from crm.projects.queries import load_met_tests
from crm.projects.services import add_project, mark_lead_test, save_party
from crm.records.policy import EvidenceState
from crm.records.services import set_evidence
from tests.factories import client_of, organization
from tests.factories.opportunities import cleared_product, make_opportunity
from tests.records.lookups import undo_last


@pytest.fixture
def plant(actor):
    return add_project(actor("anna"), {"name": "Plant", "country": "CN"})


@pytest.fixture
def screen(actor, people, plant):
    """Return a function that adds an opportunity of the project with a finished export review."""

    def add(client, name="anna", state=EvidenceState.met, **values):
        values = {"project_id": plant.id, "license_gate": LicenseGate.not_needed} | values
        row = make_opportunity(
            client, counselor=people[name], product_id=cleared_product(client, counselor=people[name]).id, **values
        )
        set_evidence(actor(name), row, ExitTest.parties_screened.value, state, "trade.gov", "no hit")
        assert is_cleared(row)
        return row

    return add


@pytest.fixture
def hidden(people, screen):
    """Return a confidential opportunity of a client of another team."""
    return screen(client_of("Bay", counselor=people["boris"]), "boris", confidential=True)


def is_cleared(row):
    return load_exit_tests(row).facts.is_cleared


def add_prime(project):
    return save_party(project, {"organization_id": organization().id, "role": ProjectRole.prime})


def test_new_or_replaced_party_is_screened_again(actor, plant, inland_client, screen, hidden):
    row = screen(inland_client)
    other_project = screen(inland_client, project_id=add_project(actor("anna"), {"name": "Harbor"}).id)
    party = add_prime(plant)
    assert [is_cleared(r) for r in (row, hidden, other_project)] == [False, False, True]
    set_evidence(actor("anna"), row, ExitTest.parties_screened.value, EvidenceState.met, "trade.gov", "no hit")
    save_party(plant, {"organization_id": party.organization_id, "role": ProjectRole.prime}, party)
    save_party(plant, {"organization_id": organization().id, "role": ProjectRole.lender})
    assert is_cleared(row)
    save_party(plant, {"organization_id": organization().id, "role": ProjectRole.prime}, party)
    assert not is_cleared(row)


def test_withdrawal_is_in_the_history_of_the_opportunity(plant, inland_client, screen):
    row = screen(inland_client)
    add_prime(plant)
    stmt = sa.select(Change.action).where(Change.root_id == row.id, Change.table == "evidence").order_by(Change.id)
    assert db.session.scalars(stmt).all() == ["created", "deleted"]


def test_answer_that_screening_does_not_apply_stays(plant, inland_client, screen):
    row = screen(inland_client, state=EvidenceState.does_not_apply)
    add_prime(plant)
    assert is_cleared(row)


@pytest.mark.parametrize(
    ("stage", "stays"),
    [
        (OpportunityStage.quoted, False),
        (OpportunityStage.export_hold, False),
        (OpportunityStage.dormant, False),
        (OpportunityStage.contracted, True),
        (OpportunityStage.lost, True),
    ],
)
def test_signed_and_closed_opportunities_keep_their_screening(plant, inland_client, screen, stage, stays):
    row = screen(inland_client)
    row.stage = stage
    add_prime(plant)
    assert is_cleared(row) is stays


def test_as_many_statements_for_one_opportunity_as_for_five(plant, inland_client, screen, sql):
    counts = []
    for number in (1, 5):
        rows = [screen(inland_client) for _ in range(number)]
        new = organization()
        db.session.flush()
        sql.clear()
        save_party(plant, {"organization_id": new.id, "role": ProjectRole.prime})
        counts.append(len(sql))
        assert not any(map(is_cleared, rows))
    assert counts[0] == counts[1]


def test_undo_of_a_new_party_does_not_depend_on_hidden_opportunities(client, actor, people, plant, hidden):
    mark_lead_test(
        actor("anna"), plant, LeadTest.screening, {"state": EvidenceState.met, "where": "trade.gov", "result": "no hit"}
    )
    new = organization()
    db.session.commit()
    anna = client.login_as("anna")
    data = {"organization_id": new.id, "role": "prime"}
    assert anna.post(f"/projects/{plant.id}/parties/new", data=data).status_code == 303
    assert (LeadTest.screening in load_met_tests(plant), is_cleared(hidden)) == (False, False)
    assert undo_last(anna).status_code == 303
    assert LeadTest.prime not in load_met_tests(plant)
    assert (LeadTest.screening in load_met_tests(plant), is_cleared(hidden)) == (True, True)
