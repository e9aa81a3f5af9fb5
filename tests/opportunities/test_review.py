"""The export review: its tests, the arms embargo, and the rights of compliance."""

from types import SimpleNamespace

import pytest

from crm.core.policy import Actor, Right, Role, can
from crm.opportunities.policy import (
    ExitTest,
    LicenseGate,
    OpportunityStage,
    is_arms_embargoed,
    is_review_finished,
    may_mark_test,
)

REVIEW = frozenset(OpportunityStage.export_cleared.tests)


@pytest.mark.parametrize("gate", LicenseGate)
def test_review_is_finished_with_every_test_and_no_refused_license(gate):
    refused = gate in (LicenseGate.denied, LicenseGate.returned_without_action)
    assert is_review_finished(REVIEW, gate) is not refused
    assert not any(is_review_finished(REVIEW - {test}, gate) for test in REVIEW)


@pytest.mark.parametrize(
    ("countries", "stopped"),
    [
        (("CN", None), True),
        ((None, "HK"), True),
        ((None, None), True),
        (("DE", "CN"), True),
        (("DE", "JP"), False),
    ],
)
def test_arms_stop_at_embargoed_and_unknown_countries(countries, stopped):
    assert is_arms_embargoed(countries) is stopped


@pytest.mark.parametrize("test", ExitTest)
@pytest.mark.parametrize("applies", [True, False])
def test_compliance_marks_all_tests_and_others_those_outside_the_review(test, applies):
    free = test not in REVIEW or (test is ExitTest.parties_screened and applies)
    assert may_mark_test(test, applies=applies, may_hold=True)
    assert may_mark_test(test, applies=applies, may_hold=False) is free


DORA = Actor(2, rights=frozenset({Right.compliance}), team_ids=frozenset({1}))


@pytest.mark.parametrize(
    ("stage", "gate", "confidential", "visible"),
    [
        (OpportunityStage.export_hold, LicenseGate.not_needed, False, True),
        (OpportunityStage.matched, LicenseGate.to_determine, False, True),
        (OpportunityStage.qualifying, LicenseGate.to_determine, False, True),
        (OpportunityStage.matched, LicenseGate.not_needed, False, False),
        (OpportunityStage.export_cleared, LicenseGate.to_determine, False, False),
        (OpportunityStage.quoted, LicenseGate.to_determine, False, False),
        (OpportunityStage.lost, LicenseGate.to_determine, False, False),
        (OpportunityStage.export_hold, LicenseGate.to_determine, True, False),
    ],
)
def test_compliance_sees_what_awaits_review_of_other_teams(stage, gate, confidential, visible):
    opportunity = SimpleNamespace(
        team_id=9,
        counselor_id=5,
        confidential=confidential,
        reader_ids=(),
        without_managers=False,
        stage=stage,
        license_gate=gate,
    )
    assert [can(DORA, f"opportunity:{x}", opportunity) for x in ("see", "move", "hold", "edit")] == [
        visible,
        visible,
        visible,
        False,
    ]
    for role in Role:
        other = Actor(3, role=role, team_ids=frozenset({1}))
        assert not can(other, "opportunity:hold", opportunity)
