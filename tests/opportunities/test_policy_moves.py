"""Which moves are allowed, and which tests they skip."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from crm.core.policy import Actor, Right, Role, can
from crm.opportunities import policy
from crm.opportunities.policy import (
    ExitTest,
    LicenseGate,
    MoveRefusal,
    OpportunityFacts,
    OpportunityStage,
    SalesPath,
)

PROJECT = OpportunityFacts(SalesPath.project)
CLEARED = OpportunityFacts(SalesPath.project, frozenset({ExitTest.milestone}), is_cleared=True)
SALE = OpportunityFacts(SalesPath.direct_sale, is_cleared=True)


def test_move_forward_lists_the_tests_it_skips():
    met_tests = frozenset({ExitTest.introduction, ExitTest.capability_statement})
    opportunity = OpportunityFacts(SalesPath.project, met_tests, is_cleared=True)
    move = policy.check_move(OpportunityStage.introduced, OpportunityStage.negotiating, opportunity, may_hold=False)
    assert move.is_allowed
    assert move.skipped == (ExitTest.nnn, ExitTest.vendor_registration, ExitTest.quote, ExitTest.test_result)


def test_direct_sale_skips_no_test_of_a_stage_it_does_not_have():
    assert policy.skipped_tests(OpportunityStage.introduced, OpportunityStage.quoted, SALE) == (ExitTest.introduction,)


def test_introduction_may_come_before_the_export_review():
    assert policy.check_move(OpportunityStage.matched, OpportunityStage.introduced, PROJECT, may_hold=False).is_allowed
    assert policy.check_move(OpportunityStage.matched, OpportunityStage.qualifying, PROJECT, may_hold=False).is_allowed


GATED = [
    OpportunityStage.quoted,
    OpportunityStage.evaluating,
    OpportunityStage.negotiating,
    OpportunityStage.contracted,
    OpportunityStage.delivering,
    OpportunityStage.impact_reported,
]


@pytest.mark.parametrize("new", GATED)
@pytest.mark.parametrize("old", [OpportunityStage.matched, OpportunityStage.lost, OpportunityStage.dormant])
def test_gate_blocks_until_the_review_and_names_whom_to_ask(old, new):
    move = policy.check_move(old, new, PROJECT, may_hold=True, why="they asked for it")
    assert (move.is_allowed, move.is_blocked, move.refusal) == (False, True, MoveRefusal.export_gate)
    assert move.refusal.needed_right is Right.compliance
    assert policy.check_move(old, new, CLEARED, may_hold=True, why="they asked for it").is_allowed


def test_impact_is_reported_only_after_the_client_confirmed_a_milestone():
    facts = OpportunityFacts(SalesPath.project, is_cleared=True)
    old, new = OpportunityStage.contracted, OpportunityStage.impact_reported
    move = policy.check_move(old, new, facts, may_hold=True)
    assert (move.refusal, move.is_blocked) == (MoveRefusal.needs_milestone, True)
    assert policy.check_move(old, new, CLEARED, may_hold=True).is_allowed


def test_move_back_needs_a_reason():
    silent = policy.check_move(OpportunityStage.quoted, OpportunityStage.introduced, CLEARED, may_hold=False, why="  ")
    assert (silent.is_allowed, silent.is_blocked, silent.refusal) == (False, False, MoveRefusal.needs_reason)
    assert silent.refusal.needed_right is None
    assert policy.check_move(
        OpportunityStage.quoted, OpportunityStage.introduced, CLEARED, may_hold=False, why="New buyer"
    ).is_allowed


@pytest.mark.parametrize(
    "old", [OpportunityStage.lost, OpportunityStage.no_bid, OpportunityStage.withdrawn, OpportunityStage.dormant]
)
def test_move_out_of_an_end_state_needs_a_reason(old):
    assert policy.check_move(old, OpportunityStage.matched, PROJECT, may_hold=False).refusal is MoveRefusal.needs_reason
    assert policy.check_move(old, OpportunityStage.matched, PROJECT, may_hold=False, why="Budget is back").is_allowed


def test_lost_needs_a_reason_and_other_end_states_do_not():
    refusals = {
        new.value: policy.check_move(OpportunityStage.quoted, new, CLEARED, may_hold=False).refusal
        for new in policy.END_STAGES
    }
    assert refusals == {
        "lost": MoveRefusal.needs_reason,
        "no_bid": None,
        "withdrawn": None,
        "export_hold": MoveRefusal.hold_right,
        "dormant": MoveRefusal.needs_wake_up,
    }
    assert policy.check_move(
        OpportunityStage.quoted, OpportunityStage.lost, CLEARED, may_hold=False, why="Price"
    ).is_allowed
    assert policy.check_move(
        OpportunityStage.quoted, OpportunityStage.dormant, CLEARED, may_hold=False, wake_on=date(2027, 3, 1)
    ).is_allowed


def test_only_compliance_sets_and_lifts_the_hold():
    assert policy.check_move(OpportunityStage.matched, OpportunityStage.export_hold, PROJECT, may_hold=True).is_allowed
    lifted = policy.check_move(
        OpportunityStage.export_hold, OpportunityStage.matched, PROJECT, may_hold=False, why="Cleared"
    )
    assert (lifted.refusal, lifted.refusal.needed_right) == (MoveRefusal.hold_right, Right.compliance)
    assert policy.check_move(
        OpportunityStage.export_hold, OpportunityStage.matched, PROJECT, may_hold=True, why="Cleared"
    ).is_allowed


def test_munitions_block_every_move_forward_but_not_end_states():
    stopped = OpportunityFacts(SalesPath.project, is_cleared=True, is_embargoed=True)
    assert (
        policy.check_move(OpportunityStage.matched, OpportunityStage.introduced, stopped, may_hold=True).refusal
        is MoveRefusal.hard_stop
    )
    assert (
        policy.check_move(OpportunityStage.dormant, OpportunityStage.matched, stopped, may_hold=True, why="x").refusal
        is MoveRefusal.hard_stop
    )
    assert policy.check_move(
        OpportunityStage.quoted, OpportunityStage.introduced, stopped, may_hold=True, why="Stopped"
    ).is_allowed
    assert policy.check_move(OpportunityStage.matched, OpportunityStage.withdrawn, stopped, may_hold=True).is_allowed


def test_move_to_the_same_stage_or_off_the_path_is_refused():
    assert (
        policy.check_move(OpportunityStage.quoted, OpportunityStage.quoted, CLEARED, may_hold=True, why="x").refusal
        is MoveRefusal.same_stage
    )
    assert (
        policy.check_move(OpportunityStage.introduced, OpportunityStage.qualifying, SALE, may_hold=True).refusal
        is MoveRefusal.off_path
    )


def test_move_choices_show_why_each_stage_is_blocked():
    opportunity = OpportunityFacts(SalesPath.project, frozenset({ExitTest.introduction}))
    menu = {
        m.new.value: (m.refusal, len(m.skipped))
        for m in policy.list_moves(OpportunityStage.introduced, opportunity, may_hold=False)
    }
    gate = MoveRefusal.export_gate
    assert menu == {
        "matched": (MoveRefusal.needs_reason, 0),
        "export_cleared": (MoveRefusal.needs_reason, 0),
        "qualifying": (None, 0),
        "quoted": (gate, 3),
        "evaluating": (gate, 4),
        "negotiating": (gate, 5),
        "contracted": (gate, 6),
        "delivering": (gate, 10),
        "impact_reported": (gate, 11),
        "lost": (MoveRefusal.needs_reason, 0),
        "no_bid": (None, 0),
        "withdrawn": (None, 0),
        "export_hold": (MoveRefusal.hold_right, 0),
        "dormant": (MoveRefusal.needs_wake_up, 0),
    }


@pytest.mark.parametrize(("is_cleared", "refusal"), [(False, MoveRefusal.export_gate), (True, None)])
def test_export_review_is_complete_only_with_its_facts_on_record(is_cleared, refusal):
    facts = OpportunityFacts(SalesPath.project, is_cleared=is_cleared)
    move = policy.check_move(OpportunityStage.matched, OpportunityStage.export_cleared, facts, may_hold=False)
    assert move.refusal is refusal


@pytest.mark.parametrize(
    ("field", "old", "new", "slipped"),
    [
        ("close", "2026-03-10", "2026-03-11", True),
        ("close", "2026-03-10", "", True),
        ("close", "2026-03-10", None, True),
        ("close", "2026-03-10", "2026-03-10", False),
        ("close", "2026-03-10", "2026-03-09", False),
        ("close", "", "2026-03-11", False),
        ("close", None, "2026-03-11", False),
        ("amount", "100", "200", False),
    ],
)
def test_close_date_slips_to_a_later_day_or_to_none(field, old, new, slipped):
    assert policy.is_slip(field, old, new) is slipped


def test_compliance_moves_opportunities_of_other_teams_that_await_review():
    facts = {
        "counselor_id": 2,
        "confidential": False,
        "reader_ids": (),
        "without_managers": False,
        "license_gate": LicenseGate.not_needed,
    }
    own = SimpleNamespace(team_id=7, stage=OpportunityStage.quoted, **facts)
    other = SimpleNamespace(team_id=8, stage=OpportunityStage.quoted, **facts)
    on_hold = SimpleNamespace(team_id=8, stage=OpportunityStage.export_hold, **facts)
    staff = Actor(id=1, role=Role.staff, team_ids=frozenset({7}))
    compliance = replace(staff, rights=frozenset({Right.compliance}))
    assert [can(staff, "opportunity:move", row) for row in (own, other, on_hold)] == [True, False, False]
    assert [can(compliance, "opportunity:move", row) for row in (own, other, on_hold)] == [True, False, True]
