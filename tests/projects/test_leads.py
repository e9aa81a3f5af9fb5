"""Who can introduce us to a prime."""

from __future__ import annotations

from datetime import datetime

import pytest

from crm.desk import introductions
from crm.desk.profiles import load_project_profile
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.people.models import Relation
from crm.people.policy import RelationKind
from crm.people.services import add_person
from crm.projects import queries, services
from crm.projects.policy import ProjectRole


@pytest.fixture
def owner_side(actor, suzhou, prime, wang):
    """Return a person at the owner who knows the person at the prime; anna met them twice, boris once."""
    from crm.core.data.base import db
    from crm.organizations.services import add_organization

    bureau = add_organization(actor("anna"), {"name": "Digital City Bureau"})
    zhao = add_person(actor("anna"), {"given_latin": "Jianguo", "family_latin": "Zhao", "organization_id": bureau.id})
    services.save_party(suzhou, {"organization_id": bureau.id, "role": ProjectRole.owner})
    services.save_party(suzhou, {"organization_id": prime.id, "role": ProjectRole.prime, "person_id": wang.id})
    db.session.add(Relation(person_id=wang.id, other_id=zhao.id, kind=RelationKind.reports_to))
    for name, day in (("anna", 1), ("anna", 2), ("boris", 3)):
        values = {"wall": datetime(2026, 3, day, 9, 0), "zone": "Asia/Shanghai"}
        log_interaction(actor(name), values, InteractionDetails(parties=[PartyValues(person_id=zhao.id)]))
    return zhao


def introductions_for(actor, suzhou):
    return introductions.find_introductions(
        actor, queries.list_parties(actor, suzhou.id), queries.get_source(actor, suzhou)
    )


def test_introduction_goes_through_the_person_we_met_most(actor, suzhou, owner_side):
    introduction = introductions_for(actor("anna"), suzhou)[0]
    assert (introduction.introducer.id, introduction.introducer.colleague, introduction.introducer.interactions) == (
        owner_side.id,
        "Anna Reyes",
        2,
    )
    assert (introduction.organization, introduction.target.person) == ("Digital City Bureau", "Xiaoming Wang")
    assert introduction.relation == str(RelationKind.reports_to.inverse_label)


def test_introduction_counts_only_interactions_the_reader_may_see(actor, suzhou, owner_side):
    introduction = introductions_for(actor("boris"), suzhou)[0]
    assert (introduction.introducer.colleague, introduction.introducer.interactions) == ("Boris Keller", 1)
    assert len(introductions_for(actor("boris"), suzhou)) == 1


def test_steps_show_the_fact_or_what_is_missing(actor, suzhou, prime):
    services.save_party(suzhou, {"organization_id": prime.id, "role": ProjectRole.prime})
    profile = load_project_profile(actor("anna"), suzhou)
    steps = introductions.build_lead_steps(suzhou, queries.load_met_tests(suzhou), profile)
    assert [(s.position, s.facts) for s in steps] == [
        ("now", ""),
        ("ahead", ""),
        ("ahead", "Huayue Municipal"),
        ("ahead", ""),
    ]
    assert [t.value for t in steps[0].missing] == ["source", "heard_on", "told_by"]
