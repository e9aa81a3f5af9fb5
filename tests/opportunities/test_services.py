"""Make, change and move cases."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm.core import clock as business_clock
from crm.core.errors import Forbidden, Invalid, NotFound
from crm.opportunities import services
from crm.opportunities.evidence import exit_tests
from crm.opportunities.history import changes_of
from crm.opportunities.policy import Certainty, ChangedField, ExitTest, LicenseGate, LostReason, Path, Stage
from crm.records.policy import EvidenceState
from crm.records.queries import evidence_of
from crm.records.services import hand_over
from tests.factories import client_of, organization, secluded, team_id_of
from tests.factories.cases import case, cleared_product


def last(row):
    change = changes_of(row.id)[0]
    return change.field, change.old, change.new, change.why, change.skipped


def test_new_case_belongs_to_the_clients_team_and_counselor(actor, firm, people):
    row = services.add_opportunity(actor("anna"), {"client_id": firm.id, "title": "Probe"})
    assert (row.team_id, row.counselor_id, row.stage, row.chance) == (firm.team_id, people["anna"].id, Stage.matched, 5)
    assert last(row) == (ChangedField.stage, "", "Matched", None, [])


def test_case_of_a_confidential_client_is_confidential(actor, people):
    secret = client_of("Inland", counselor=people["anna"])
    secluded(secret)
    assert services.add_opportunity(actor("anna"), {"client_id": secret.id, "title": "x"}).confidential


def test_case_without_title_is_named_for_product_and_buyer(actor, firm):
    values = {"product_id": cleared_product(firm, name="CA-200").id, "buyer_id": organization("Huayue").id}
    row = services.add_opportunity(actor("anna"), {"client_id": firm.id, **values})
    assert (row.title, row.label) == ("CA-200, Huayue", "CA-200, Huayue")


def test_client_of_another_team_cannot_be_chosen(actor):
    with pytest.raises(NotFound):
        services.add_opportunity(actor("boris"), {"client_id": client_of("Inland").id, "title": "x"})


def test_counselor_of_a_case_is_of_its_team(actor, firm, cleared, people):
    for make in (
        lambda who: services.add_opportunity(actor("anna"), {"client_id": firm.id, "title": "x", "counselor_id": who}),
        lambda who: services.change_opportunity(actor("anna"), cleared, {"counselor_id": who}),
    ):
        with pytest.raises(Invalid, match="of the record's team") as refused:
            make(people["boris"].id)
        assert refused.value.field == "counselor_id"
    assert cleared.counselor_id == people["anna"].id


def test_case_of_a_shared_client_is_the_makers(actor, people):
    shared = organization(counselor=people["boris"])
    row = services.add_opportunity(actor("anna"), {"client_id": shared.id, "title": "x"})
    assert (row.team_id, row.counselor_id) == (team_id_of("Inland"), people["anna"].id)


def test_who_is_in_no_team_is_asked_for_the_team_of_a_case(actor, firm):
    nora, shared = actor("nora"), organization()
    with pytest.raises(Invalid, match="Choose the team") as refused:
        services.add_opportunity(nora, {"client_id": shared.id, "title": "x"})
    assert refused.value.field == "team_id"
    bay = {"team_id": team_id_of("Bay"), "title": "x"}
    assert services.add_opportunity(nora, bay | {"client_id": shared.id}).team_id == bay["team_id"]
    assert services.add_opportunity(nora, {"client_id": firm.id, "title": "x"}).team_id == firm.team_id
    with pytest.raises(Invalid, match="Leave this empty"):
        services.add_opportunity(nora, bay | {"client_id": firm.id})


def test_case_of_a_colleague_is_not_handed_over(actor, cleared, people):
    with pytest.raises(Invalid, match="Only its counselor or a manager"):
        services.change_opportunity(actor("dora"), cleared, {"counselor_id": people["dora"].id})
    services.change_opportunity(actor("clara"), cleared, {"counselor_id": people["dora"].id})
    assert cleared.counselor_id == people["dora"].id


def test_handing_a_case_over_leaves_a_row(session, cleared, people):
    hand_over(cleared, people["clara"].id)
    hand_over(cleared, people["clara"].id)
    told = [(c.field, c.old, c.new) for c in changes_of(cleared.id) if c.field is ChangedField.counselor]
    assert told == [(ChangedField.counselor, people["anna"].name, people["clara"].name)]


@pytest.mark.parametrize(("text", "kept", "key"), [
    ("2027Q1", "2027Q1", date(2027, 3, 31)), ("2027 q4", "2027Q4", date(2027, 12, 31)),
])  # fmt: skip
def test_close_may_be_a_quarter(actor, firm, text, kept, key):
    row = services.add_opportunity(actor("anna"), {"client_id": firm.id, "title": "x", "close_quarter": text})
    assert (row.close_quarter, row.close_key) == (kept, key)


@pytest.mark.parametrize(("values", "field"), [
    ({"close_quarter": "soon"}, "close_quarter"),
    ({"close_quarter": "2027Q1", "close_on": date(2027, 1, 1)}, "close_quarter"),
    ({"amount": Decimal(-1)}, "amount"),
    ({"probability": 101}, "probability"),
])  # fmt: skip
def test_wrong_values_land_on_their_field(actor, cleared, values, field):
    with pytest.raises(Invalid) as refused:
        services.change_opportunity(actor("anna"), cleared, values)
    assert refused.value.field == field


def test_amount_close_and_counselor_leave_a_row(actor, cleared, people):
    values = {"amount": Decimal(5000), "close_on": date(2027, 1, 31), "counselor_id": people["clara"].id, "note": "n"}
    services.change_opportunity(actor("anna"), cleared, values, "They asked")
    told = [(c.field, c.old, c.new, c.why) for c in changes_of(cleared.id)][:3]
    assert sorted(told, key=lambda t: t[0].value) == [
        (ChangedField.amount, "", "US$5,000", "They asked"),
        (ChangedField.close, "", "31 Jan 2027", "They asked"),
        (ChangedField.counselor, people["anna"].name, people["clara"].name, "They asked"),
    ]


def test_what_is_not_told_leaves_no_row(actor, cleared):
    before = len(changes_of(cleared.id))
    services.change_opportunity(actor("anna"), cleared, {"note": "Only a note", "certainty": Certainty.sure})
    assert (len(changes_of(cleared.id)), cleared.chance) == (before, 90)


def test_forward_move_keeps_what_it_skips(actor, cleared):
    services.move_opportunity(actor("anna"), cleared, Stage.negotiating, skip=[ExitTest.nnn])
    assert cleared.chance == 70
    assert last(cleared) == (
        ChangedField.stage, "Matched", "Negotiating", None,
        [ExitTest.rep_known, ExitTest.introduction, ExitTest.capability_statement, ExitTest.vendor_registration,
         ExitTest.quote, ExitTest.test_result],
    )  # fmt: skip
    assert evidence_of(cleared.id)["nnn"].state is EvidenceState.does_not_apply


REFUSED = {
    "no review": (Stage.quoted, {}, None),
    "back unsaid": (Stage.export_cleared, {}, "why"),
    "hold by staff": (Stage.export_hold, {}, None),
    "sleep without day": (Stage.dormant, {}, "wakes_on"),
    "sleep until yesterday": (Stage.dormant, {"wakes_on": date(2020, 1, 1)}, "wakes_on"),
    "lost unsaid": (Stage.lost, {"why": "They said no"}, "lost_reason"),
    "lost for other unsaid": (Stage.lost, {"lost_reason": LostReason.other}, "why"),
    "waived review": (Stage.qualifying, {"skip": [ExitTest.jurisdiction]}, "skip"),
    "same": (Stage.introduced, {}, None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_move_changes_nothing(session, actor, firm, people, kept, name):
    stage, said, field = REFUSED[name]
    row = case(firm, counselor=people["anna"], stage=Stage.introduced)
    if name == "waived review":
        row.stage = Stage.matched
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
    with pytest.raises(Invalid, match="Munitions"):
        services.move_opportunity(actor("dora"), cleared, Stage.introduced)


def test_direct_sale_has_no_vendor_qualification(actor, cleared):
    cleared.path = Path.direct_sale
    with pytest.raises(Invalid, match="vendor qualification"):
        services.move_opportunity(actor("anna"), cleared, Stage.qualifying)


def test_refused_license_closes_the_gate(actor, cleared):
    cleared.license_gate = LicenseGate.denied
    with pytest.raises(Invalid, match="export review"):
        services.move_opportunity(actor("anna"), cleared, Stage.quoted)


def test_compliance_holds_and_lifts_in_any_team(actor, people):
    row = case(client_of("Bay"), stage=Stage.introduced)
    services.move_opportunity(actor("dora"), row, Stage.export_hold)
    assert (row.stage, row.held_from, row.chance) == (Stage.export_hold, Stage.introduced, None)
    services.move_opportunity(actor("dora"), row, Stage.introduced, why="Ruling came")
    assert row.stage is Stage.introduced


def test_compliance_moves_nothing_else_of_another_team(actor):
    row = case(client_of("Bay"), stage=Stage.introduced)
    with pytest.raises(Forbidden):
        services.move_opportunity(actor("dora"), row, Stage.qualifying)


@pytest.mark.parametrize("who", ["boris", "clara", "nora", "admin", "shen"])
def test_nobody_else_lifts_the_hold(actor, who):
    row = case(client_of("Bay"), stage=Stage.export_hold)
    with pytest.raises((Invalid, Forbidden)):
        services.move_opportunity(actor(who), row, Stage.introduced, why="Enough")
    assert row.stage is Stage.export_hold


def test_dormant_case_sleeps_until_its_day(actor, cleared):
    wakes = business_clock.today("UTC") + timedelta(days=30)
    services.move_opportunity(actor("anna"), cleared, Stage.dormant, wakes_on=wakes)
    assert (cleared.stage, cleared.wakes_on, cleared.chance) == (Stage.dormant, wakes, None)


def test_lost_case_knows_why(actor, cleared):
    services.move_opportunity(actor("anna"), cleared, Stage.lost, lost_reason=LostReason.price)
    assert (cleared.lost_reason, cleared.end_why, cleared.chance) == (LostReason.price, "Price", 0)


def test_undo_takes_the_move_and_what_it_waived_back(clock, actor, cleared):
    since = cleared.stage_since
    clock.forward(minutes=1)
    change = services.move_opportunity(actor("anna"), cleared, Stage.introduced, skip=[ExitTest.rep_known])
    services.undo_move(actor("anna"), cleared, change.id)
    assert (cleared.stage, cleared.chance, sorted(evidence_of(cleared.id))) == (Stage.matched, 5, ["parties_screened"])
    assert cleared.stage_since == since
    assert last(cleared)[:4] == (ChangedField.stage, "Introduced", "Matched", "Undone")


def test_undo_is_refused_after_ten_minutes_and_to_others(clock, actor, cleared):
    change = services.move_opportunity(actor("anna"), cleared, Stage.introduced)
    with pytest.raises(NotFound):
        services.undo_move(actor("clara"), cleared, change.id)
    clock.forward(minutes=11)
    with pytest.raises(Invalid, match="too late"):
        services.undo_move(actor("anna"), cleared, change.id)
    assert cleared.stage is Stage.introduced


@pytest.mark.parametrize(("test", "state", "where", "result", "field"), [
    ("quote", "met", None, "CIF", "where"),
    ("parties_screened", "met", "trade.gov", None, "result"),
    ("jurisdiction", "met", "counsel", "EAR", "state"),
    ("parties_screened", "does_not_apply", None, None, "state"),
])  # fmt: skip
def test_settling_by_hand_says_enough_and_leaves_the_review_to_compliance(
    actor, firm, test, state, where, result, field
):
    row = case(firm)
    with pytest.raises(Invalid) as refused:
        services.settle_test(actor("anna"), row, ExitTest.named(test), EvidenceState.named(state), where, result)
    assert (refused.value.field, evidence_of(row.id)) == (field, {})


def test_compliance_settles_the_review_by_hand(actor, firm):
    row = case(firm)
    for test in Stage.export_cleared.tests:
        services.settle_test(actor("dora"), row, test, EvidenceState.met, "Ruling 12", "EAR99")
    assert exit_tests(row).facts.cleared
