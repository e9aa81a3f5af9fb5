"""Which gifts need approval, and who decides."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm.compliance.policy import (
    ApprovalReason,
    GiftLimits,
    GiftState,
    YearTotal,
    exceeds_federal_limit,
    highest_official,
    list_approval_reasons,
    may_decide,
)
from crm.core.policy import Actor, Right, Role
from crm.people.policy import OfficialKind

LIMITS = GiftLimits(Decimal(50), 4)


@pytest.mark.parametrize(
    ("usd", "number", "reasons"),
    [
        ("50", 4, []),
        ("50.01", 1, [ApprovalReason.value]),
        ("10", 5, [ApprovalReason.number]),
        ("51", 5, [ApprovalReason.value, ApprovalReason.number]),
        (None, 1, [ApprovalReason.no_rate]),
        (None, 5, [ApprovalReason.no_rate, ApprovalReason.number]),
    ],
)
def test_gift_needs_approval_above_each_limit(usd, number, reasons):
    value = Decimal(usd) if usd else None
    assert list_approval_reasons(value, YearTotal(number, Decimal(0)), LIMITS) == reasons


@pytest.mark.parametrize(
    ("usd", "in_year", "expected"), [("20", "50", False), ("20.01", "20.01", True), ("20", "50.01", True)]
)
def test_federal_employees_have_limits_of_their_own(usd, in_year, expected):
    assert exceeds_federal_limit(Decimal(usd), YearTotal(1, Decimal(in_year))) is expected


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], OfficialKind.none),
        ([OfficialKind.none, OfficialKind.state_owned], OfficialKind.state_owned),
        ([OfficialKind.state_owned, OfficialKind.official], OfficialKind.official),
    ],
)
def test_official_comes_before_state_owned(kinds, expected):
    assert highest_official(kinds) is expected


@pytest.mark.parametrize(
    ("role", "rights", "expected"),
    [
        (Role.staff, (), False),
        (Role.staff, (Right.compliance,), True),
        (Role.manager, (), True),
        (Role.network_manager, (), True),
        (Role.administrator, (), False),
    ],
)
def test_managers_and_compliance_decide_but_not_about_their_own(role, rights, expected):
    actor = Actor(id=1, role=role, rights=frozenset(rights))
    assert (may_decide(actor, is_own=False), may_decide(actor, is_own=True)) == (expected, False)


def test_approved_and_rejected_gifts_are_decided():
    assert {state.value for state in GiftState if state.is_decided} == {"approved", "rejected"}
