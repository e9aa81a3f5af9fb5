"""Cases move: forward, back, held, asleep, lost, undone; and tests settled by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.core import clock as business_clock
from crm.core.errors import Forbidden, Invalid, NotFound
from crm.opportunities import services
from crm.opportunities.evidence import load_exit_tests
from crm.opportunities.policy import ChangedField, ExitTest, LicenseGate, OpportunityStage, SalesPath
from crm.records.policy import EvidenceState
from crm.records.queries import evidence_of
from tests.factories import client_of, organization
from tests.factories.opportunities import cleared_product, make_opportunity, reason
from tests.opportunities.lookups import last_change


def test_forward_move_keeps_what_it_skips(actor, cleared):
    services.move_opportunity(actor("anna"), cleared, OpportunityStage.negotiating, skip=[ExitTest.nnn])
    assert cleared.chance == 70
    assert last_change(cleared) == (
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
    assert evidence_of(cleared.id)["nnn"].state is EvidenceState.does_not_apply


REFUSED = {
    "no review": (OpportunityStage.quoted, {}, None),
    "back unsaid": (OpportunityStage.export_cleared, {}, "why"),
    "hold by staff": (OpportunityStage.export_hold, {}, None),
    "sleep without day": (OpportunityStage.dormant, {}, "wakes_on"),
    "sleep until yesterday": (OpportunityStage.dormant, {"wakes_on": date(2020, 1, 1)}, "wakes_on"),
    "lost unsaid": (OpportunityStage.lost, {"why": "They said no"}, "lost_reason_id"),
    "lost for nothing there is": (OpportunityStage.lost, {"lost_reason_id": 0}, "lost_reason_id"),
    "waived review": (OpportunityStage.qualifying, {"skip": [ExitTest.jurisdiction]}, "skip"),
    "same": (OpportunityStage.introduced, {}, None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_move_changes_nothing(session, actor, firm, people, kept, name):
    stage, said, field = REFUSED[name]
    row = make_opportunity(firm, counselor=people["anna"], stage=OpportunityStage.introduced)
    if name == "waived review":
        row.stage = OpportunityStage.matched
    session.commit()
    before = kept()
    with pytest.raises(Invalid) as refused:
        services.move_opportunity(actor("anna"), row, stage, **said)
    session.rollback()
    assert refused.value.field == field
    assert kept() == before


def test_arms_for_china_stop_everywhere(actor, cleared, firm):
    cleared.product_id = cleared_product(firm, usml_category="XI").id
    cleared.buyer_id = organization("Huayue", country="CN").id
    with pytest.raises(Invalid, match="USML"):
        services.move_opportunity(actor("dora"), cleared, OpportunityStage.introduced)


def test_direct_sale_has_no_vendor_qualification(actor, cleared):
    cleared.path = SalesPath.direct_sale
    with pytest.raises(Invalid, match="vendor qualification"):
        services.move_opportunity(actor("anna"), cleared, OpportunityStage.qualifying)


def test_refused_license_closes_the_gate(actor, cleared):
    cleared.license_gate = LicenseGate.denied
    with pytest.raises(Invalid, match="export review"):
        services.move_opportunity(actor("anna"), cleared, OpportunityStage.quoted)


def test_compliance_holds_and_lifts_in_any_team(actor, people):
    row = make_opportunity(client_of("Bay"), stage=OpportunityStage.introduced)
    services.move_opportunity(actor("dora"), row, OpportunityStage.export_hold)
    assert (row.stage, row.held_from, row.chance) == (OpportunityStage.export_hold, OpportunityStage.introduced, None)
    services.move_opportunity(actor("dora"), row, OpportunityStage.introduced, why="Ruling came")
    assert row.stage is OpportunityStage.introduced


def test_compliance_moves_nothing_else_of_another_team(actor):
    row = make_opportunity(client_of("Bay"), stage=OpportunityStage.introduced)
    with pytest.raises(Forbidden):
        services.move_opportunity(actor("dora"), row, OpportunityStage.qualifying)


@pytest.mark.parametrize("who", ["boris", "clara", "nora", "admin", "shen"])
def test_nobody_else_lifts_the_hold(actor, who):
    row = make_opportunity(client_of("Bay"), stage=OpportunityStage.export_hold)
    with pytest.raises((Invalid, Forbidden)):
        services.move_opportunity(actor(who), row, OpportunityStage.introduced, why="Enough")
    assert row.stage is OpportunityStage.export_hold


def test_dormant_case_sleeps_until_its_day(actor, cleared):
    wakes = business_clock.today("UTC") + timedelta(days=30)
    services.move_opportunity(actor("anna"), cleared, OpportunityStage.dormant, wakes_on=wakes)
    assert (cleared.stage, cleared.wakes_on, cleared.chance) == (OpportunityStage.dormant, wakes, None)


def test_lost_case_knows_why(actor, cleared):
    price = reason("Price")
    services.move_opportunity(actor("anna"), cleared, OpportunityStage.lost, lost_reason_id=price.id)
    assert (cleared.lost_reason_id, cleared.end_why, cleared.chance) == (price.id, "Price", 0)


def test_a_reason_that_says_too_little_asks_for_words(actor, cleared):
    other = reason("Other", asks_words=True)
    with pytest.raises(Invalid) as refused:
        services.move_opportunity(actor("anna"), cleared, OpportunityStage.lost, lost_reason_id=other.id, why=" ")
    assert (refused.value.field, cleared.stage) == ("why", OpportunityStage.matched)
    services.move_opportunity(
        actor("anna"), cleared, OpportunityStage.lost, lost_reason_id=other.id, why="The port was sold"
    )
    assert cleared.end_why == "The port was sold"


def test_undo_takes_the_move_and_what_it_waived_back(clock, actor, cleared):
    since = cleared.stage_since
    clock.forward(minutes=1)
    change = services.move_opportunity(actor("anna"), cleared, OpportunityStage.introduced, skip=[ExitTest.rep_known])
    services.undo_move(actor("anna"), cleared, change.id)
    assert (cleared.stage, cleared.chance, sorted(evidence_of(cleared.id))) == (
        OpportunityStage.matched,
        5,
        ["parties_screened"],
    )
    assert cleared.stage_since == since
    assert last_change(cleared)[:4] == (ChangedField.stage, "Introduced", "Matched", "Undone")


def test_undo_is_refused_after_ten_minutes_and_to_others(clock, actor, cleared):
    change = services.move_opportunity(actor("anna"), cleared, OpportunityStage.introduced)
    with pytest.raises(NotFound):
        services.undo_move(actor("clara"), cleared, change.id)
    clock.forward(minutes=11)
    with pytest.raises(Invalid, match="for 10 minutes only"):
        services.undo_move(actor("anna"), cleared, change.id)
    assert cleared.stage is OpportunityStage.introduced


@pytest.mark.parametrize(
    ("test", "state", "where", "result", "field"),
    [
        ("quote", "met", None, "CIF", "where"),
        ("parties_screened", "met", "trade.gov", None, "result"),
        ("jurisdiction", "met", "counsel", "EAR", "state"),
        ("parties_screened", "does_not_apply", None, None, "state"),
    ],
)
def test_settling_by_hand_says_enough_and_leaves_the_review_to_compliance(
    actor, firm, test, state, where, result, field
):
    row = make_opportunity(firm)
    with pytest.raises(Invalid) as refused:
        services.mark_exit_test(actor("anna"), row, ExitTest.named(test), EvidenceState.named(state), where, result)
    assert (refused.value.field, evidence_of(row.id)) == (field, {})


def test_compliance_settles_the_review_by_hand(actor, firm):
    row = make_opportunity(firm)
    for test in OpportunityStage.export_cleared.tests:
        services.mark_exit_test(actor("dora"), row, test, EvidenceState.met, "Ruling 12", "EAR99")
    assert load_exit_tests(row).facts.cleared
