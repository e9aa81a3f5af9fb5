"""What is checked in assistance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm.funding.policy.assistance import AssistanceFacts, AssistanceIssue, find_issues
from crm.funding.policy.step import AssistanceState

TODAY = date(2026, 12, 8)
FINE = AssistanceFacts(
    state=AssistanceState.completed,
    on=date(2026, 11, 5),
    approved=Decimal(8000),
    spent=Decimal(7500),
    match=Decimal(2500),
    report_due_on=TODAY,
    report_received_on=None,
    match_percent=Decimal(25),
    from_on=date(2026, 10, 1),
    to_on=date(2027, 9, 30),
)
OVERSPENT, LOW, OUTSIDE, OVERDUE = AssistanceIssue


@pytest.mark.parametrize(
    ("change", "issues"),
    [
        ({}, ()),
        ({"spent": Decimal(6000), "match": Decimal(2000)}, ()),
        ({"spent": Decimal("8000.01"), "match": Decimal(2667)}, (OVERSPENT,)),
        ({"approved": None}, ()),
        ({"approved": Decimal(0)}, (OVERSPENT,)),
        ({"spent": None, "match": None}, ()),
        ({"match": Decimal(1875)}, (LOW,)),
        ({"match": Decimal(2499)}, (LOW,)),
        ({"match": Decimal("2499.01")}, ()),
        ({"match": Decimal(4038), "match_percent": Decimal(35)}, ()),
        ({"match": Decimal(4037), "match_percent": Decimal(35)}, (LOW,)),
        ({"match": Decimal(7500), "match_percent": Decimal(50)}, ()),
        ({"match": Decimal(7499), "match_percent": Decimal(50)}, (LOW,)),
        ({"match": Decimal(0), "match_percent": Decimal(100)}, ()),
        ({"match": None, "spent": Decimal(0)}, ()),
        ({"match": Decimal(0)}, (LOW,)),
        ({"match": None}, (LOW,)),
        ({"match": None, "state": AssistanceState.approved}, ()),
        ({"match": Decimal(10), "state": AssistanceState.approved}, (LOW,)),
        ({"match": None, "match_percent": None}, ()),
        ({"on": date(2026, 9, 30)}, (OUTSIDE,)),
        ({"on": date(2026, 10, 1)}, ()),
        ({"on": date(2027, 9, 30)}, ()),
        ({"on": date(2027, 10, 1)}, (OUTSIDE,)),
        ({"on": date(2020, 1, 1), "from_on": None, "to_on": None}, ()),
        ({"report_due_on": date(2026, 12, 7)}, (OVERDUE,)),
        ({"report_due_on": date(2026, 12, 7), "report_received_on": TODAY}, ()),
        ({"report_due_on": None}, ()),
        ({"spent": Decimal(9000), "on": date(2028, 1, 1), "report_due_on": date(2026, 1, 1)}, tuple(AssistanceIssue)),
    ],
)
def test_issues_of_assistance(change, issues):
    assert find_issues(FINE._replace(**change), TODAY) == issues


@pytest.mark.parametrize("state", [AssistanceState.declined, AssistanceState.withdrawn])
def test_assistance_that_the_client_did_not_get_has_no_issues(state):
    facts = FINE._replace(state=state, spent=Decimal(9000), report_due_on=date(2026, 1, 1))
    assert find_issues(facts, TODAY) == ()
