"""The lead stages on a project's page."""

from __future__ import annotations

from crm.desk.lead_steps import build_lead_steps
from crm.desk.profiles import load_project_profile
from crm.projects import queries, services
from crm.projects.policy import ProjectRole


def test_steps_show_the_fact_or_what_is_missing(actor, suzhou, prime):
    services.save_party(suzhou, {"organization_id": prime.id, "role": ProjectRole.prime})
    profile = load_project_profile(actor("anna"), suzhou)
    steps = build_lead_steps(suzhou, queries.load_met_tests(suzhou), profile)
    assert [(s.position, s.facts) for s in steps] == [
        ("now", ""),
        ("ahead", ""),
        ("ahead", "Huayue Municipal"),
        ("ahead", ""),
    ]
    assert [t.value for t in steps[0].missing] == ["source", "heard_on", "told_by"]
