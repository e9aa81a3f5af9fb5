"""A whole lead on one form: source, parties with people, needs, and what isn't known yet."""

from __future__ import annotations

import re
from datetime import date

import sqlalchemy as sa

from crm.core.data.base import db
from crm.organizations.models import Organization
from crm.people.models import Person
from crm.people.queries import load_affiliations
from crm.projects import queries
from crm.projects.models import Need, Project, ProjectParty
from crm.projects.policy import LeadStage, LeadTest, ProjectRole, SourceKind
from crm.records.policy import EvidenceState
from tests.factories import post
from tests.tools.rows import count

WHOLE = {
    "name": "Ningbo water plant",
    "heard_on": "2026-03-09",
    "country": "CN",
    "city": "Ningbo",
    "phase": "tender",
    "funding": "Municipal budget",
    "prime_id": "new:organization.prime:Huadong Water",
    "prime_contact_id": "new:person:Lu Min",
    "parties-0-role": "owner",
    "parties-0-organization_id": "new:organization:Ningbo Water Bureau",
    "parties-0-person_id": "new:person:Shao Jun",
    "needs-0-title": "Ultrasonic meters",
    "needs-0-quantity": "240 sets",
    "needs-0-spec": "DN50",
    "needs-0-needed_by": "2027-06-01",
    "needs-1-title": "Dosing pumps",
}


def new_project() -> Project:
    return db.session.scalars(sa.select(Project)).one()


def test_whole_lead_is_saved_in_one_step(anna, actor, water):
    consulate = post("Consulate General Chongming")
    answer = anna.post("/projects/new", data=WHOLE | {"source_id": consulate.id, "sectors": water.id})
    row = new_project()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/projects/{row.id}")
    assert (row.source_kind, row.source_id) == (SourceKind.post, consulate.id)
    parties = [(p.role, p.organization, p.person) for p in queries.list_parties(actor("anna"), row.id)]
    assert parties == [
        (ProjectRole.owner, "Ningbo Water Bureau", "Shao Jun"),
        (ProjectRole.prime, "Huadong Water", "Lu Min"),
    ]
    needs = [(n.title, n.quantity, n.needed_by) for n in queries.list_needs(actor("anna"), project_id=row.id)]
    assert needs == [("Ultrasonic meters", "240 sets", date(2027, 6, 1)), ("Dosing pumps", "", None)]
    positions = load_affiliations(actor("anna"), db.session.scalars(sa.select(Person.id).order_by(Person.label)).all())
    works_at = [position.organization for rows in positions.values() for position in rows]
    assert works_at == ["Huadong Water", "Ningbo Water Bureau"]
    # Screening is still missing before the last stage.
    assert row.lead_stage is LeadStage.prime_identified


def test_refused_lead_saves_nothing_and_keeps_what_was_typed(anna):
    data = WHOLE | {"name": "", "needs-2-quantity": "12"}
    answer = anna.post("/projects/new", data=data)
    assert (answer.status_code, count(Project), count(Organization), count(Person), count(Need)) == (422, 0, 0, 0, 0)
    assert "Enter what is needed." in answer.text
    assert "DN50</textarea>" in answer.text
    for value in ("Dosing pumps", "new:organization.prime:Huadong Water", "new:person:Shao Jun"):
        assert f'value="{value}"' in answer.text
    answer = anna.post("/projects/new", data=WHOLE | {"name": "N", "parties-0-organization_id": ""})
    assert (answer.status_code, count(ProjectParty)) == (422, 0)
    assert "Choose the organization of this person." in answer.text


def test_not_known_yet_completes_the_facts_of_the_project_only(anna):
    unknown = ["city", "sector", "phase", "project_owner", "funding", "country", "prime", "prime_contact"]
    data = {"name": "N", "heard_on": "2026-03-09", "source_note": "www.plants.example", "unknown": unknown}
    assert anna.post("/projects/new", data=data | {"country": "VN"}).status_code == 303
    row = new_project()
    assert (row.source_kind, row.lead_stage) == (SourceKind.web_page, LeadStage.prime_identified)
    answers = queries.load_lead_answers(row)
    assert answers.unknown == (
        LeadTest.city,
        LeadTest.sector,
        LeadTest.phase,
        LeadTest.project_owner,
        LeadTest.funding,
        LeadTest.prime,
        LeadTest.prime_contact,
    )
    assert set(LeadTest) - answers.met == {
        LeadTest.prime,
        LeadTest.prime_contact,
        LeadTest.screening,
        LeadTest.need_line,
    }
    page = anna.get(f"/projects/{row.id}").text
    assert re.search(r"Not known yet</dt>\s*<dd[^>]*>\s*city, sector, phase, project owner, funding, prime", page)


def test_answer_not_known_yet_is_not_offered_for_opportunities(app):
    from crm.opportunities.forms import ExitTestForm

    with app.test_request_context():
        codes = [choice.value for choice in ExitTestForm().state.choices]
    assert codes == [EvidenceState.met.value, EvidenceState.does_not_apply.value]
