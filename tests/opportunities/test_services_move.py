"""Moves of opportunities: forward, back, on hold, dormant, lost, undone; tests marked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm.core import clock as business_clock
from crm.core.data.history import ChangeSource, act_as
from crm.core.errors import Forbidden, Invalid
from crm.opportunities import services
from crm.opportunities.evidence import load_exit_tests
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import ChangedField, ExitTest, LicenseGate, OpportunityStage, SalesPath
from crm.products.policy import Jurisdiction
from crm.records.policy import EvidenceState
from crm.records.queries import evidence_of
from crm.records.services import name_action, undo_action
from tests.factories import client_of, organization
from tests.factories.opportunities import cleared_product, make_opportunity, reason
from tests.opportunities.lookups import last_change


def test_move_forward_records_the_tests_it_skips(actor, cleared_opportunity):
    services.move_opportunity(
        actor("anna"), cleared_opportunity, OpportunityStage.negotiating, not_applicable=[ExitTest.nnn]
    )
    assert cleared_opportunity.chance == 70
    assert last_change(cleared_opportunity) == (
        ChangedField.stage,
        "Matched",
        "Negotiating",
        None,
        [
            ExitTest.rep_known,
            ExitTest.introduction,
            ExitTest.capability_statement,
            ExitTest.vendor_registration,
            ExitTest.quote,
            ExitTest.test_result,
        ],
    )
    assert evidence_of(cleared_opportunity.id)["nnn"].state is EvidenceState.does_not_apply


REFUSED = {
    "no review": (OpportunityStage.quoted, {}, None),
    "back unsaid": (OpportunityStage.export_cleared, {}, "why"),
    "hold by staff": (OpportunityStage.export_hold, {}, None),
    "sleep without day": (OpportunityStage.dormant, {}, "wakes_on"),
    "sleep until yesterday": (OpportunityStage.dormant, {"wakes_on": date(2020, 1, 1)}, "wakes_on"),
    "lost without a reason": (OpportunityStage.lost, {"why": "They said no"}, "lost_reason_id"),
    "lost for nothing there is": (OpportunityStage.lost, {"lost_reason_id": 0}, "lost_reason_id"),
    "waived review": (OpportunityStage.qualifying, {"not_applicable": [ExitTest.jurisdiction]}, "skip"),
    "same": (OpportunityStage.introduced, {}, None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_move_changes_nothing(session, actor, inland_client, people, read_rows, name):
    stage, values, field = REFUSED[name]
    row = make_opportunity(inland_client, counselor=people["anna"], stage=OpportunityStage.introduced)
    if name == "waived review":
        row.stage = OpportunityStage.matched
    session.commit()
    before = read_rows()
    with pytest.raises(Invalid) as refused:
        services.move_opportunity(actor("anna"), row, stage, **values)
    session.rollback()
    assert refused.value.field == field
    assert read_rows() == before


@pytest.mark.parametrize("facts", [{"usml_category": "XI"}, {"jurisdiction": Jurisdiction.itar, "eccn": None}])
def test_munitions_for_china_are_refused_at_every_stage(facts, actor, cleared_opportunity, inland_client):
    cleared_opportunity.product_id = cleared_product(inland_client, **facts).id
    cleared_opportunity.buyer_id = organization("Huayue", country="CN").id
    with pytest.raises(Invalid, match="USML"):
        services.move_opportunity(actor("dora"), cleared_opportunity, OpportunityStage.introduced)


def test_direct_sale_has_no_vendor_qualification(actor, cleared_opportunity):
    cleared_opportunity.path = SalesPath.direct_sale
    with pytest.raises(Invalid, match="vendor qualification"):
        services.move_opportunity(actor("anna"), cleared_opportunity, OpportunityStage.qualifying)


def test_refused_license_closes_the_gate(actor, cleared_opportunity):
    cleared_opportunity.license_gate = LicenseGate.denied
    with pytest.raises(Invalid, match="export review"):
        services.move_opportunity(actor("anna"), cleared_opportunity, OpportunityStage.quoted)


def test_compliance_sets_and_lifts_the_hold_in_any_team(actor, people):
    row = make_opportunity(client_of("Bay"), stage=OpportunityStage.introduced)
    services.move_opportunity(actor("dora"), row, OpportunityStage.export_hold)
    assert (row.stage, row.held_from, row.chance) == (OpportunityStage.export_hold, OpportunityStage.introduced, None)
    services.move_opportunity(actor("dora"), row, OpportunityStage.introduced, why="Ruling came")
    assert row.stage is OpportunityStage.introduced


def test_compliance_moves_nothing_else_of_another_team(actor):
    row = make_opportunity(client_of("Bay"), stage=OpportunityStage.introduced)
    with pytest.raises(Forbidden):
        services.move_opportunity(actor("dora"), row, OpportunityStage.qualifying)


@pytest.mark.parametrize("user", ["boris", "clara", "nora", "admin", "shen"])
def test_nobody_else_lifts_the_hold(actor, user):
    row = make_opportunity(client_of("Bay"), stage=OpportunityStage.export_hold)
    with pytest.raises((Invalid, Forbidden)):
        services.move_opportunity(actor(user), row, OpportunityStage.introduced, why="Enough")
    assert row.stage is OpportunityStage.export_hold


def test_dormant_opportunity_has_a_date_to_reopen(actor, cleared_opportunity):
    wakes = business_clock.today("UTC") + timedelta(days=30)
    services.move_opportunity(actor("anna"), cleared_opportunity, OpportunityStage.dormant, wakes_on=wakes)
    assert (cleared_opportunity.stage, cleared_opportunity.wakes_on, cleared_opportunity.chance) == (
        OpportunityStage.dormant,
        wakes,
        None,
    )


def test_lost_opportunity_has_its_reason(actor, cleared_opportunity):
    price = reason("Price")
    services.move_opportunity(actor("anna"), cleared_opportunity, OpportunityStage.lost, lost_reason_id=price.id)
    assert (cleared_opportunity.lost_reason_id, cleared_opportunity.end_why, cleared_opportunity.chance) == (
        price.id,
        "Price",
        0,
    )


@pytest.mark.parametrize("stage", [OpportunityStage.matched, OpportunityStage.withdrawn])
def test_opportunity_that_is_no_longer_lost_has_no_lost_reason(session, actor, cleared_opportunity, stage):
    row, anna, price = cleared_opportunity, actor("anna"), reason("Price")
    services.move_opportunity(anna, row, OpportunityStage.lost, lost_reason_id=price.id)
    undo(session, anna, "Moved", lambda: services.move_opportunity(anna, row, stage, why="Budget is back"))
    assert (row.stage, row.lost_reason_id) == (OpportunityStage.lost, price.id)
    services.move_opportunity(anna, row, stage, why="Budget is back")
    assert row.lost_reason_id is None


def test_lost_reason_other_requires_a_text(actor, cleared_opportunity):
    other = reason("Other", requires_description=True)
    with pytest.raises(Invalid) as refused:
        services.move_opportunity(
            actor("anna"), cleared_opportunity, OpportunityStage.lost, lost_reason_id=other.id, why=" "
        )
    assert (refused.value.field, cleared_opportunity.stage) == ("why", OpportunityStage.matched)
    services.move_opportunity(
        actor("anna"), cleared_opportunity, OpportunityStage.lost, lost_reason_id=other.id, why="The port was sold"
    )
    assert cleared_opportunity.end_why == "The port was sold"


def test_reason_of_an_end_is_cut_and_the_move_is_dated(actor, clock, cleared_opportunity):
    clock.forward(hours=1)
    services.move_opportunity(actor("anna"), cleared_opportunity, OpportunityStage.withdrawn, why="x" * 501)
    assert (cleared_opportunity.end_why, cleared_opportunity.stage_since) == ("x" * 500, business_clock.now())
    services.move_opportunity(actor("anna"), cleared_opportunity, OpportunityStage.matched, why="Again")
    assert cleared_opportunity.end_why == "x" * 500


def undo(session, user, name: str, change) -> None:
    """Make a change as a user, and undo it."""
    session.commit()
    act_as(session(), user, ChangeSource.web)
    change()
    batch_id = name_action(name)
    session.commit()
    act_as(session(), user, ChangeSource.web)
    undo_action(user, batch_id)


def test_undo_is_recorded_as_a_change_of_the_same_field(session, actor, people, cleared_opportunity):
    anna, row = actor("anna"), cleared_opportunity
    values = {"amount": 7, "close_on": date(2026, 6, 1), "title": "Quickfox", "counselor_id": people["clara"].id}
    undo(session, anna, "Changed", lambda: services.change_opportunity(anna, row, values))
    changes = session.query(OpportunityChange).filter_by(opportunity_id=row.id, why="Undone")
    assert {(x.field.removeprefix("-"), x.old, x.new) for x in changes} == {
        ("amount", "USD 7.00", ""),
        ("close", "2026-06-01", ""),
        ("counselor", str(people["clara"].id), str(anna.id)),
    }
    assert (row.title, "quickfox" in row.tokens) == ("Sensors for Suzhou", False)


@pytest.mark.parametrize(
    ("values", "change"),
    [
        ({"currency": "CNY"}, (ChangedField.amount, "CN¥100", "$100", "Undone", [])),
        ({"close_quarter": "Q1 2027"}, (ChangedField.close, "Mar 31, 2027", "", "Undone", [])),
    ],
)
def test_undo_of_a_currency_or_quarter_is_recorded(session, actor, inland_client, people, values, change):
    row = make_opportunity(inland_client, "Probe", counselor=people["anna"], amount=Decimal(100), currency="USD")
    session.flush()
    undo(session, actor("anna"), "Changed", lambda: services.change_opportunity(actor("anna"), row, values))
    assert last_change(row) == change


def test_undo_of_a_hold_needs_the_right_to_hold(session, actor, people, cleared_opportunity):
    dora = actor("dora")
    without_right = replace(dora, rights=frozenset())
    session.commit()
    act_as(session(), dora, ChangeSource.web)
    services.move_opportunity(dora, cleared_opportunity, OpportunityStage.export_hold)
    batch_id = name_action("On hold")
    session.commit()
    with pytest.raises(Forbidden):
        undo_action(without_right, batch_id)
    session.rollback()
    undo_action(dora, batch_id)
    assert cleared_opportunity.stage is OpportunityStage.matched


@pytest.mark.parametrize(
    ("test", "state", "where", "result", "field"),
    [
        ("quote", "met", None, "CIF", "where"),
        ("parties_screened", "met", "trade.gov", None, "result"),
        ("jurisdiction", "met", "counsel", "EAR", "state"),
        ("parties_screened", "does_not_apply", None, None, "state"),
    ],
)
def test_marking_a_test_needs_its_source_and_leaves_the_review_to_compliance(
    actor, inland_client, test, state, where, result, field
):
    row = make_opportunity(inland_client)
    with pytest.raises(Invalid) as refused:
        services.mark_exit_test(
            actor("anna"), row, ExitTest.from_code(test), EvidenceState.from_code(state), where, result
        )
    assert (refused.value.field, evidence_of(row.id)) == (field, {})


def test_compliance_marks_the_review_by_hand(actor, inland_client):
    row = make_opportunity(inland_client)
    for test in OpportunityStage.export_cleared.tests:
        services.mark_exit_test(actor("dora"), row, test, EvidenceState.met, "Ruling 12", "EAR99")
    assert load_exit_tests(row).facts.is_cleared
