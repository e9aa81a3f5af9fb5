"""Each fact on record meets its own test of a lead."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.data.base import db
from crm.projects import queries, services
from crm.projects.policy import LeadTest, ProjectPhase, ProjectRole, SourceKind
from tests.factories import archived

NEED = {"title": "Meters", "quantity_number": 240, "spec": "DN50", "needed_by": date(2027, 6, 1)}


@pytest.mark.parametrize(
    ("values", "test"),
    [
        ({"source_kind": SourceKind.group}, LeadTest.source),
        ({"heard_on": date(2026, 3, 9)}, LeadTest.heard_on),
        ({"source_note": "Chat"}, LeadTest.told_by),
        ({"city": "Suzhou"}, LeadTest.city),
        ({"phase": ProjectPhase.tender}, LeadTest.phase),
        ({"funding": "Budget"}, LeadTest.funding),
    ],
)
def test_value_meets_its_test(actor, suzhou, values, test):
    services.change_project(actor("anna"), suzhou, values)
    assert queries.load_met_tests(suzhou) == {LeadTest.country, test}


@pytest.mark.parametrize(
    ("role", "has_person", "tests"),
    [
        (ProjectRole.owner, True, {LeadTest.project_owner}),
        (ProjectRole.prime, False, {LeadTest.prime}),
        (ProjectRole.prime, True, {LeadTest.prime, LeadTest.prime_contact}),
        (ProjectRole.lender, True, set()),
    ],
)
def test_party_meets_the_tests_of_its_role(suzhou, prime, wang, role, has_person, tests):
    person_id = wang.id if has_person else None
    services.save_party(suzhou, {"organization_id": prime.id, "role": role, "person_id": person_id})
    assert queries.load_met_tests(suzhou) == {LeadTest.country} | tests


@pytest.mark.parametrize(
    ("changes", "is_met"),
    [
        ({}, True),
        ({"quantity_number": None, "quantity": "some"}, True),
        ({"quantity_number": None}, False),
        ({"spec": None}, False),
        ({"needed_by": None}, False),
    ],
)
def test_only_a_whole_need_of_the_project_is_one(actor, suzhou, water, changes, is_met):
    anna = actor("anna")
    other = services.add_project(anna, {"name": "Harbor", "sectors": [water.id]})
    need = services.save_need(anna, NEED | changes | {"project_id": suzhou.id})
    assert (LeadTest.need_line in queries.load_met_tests(suzhou)) is is_met
    assert queries.load_met_tests(other) == {LeadTest.sector}
    archived(need)
    db.session.flush()
    assert queries.load_met_tests(suzhou) == {LeadTest.country}
