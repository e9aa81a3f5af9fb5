"""Screening of a lead's parties: another owner, prime or end user has to be screened."""

from __future__ import annotations

import pytest

from crm.projects.policy import LeadTest, ProjectRole
from crm.projects.queries import load_met_tests
from crm.projects.services import mark_lead_test, save_party
from crm.records.policy import EvidenceState
from tests.factories import organization


@pytest.fixture
def mark(actor, suzhou):
    """Return a function that marks the screening."""

    def store(state=EvidenceState.met):
        mark_lead_test(actor("anna"), suzhou, LeadTest.screening, {"state": state, "where": "trade.gov"})

    return store


def is_screened(project):
    return LeadTest.screening in load_met_tests(project)


def test_added_or_replaced_party_is_screened_again(suzhou, mark):
    first, second = organization(), organization()
    party = save_party(suzhou, {"organization_id": first.id, "role": ProjectRole.prime})
    mark()
    save_party(suzhou, {"organization_id": first.id, "role": ProjectRole.prime, "person_id": None}, party)
    save_party(suzhou, {"organization_id": second.id, "role": ProjectRole.lender})
    assert is_screened(suzhou)
    save_party(suzhou, {"organization_id": second.id, "role": ProjectRole.prime}, party)
    assert not is_screened(suzhou)
    mark()
    save_party(suzhou, {"organization_id": first.id, "role": ProjectRole.end_user})
    assert not is_screened(suzhou)


def test_answer_that_screening_does_not_apply_stays(suzhou, mark):
    mark(EvidenceState.does_not_apply)
    save_party(suzhou, {"organization_id": organization().id, "role": ProjectRole.owner})
    assert is_screened(suzhou)
