"""The moves, probabilities and ages of opportunities."""

import pytest

from crm.opportunities import policy
from crm.opportunities.policy import (
    Certainty,
    OpportunityStage,
    SalesPath,
    StageGroup,
)


def test_stages_continue_the_numbers_of_the_lead_stages():
    assert [(s.value, s.order) for s in policy.path_stages(SalesPath.project)] == [
        ("matched", 5),
        ("export_cleared", 6),
        ("introduced", 7),
        ("qualifying", 8),
        ("quoted", 9),
        ("evaluating", 10),
        ("negotiating", 11),
        ("contracted", 12),
        ("delivering", 13),
        ("impact_reported", 14),
    ]


def test_direct_sale_has_no_vendor_qualification():
    assert set(policy.path_stages(SalesPath.project)) - set(policy.path_stages(SalesPath.direct_sale)) == {
        OpportunityStage.qualifying
    }


def test_groups_are_the_five_columns_of_the_board():
    columns = {group: [s.value for s in policy.ACTIVE_STAGES if s.group is group] for group in StageGroup}
    assert columns == {
        StageGroup.matched: ["matched", "export_cleared"],
        StageGroup.introduced: ["introduced", "qualifying"],
        StageGroup.quoted: ["quoted", "evaluating"],
        StageGroup.negotiating: ["negotiating"],
        StageGroup.signed: ["contracted", "delivering", "impact_reported"],
    }


def test_end_states_are_listed_in_order():
    assert [s.value for s in policy.END_STAGES] == ["lost", "no_bid", "withdrawn", "export_hold", "dormant"]


@pytest.mark.parametrize(
    ("stage", "days"),
    [
        (OpportunityStage.matched, 10),
        (OpportunityStage.export_cleared, 10),
        (OpportunityStage.introduced, 10),
        (OpportunityStage.qualifying, 21),
        (OpportunityStage.quoted, 14),
        (OpportunityStage.evaluating, 30),
        (OpportunityStage.negotiating, 14),
        (OpportunityStage.delivering, 60),
    ],
)
def test_opportunity_is_overdue_from_the_day_after_the_limit(stage, days):
    assert (policy.is_overdue_in_stage(days, stage), policy.is_overdue_in_stage(days + 1, stage)) == (False, True)


@pytest.mark.parametrize("stage", [OpportunityStage.contracted, OpportunityStage.impact_reported, *policy.END_STAGES])
def test_opportunity_is_never_overdue_in_a_stage_without_a_limit(stage):
    assert not policy.is_overdue_in_stage(9999, stage)


def test_default_probabilities_of_the_stages():
    assert {s.value: policy.probability(s) for s in OpportunityStage} == {
        "matched": 5,
        "export_cleared": 10,
        "introduced": 15,
        "qualifying": 25,
        "quoted": 40,
        "evaluating": 50,
        "negotiating": 70,
        "contracted": 100,
        "delivering": 100,
        "impact_reported": 100,
        "lost": 0,
        "no_bid": 0,
        "withdrawn": 0,
        "export_hold": None,
        "dormant": None,
    }


def test_own_probability_wins_over_confidence_and_confidence_over_default():
    assert policy.probability(OpportunityStage.quoted, percent=0, certainty=Certainty.sure) == 0
    assert [policy.probability(OpportunityStage.quoted, certainty=c) for c in Certainty] == [90, 60, 25]


@pytest.mark.parametrize(
    ("stage", "chance"),
    [(OpportunityStage.lost, 0), (OpportunityStage.contracted, 100), (OpportunityStage.dormant, None)],
)
def test_outcome_wins_over_the_estimated_probability(stage, chance):
    assert policy.probability(stage, percent=33, certainty=Certainty.possible) == chance


def test_opportunity_is_open_until_signed_or_ended():
    assert [s.value for s in OpportunityStage if policy.is_open(s)] == [
        "matched",
        "export_cleared",
        "introduced",
        "qualifying",
        "quoted",
        "evaluating",
        "negotiating",
    ]


def test_codes_of_licenses_and_waiting_are_stable():
    assert [w.value for w in policy.LicenseGate] == [
        "not_needed",
        "to_determine",
        "exception_claimed",
        "applied",
        "granted",
        "granted_with_conditions",
        "denied",
        "returned_without_action",
    ]
    assert [w.value for w in policy.WaitingFor] == ["us", "client", "rep", "prime", "license"]
