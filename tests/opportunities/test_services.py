"""Adding and changing opportunities: team, counselor, title, close date, and the recorded changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.errors import Invalid, NotFound
from crm.opportunities import services
from crm.opportunities.evidence import load_exit_tests
from crm.opportunities.history import list_changes
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import Certainty, ChangedField, ExitTest, OpportunityStage
from crm.opportunities.queries import list_export_reviewers
from crm.projects.services import add_project
from crm.records.services import change_counselor
from tests.factories import client_of, make_confidential, organization, representation, team_id_of
from tests.factories.opportunities import cleared_product, make_opportunity
from tests.opportunities.lookups import last_change


def test_new_opportunity_belongs_to_the_clients_team_and_counselor(actor, inland_client, people):
    row = services.add_opportunity(actor("anna"), {"client_id": inland_client.id, "title": "Probe"})
    assert (row.team_id, row.counselor_id, row.stage, row.chance) == (
        inland_client.team_id,
        people["anna"].id,
        OpportunityStage.matched,
        5,
    )
    assert last_change(row) == (ChangedField.stage, "", "Matched", None, [])


def test_opportunity_of_a_confidential_client_is_confidential(actor, people):
    secret = client_of("Inland", counselor=people["anna"])
    make_confidential(secret)
    assert services.add_opportunity(actor("anna"), {"client_id": secret.id, "title": "x"}).confidential


def test_counselor_without_access_to_a_confidential_client_is_refused(actor, people):
    secret = client_of("Inland", counselor=people["anna"], confidential=True)
    values = {"client_id": secret.id, "title": "x", "counselor_id": people["dora"].id}
    with pytest.raises(Invalid, match="Dora Lindqvist doesn't have access"):
        services.add_opportunity(actor("anna"), values)


def test_confidential_records_of_two_teams_are_refused_together(actor, people):
    secret = client_of("Inland", counselor=people["anna"], confidential=True)
    other = client_of("Bay", counselor=people["boris"], confidential=True, readers=[people["anna"]])
    with pytest.raises(Invalid, match="confidential in different teams"):
        services.add_opportunity(actor("anna"), {"client_id": secret.id, "title": "x", "buyer_id": other.id})


def test_opportunity_without_title_is_named_for_product_and_buyer(actor, inland_client):
    values = {"product_id": cleared_product(inland_client, name="CA-200").id, "buyer_id": organization("Huayue").id}
    row = services.add_opportunity(actor("anna"), {"client_id": inland_client.id, **values})
    assert (row.title, row.label) == ("CA-200, Huayue", "CA-200, Huayue")


def test_client_of_another_team_cannot_be_chosen(actor):
    with pytest.raises(NotFound):
        services.add_opportunity(actor("boris"), {"client_id": client_of("Inland").id, "title": "x"})


def test_counselor_of_an_opportunity_is_in_its_team(actor, inland_client, cleared_opportunity, people):
    for make in (
        lambda user_id: services.add_opportunity(
            actor("anna"), {"client_id": inland_client.id, "title": "x", "counselor_id": user_id}
        ),
        lambda user_id: services.change_opportunity(actor("anna"), cleared_opportunity, {"counselor_id": user_id}),
    ):
        with pytest.raises(Invalid, match="of the record's team") as refused:
            make(people["boris"].id)
        assert refused.value.field == "counselor_id"
    assert cleared_opportunity.counselor_id == people["anna"].id


@pytest.mark.parametrize("name", ["buyer_id", "project_id", "representation_id"])
def test_other_parties_are_screened_again(name, actor, cleared_opportunity, inland_client):
    services.change_opportunity(actor("anna"), cleared_opportunity, {"note": "Ask Zhou", "buyer_id": None})
    assert load_exit_tests(cleared_opportunity).facts.is_cleared
    rows = {"buyer_id": organization(), "project_id": add_project(actor("anna"), {"name": "Plant"})}
    row = rows.get(name) or representation(inland_client)
    services.change_opportunity(actor("anna"), cleared_opportunity, {name: row.id})
    tests = load_exit_tests(cleared_opportunity).facts
    assert ExitTest.parties_screened not in tests.met_tests
    assert not tests.is_cleared


def test_opportunity_of_a_shared_client_belongs_to_its_creator(actor, people):
    shared = organization(counselor=people["boris"])
    row = services.add_opportunity(actor("anna"), {"client_id": shared.id, "title": "x"})
    assert (row.team_id, row.counselor_id) == (team_id_of("Inland"), people["anna"].id)


def test_user_without_a_team_has_to_choose_one(actor, inland_client):
    nora, shared = actor("nora"), organization()
    with pytest.raises(Invalid, match="Choose a team") as refused:
        services.add_opportunity(nora, {"client_id": shared.id, "title": "x"})
    assert refused.value.field == "team_id"
    bay = {"team_id": team_id_of("Bay"), "title": "x"}
    assert services.add_opportunity(nora, bay | {"client_id": shared.id}).team_id == bay["team_id"]
    assert (
        services.add_opportunity(nora, {"client_id": inland_client.id, "title": "x"}).team_id == inland_client.team_id
    )
    with pytest.raises(Invalid, match="Leave the team blank"):
        services.add_opportunity(nora, bay | {"client_id": inland_client.id})


def test_opportunity_of_a_colleague_cannot_be_reassigned(actor, cleared_opportunity, people):
    with pytest.raises(Invalid, match="Only the counselor or a manager"):
        services.change_opportunity(actor("dora"), cleared_opportunity, {"counselor_id": people["dora"].id})
    services.change_opportunity(actor("clara"), cleared_opportunity, {"counselor_id": people["dora"].id})
    assert cleared_opportunity.counselor_id == people["dora"].id


def test_reassignment_adds_a_change(session, cleared_opportunity, people):
    change_counselor(cleared_opportunity, people["clara"].id)
    change_counselor(cleared_opportunity, people["clara"].id)
    rows = [(c.field, c.old, c.new) for c in list_changes(cleared_opportunity.id) if c.field is ChangedField.counselor]
    assert rows == [(ChangedField.counselor, people["anna"].name, people["clara"].name)]


@pytest.mark.parametrize(
    ("text", "quarter", "key"),
    [
        ("2027 q4", "2027Q4", date(2027, 12, 31)),
        ("Q1 2027", "2027Q1", date(2027, 3, 31)),
    ],
)
def test_close_may_be_a_quarter(actor, inland_client, text, quarter, key):
    row = services.add_opportunity(actor("anna"), {"client_id": inland_client.id, "title": "x", "close_quarter": text})
    assert (row.close_quarter, row.close_key) == (quarter, key)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"close_quarter": "soon"}, "close_quarter"),
        ({"close_quarter": "2027Q1", "close_on": date(2027, 1, 1)}, "close_quarter"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"probability": 101}, "probability"),
    ],
)
def test_invalid_values_are_reported_on_their_field(actor, cleared_opportunity, values, field):
    with pytest.raises(Invalid) as refused:
        services.change_opportunity(actor("anna"), cleared_opportunity, values)
    assert refused.value.field == field


def test_changes_of_amount_close_and_counselor_are_recorded(actor, cleared_opportunity, people):
    values = {"amount": Decimal(5000), "close_on": date(2027, 1, 31), "counselor_id": people["clara"].id, "note": "n"}
    services.change_opportunity(actor("anna"), cleared_opportunity, values, "They asked")
    rows = [(c.field, c.old, c.new, c.why) for c in list_changes(cleared_opportunity.id)][:3]
    assert sorted(rows, key=lambda t: t[0].value) == [
        (ChangedField.amount, "", "$5,000", "They asked"),
        (ChangedField.close, "", "Jan 31, 2027", "They asked"),
        (ChangedField.counselor, people["anna"].name, people["clara"].name, "They asked"),
    ]


@pytest.mark.parametrize(("why", "expected"), [("  ", None), (None, None), (" New price ", "New price")])
def test_reason_of_a_change_is_a_text_or_nothing(session, actor, cleared_opportunity, why, expected):
    services.change_opportunity(actor("anna"), cleared_opportunity, {"amount": 5}, why)
    stmt = sa.select(OpportunityChange.why).where(OpportunityChange.field == ChangedField.amount.value)
    assert session.scalars(stmt).all() == [expected]


def test_changes_of_other_fields_are_not_recorded(actor, cleared_opportunity):
    before = len(list_changes(cleared_opportunity.id))
    services.change_opportunity(
        actor("anna"), cleared_opportunity, {"note": "Only a note", "certainty": Certainty.sure}
    )
    assert (len(list_changes(cleared_opportunity.id)), cleared_opportunity.chance) == (before, 90)


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(10) ** 12 - Decimal("0.01")])
def test_amount_from_zero_to_just_under_a_trillion_is_accepted(actor, cleared_opportunity, amount):
    assert services.change_opportunity(actor("anna"), cleared_opportunity, {"amount": amount}).amount == amount


@pytest.mark.parametrize("amount", [Decimal("-0.01"), Decimal(10) ** 12])
def test_other_amounts_are_refused(actor, cleared_opportunity, amount):
    with pytest.raises(Invalid) as refused:
        services.change_opportunity(actor("anna"), cleared_opportunity, {"amount": amount})
    assert refused.value.field == "amount"


def test_changed_title_is_the_label_and_a_cleared_one_is_derived(actor, inland_client, cleared_opportunity):
    anna, product = actor("anna"), cleared_product(inland_client, name="CA-200")
    services.change_opportunity(anna, cleared_opportunity, {"title": "Probes for Ningbo"})
    assert (cleared_opportunity.label, "ningbo" in cleared_opportunity.tokens) == ("Probes for Ningbo", True)
    services.change_opportunity(anna, cleared_opportunity, {"title": "", "product_id": product.id})
    assert (cleared_opportunity.title, cleared_opportunity.label) == ("CA-200", "CA-200")


def test_confidential_opportunity_with_a_reader_of_another_team_names_its_open_client(actor, inland_client, people):
    row = make_opportunity(inland_client, "Probe", counselor=people["anna"])
    make_confidential(row, people["boris"])
    services.change_opportunity(actor("anna"), row, {"title": "Probes for Ningbo"})
    assert ("ningbo" in row.tokens, "clearair" in row.tokens) == (True, True)


def test_three_compliance_officers_are_named_those_of_the_team_first(people, cleared_opportunity):
    for name in ("boris", "clara", "nora", "admin"):
        people[name].has_compliance = True
    names = [name for _id, name in list_export_reviewers(cleared_opportunity)]
    assert names == ["Ada Marsh", "Clara Whitfield", "Dora Lindqvist"]


@pytest.mark.parametrize(
    ("before", "values", "close"),
    [
        ({"close_quarter": "2027Q1"}, {"close_on": date(2027, 5, 3)}, (date(2027, 5, 3), None)),
        ({"close_on": date(2027, 5, 3)}, {"close_quarter": "Q1 2027"}, (None, "2027Q1")),
        ({"close_quarter": "2027Q1"}, {"close_on": None}, (None, "2027Q1")),
    ],
)
def test_close_date_alone_replaces_the_quarter_and_the_other_way_round(actor, inland_client, before, values, close):
    row = services.add_opportunity(actor("anna"), {"client_id": inland_client.id, "title": "x", **before})
    services.change_opportunity(actor("anna"), row, values)
    assert (row.close_on, row.close_quarter) == close
