"""Records created from names typed into pickers, in the form that needs them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.organizations.models import Organization
from crm.organizations.policy import OrganizationRole
from crm.organizations.queries import load_roles
from crm.people.models import Affiliation, Person, Relation, Representation
from tests.factories import client_of, organization, person, team_id_of

UID = "5a5c1d2e-0f5b-4f60-8d57-1b3d1a3c5b11"


def test_person_and_employer_are_created_by_one_form(client, people):
    anna = client.login_as("anna")
    data = {"family_latin": "Liu", "given_latin": "Fang", "organization_id-typed": "Ningbo Harbor Tech"}
    answer = anna.post("/people/new", data=data)
    assert answer.status_code == 422
    assert "Create organization “Ningbo Harbor Tech”, shared with all teams" in answer.text
    assert 'value="Fang"' in answer.text
    answer = anna.post("/people/new", data=data | {"organization_id": "new:organization:Ningbo Harbor Tech"})
    assert answer.status_code == 303
    employer = db.session.scalars(sa.select(Organization)).one()
    assert db.session.scalars(sa.select(Affiliation.organization_id)).all() == [employer.id]


def test_rep_form_creates_the_person_and_the_client(client, people):
    data = {
        "client_id": "new:organization.client:Delta Orchards",
        "person_id": "new:person:Liu Fang 刘芳",
        "organization_id": "new:organization.representative:Fang Trading",
        "rep_kind": "agent",
        "status": "active",
    }
    assert client.login_as("anna").post("/people/reps/new", data=data).status_code == 303
    rep = db.session.scalars(sa.select(Representation)).one()
    person = db.session.get_one(Person, rep.person_id)
    assert (person.label, person.native_label, person.team_id) == ("Liu Fang", "刘芳", team_id_of("Inland"))
    roles = load_roles([rep.client_id, rep.organization_id])
    assert list(roles[rep.client_id]) == [OrganizationRole.client]
    assert list(roles[rep.organization_id]) == [OrganizationRole.representative]
    assert db.session.get_one(Organization, rep.client_id).team_id == team_id_of("Inland")


def test_refused_form_creates_nothing_and_keeps_the_new_name(client, people):
    organization_id = organization("No client").id
    data = {"client_id": organization_id, "person_id": "new:person:Liu Fang", "rep_kind": "agent", "status": "active"}
    answer = client.login_as("anna").post("/people/reps/new", data=data)
    assert answer.status_code == 422
    assert '<option value="new:person:Liu Fang" selected' in answer.text
    assert db.session.scalars(sa.select(Person)).all() == []


def test_name_that_the_form_cannot_create_is_refused_at_its_field_and_corrected(client, people):
    for _time in range(2):
        organization("Lotus Tech")
    url = f"/people/{person('Zhou', 'Limin').id}/relations/new"
    data = {"uid": UID, "kind": "introduced_by", "other_id": "new:person:Gao Lei of Lotus Tech"}
    anna = client.login_as("anna")
    answer = anna.post(url, data=data)
    assert answer.status_code == 422
    assert '<option value="new:person:Gao Lei of Lotus Tech" selected' in answer.text
    assert db.session.scalars(sa.select(Relation)).all() == []
    assert anna.post(url, data=data | {"other_id": "new:person:Gao Lei"}).status_code == 303
    assert len(db.session.scalars(sa.select(Relation)).all()) == 1


def test_repeated_submit_creates_the_person_once(client, people):
    data = {
        "uid": UID,
        "client_id": client_of("Inland").id,
        "person_id": "new:person:Liu Fang",
        "rep_kind": "agent",
        "status": "active",
    }
    anna = client.login_as("anna")
    for _time in range(2):
        assert anna.post("/people/reps/new", data=data).status_code == 303
    assert db.session.scalars(sa.select(Person.label)).all() == ["Liu Fang"]


@pytest.mark.parametrize("path", ["/interactions/new", "/followups/new", "/projects/new", "/shows/new"])
def test_form_offers_the_script_to_create_records(client, people, path):
    assert "data-makers=" in client.login_as("anna").get(path).text


def test_records_created_by_forms_and_pickers_are_mine(client, people):
    anna = client.login_as("anna")
    assert f'<option selected value="{people["anna"].id}">' in anna.get("/people/new").text
    data = {"family_latin": "Wu", "counselor_id": people["anna"].id, "organization_id": "new:organization:Harbor Tech"}
    assert anna.post("/people/new", data=data).status_code == 303
    assert "Wu" in anna.get("/people/?view=mine").text
    assert "Harbor Tech" in anna.get("/organizations/?view=mine").text
