"""Stages and tests of leads."""

import pytest

from crm.projects import policy
from crm.projects.policy import LeadStage, LeadTest, NeedState, ProjectPhase, ProjectRole, SourceKind
from crm.records.policy import EvidenceState


def test_lead_stages_have_their_order_and_limits():
    assert [(s.value, s.order, s.idle_days) for s in policy.LEAD_STAGES] == [
        ("lead_heard", 1, 7),
        ("project_verified", 2, 14),
        ("prime_identified", 3, 14),
        ("needs_captured", 4, 14),
    ]


def test_missing_tests_are_those_of_the_stages_before():
    met_tests = frozenset({LeadTest.source, LeadTest.country, LeadTest.city, LeadTest.sector, LeadTest.phase})
    assert policy.missing_lead_tests(LeadStage.lead_heard, met_tests) == ()
    assert policy.missing_lead_tests(LeadStage.project_verified, met_tests) == (LeadTest.heard_on, LeadTest.told_by)
    assert policy.missing_lead_tests(LeadStage.prime_identified, met_tests) == (
        LeadTest.heard_on,
        LeadTest.told_by,
        LeadTest.project_owner,
        LeadTest.funding,
    )


def test_stage_reached_stops_at_the_first_gap():
    tests_of_first_stage = set(LeadStage.lead_heard.tests)
    assert policy.reached_stage(frozenset()) is LeadStage.lead_heard
    assert policy.reached_stage(frozenset(tests_of_first_stage)) is LeadStage.project_verified
    assert (
        policy.reached_stage(frozenset(tests_of_first_stage | set(LeadStage.prime_identified.tests)))
        is LeadStage.project_verified
    )
    assert policy.reached_stage(frozenset(LeadTest)) is LeadStage.needs_captured


@pytest.mark.parametrize(
    ("old", "new", "why", "may"),
    [
        (LeadStage.lead_heard, LeadStage.needs_captured, None, True),
        (LeadStage.needs_captured, LeadStage.lead_heard, None, False),
        (LeadStage.needs_captured, LeadStage.lead_heard, " ", False),
        (LeadStage.needs_captured, LeadStage.lead_heard, "Prime withdrew", True),
        (LeadStage.lead_heard, LeadStage.lead_heard, "why not", False),
    ],
)
def test_lead_moves_forward_freely_and_back_with_a_reason(old, new, why, may):
    assert policy.may_move_lead(old, new, why=why) is may


def test_not_known_yet_completes_only_facts_of_the_project():
    answers = [(LeadTest.city, EvidenceState.not_known), (LeadTest.prime, EvidenceState.not_known)]
    answers.append((LeadTest.prime, EvidenceState.does_not_apply))
    assert [policy.is_completed_by(test, state) for test, state in answers] == [True, False, True]


def test_label_of_a_lead_test_begins_a_line_with_a_capital():
    assert policy.sentence_case(LeadTest.told_by) == "Source name"


def test_lead_is_overdue_from_the_day_after_the_limit():
    assert [policy.is_overdue_in_stage(LeadStage.lead_heard, days) for days in (7, 8)] == [False, True]
    assert [policy.is_overdue_in_stage(LeadStage.needs_captured, days) for days in (14, 15)] == [False, True]


def test_codes_of_the_closed_lists_are_stable():
    assert [w.value for w in ProjectPhase] == [
        "concept",
        "feasibility",
        "tender",
        "award",
        "construction",
        "operation",
        "cancelled",
    ]
    assert [w.value for w in ProjectRole] == [
        "owner",
        "prime",
        "consortium_member",
        "subcontractor",
        "lender",
        "designer",
        "end_user",
    ]
    assert [w.value for w in SourceKind] == ["post", "person", "show", "group", "web_page"]
    assert [w.value for w in NeedState] == ["open", "matched", "filled", "withdrawn"]
