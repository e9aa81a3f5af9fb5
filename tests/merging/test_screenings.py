"""Screenings after a merge: those of projects and opportunities whose parties they don't cover are withdrawn."""

from __future__ import annotations

import pytest

from crm.merging.services import unmerge
from crm.opportunities.policy import ExitTest
from crm.projects.policy import LeadTest, ProjectRole
from crm.projects.services import add_project, save_party
from crm.records.policy import EvidenceState
from crm.records.services import set_evidence
from tests.factories import client_of, organization
from tests.factories.opportunities import make_opportunity
from tests.merging.lookups import merge, screened


@pytest.fixture
def add(clara):
    """Return a function that adds a project with a prime, and marks its screening."""

    def project(name, prime=None, *, screened=True, role=ProjectRole.prime):
        row = add_project(clara, {"name": name})
        if prime is not None:
            save_party(row, {"organization_id": prime.id, "role": role})
        if screened:
            mark(row, LeadTest.screening.value)
        return row

    def mark(row, test):
        set_evidence(clara, row, test, EvidenceState.met, "trade.gov", "no hit")

    return project


@pytest.mark.parametrize("first_is_screened", [True, False])
def test_screening_that_does_not_cover_all_parties_is_withdrawn_until_unmerge(clara, add, first_is_screened):
    first = add("Plant", organization("Huadong"), screened=first_is_screened)
    second = add("Plant Suzhou", organization("Delta"), screened=not first_is_screened)
    before = screened()
    merged = merge(clara, first, second)
    assert (len(before), screened()) == (1, set())
    unmerge(clara, merged)
    assert screened() == before


@pytest.mark.parametrize("same_prime", [True, False])
def test_screening_that_covers_all_parties_stays(clara, add, same_prime):
    prime = organization("Huadong")
    first = add("Plant", prime)
    second = add("Plant Suzhou", prime if same_prime else organization("Delta"), screened=not same_prime)
    lender = organization("Bank")
    save_party(second, {"organization_id": lender.id, "role": ProjectRole.lender})
    merge(clara, first, second)
    assert screened() == {first.id}


def test_opportunities_of_a_project_with_more_parties_are_screened_again(clara, add, people):
    prime, other = organization("Huadong"), organization("Delta")
    first, second = add("Plant", prime, screened=False), add("Plant Suzhou", prime, screened=False)
    save_party(second, {"organization_id": other.id, "role": ProjectRole.owner})
    client = client_of("Inland", counselor=people["anna"])
    rows = [make_opportunity(client, counselor=people["anna"], project_id=row.id) for row in (first, second)]
    for row in rows:
        set_evidence(clara, row, ExitTest.parties_screened.value, EvidenceState.met, "trade.gov", "no hit")
    merged = merge(clara, first, second)
    assert screened() == {rows[1].id}
    unmerge(clara, merged)
    assert screened() == {row.id for row in rows}


@pytest.mark.parametrize("same_buyer", [True, False])
def test_opportunity_takes_a_screening_only_of_the_same_parties(clara, people, same_buyer):
    client = client_of("Inland", counselor=people["anna"])
    buyers = [organization("Huadong"), organization("Delta")]
    first, second = (
        make_opportunity(client, counselor=people["anna"], buyer_id=buyers[0 if same_buyer else i].id) for i in (0, 1)
    )
    set_evidence(clara, second, ExitTest.parties_screened.value, EvidenceState.met, "trade.gov", "no hit")
    merged = merge(clara, first, second)
    assert screened() == ({first.id} if same_buyer else set())
    unmerge(clara, merged)
    assert screened() == {second.id}
