"""The inquiry form: organization, person, interaction and follow-up."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction, InteractionClient
from crm.organizations.models import Organization
from crm.organizations.queries import get_client
from crm.people.models import Affiliation, Person
from crm.records.policy import ContactMedium
from crm.records.queries import points_of
from tests.factories import client_of, make_confidential, person, prime, reachable
from tests.interactions.lookups import list_interactions, parties
from tests.tools.pages import problems_of
from tests.tools.rows import count


def test_inquiry_of_a_user_without_a_team_needs_one(client, actor):
    web, inland = client.login_as("nora"), actor("anna").first_team_id
    data = {"name": "Rosa Delgado", "organization-new": "Delta Orchards", "wish": "HACCP", "channel": "call"}
    assert web.post("/inquiries/new", data=data).status_code == 422
    assert web.post("/inquiries/new", data=data | {"team_id": str(inland)}).status_code == 303
    alone = {"name": "Zqalone", "wish": "HACCP", "channel": "call"}
    refused = web.post("/inquiries/new", data=alone)
    assert (refused.status_code, "Choose a team, or enter where this person works." in refused.text) == (422, True)
    assert web.post("/inquiries/new", data=alone | {"team_id": str(inland)}).status_code == 303
    assert [c.team_id for c in list_interactions()] == [inland, inland]
    assert set(db.session.scalars(sa.select(Person.team_id))) == {inland}


def inquiry(**more):
    return {"name": "Rosa Delgado", "contact_text": "760 555 0148", "channel": "call", "wish": "Leak prediction"} | more


def test_meter_counts_entered_facts(web):
    data = {"name": "Rosa Delgado", "contact_text": "760 555 0148", "county": "San Diego", "founded_on": "2018-03-01"}
    answer = web.post("/inquiries/meter", data=data, headers={"HX-Request": "true", "HX-Target": "count"})
    assert (answer.status_code, "<html" in answer.text, "4 required for reporting" in answer.text) == (200, False, True)
    assert (count(Person), count(Interaction)) == (0, 0)


def test_meter_reveals_nothing_about_a_hidden_organization(web, people):
    def missing(organization):
        chosen = organization.id if organization else ""
        form_page = web.get("/inquiries/new", query_string={"organization": chosen}).text
        meter = web.post("/inquiries/meter", data={"organization": chosen}).text
        return [re.search(r"(\d+) required for reporting", page)[1] for page in (form_page, meter)]

    assert missing(client_of("Inland", postal_code="93301")) < missing(None)
    secret = make_confidential(client_of("Inland", postal_code="93301", counselor=people["clara"]))
    for hidden in (secret, client_of("Bay", postal_code="93301")):
        assert missing(hidden) == missing(None)


def test_inquiry_form_creates_all_records(web):
    assert problems_of(web.get("/inquiries/new").text) == []
    data = inquiry(**{"organization-typed": "Vista Predictive", "title": "Call back", "due_on": "2026-12-10"})
    assert web.post("/inquiries/new", data=data).status_code == 303
    assert [o.label for o in db.session.scalars(sa.select(Organization))] == ["Vista Predictive"]
    assert [p.label for p in db.session.scalars(sa.select(Person))] == ["Rosa Delgado"]
    assert (list_interactions()[0].subject, db.session.scalars(sa.select(FollowUp.title)).all()) == (
        "Inquiry: Vista Predictive",
        ["Call back"],
    )


def test_inquiry_uses_the_existing_organization(web, client_firm):
    web.post("/inquiries/new", data=inquiry(**{"organization-typed": "Tri-Valley Sensors"}))
    assert (count(Organization), db.session.scalar(sa.select(InteractionClient.client_id))) == (1, client_firm.id)


def test_funder_facts_fill_gaps_of_an_existing_client(web, client_firm):
    values = {"organization": client_firm.id, "county": "Marin", "postal_code": "94901"}
    assert web.post("/inquiries/new", data=inquiry(**values)).status_code == 303
    assert (
        web.post(
            "/inquiries/new",
            data=inquiry(**values | {"postal_code": "94110", "confirm_similar": "y", "same_person": "new"}),
        ).status_code
        == 303
    )
    assert (client_firm.postal_code, get_client(client_firm.id).county) == ("94901", "Marin")


def test_funder_facts_without_a_client_are_refused(web):
    for organization in ({}, {"organization": prime("Huayue").id}):
        answer = web.post("/inquiries/new", data=inquiry(postal_code="94901", **organization))
        assert (answer.status_code, "Enter an organization, or clear the county" in answer.text) == (422, True)
    assert (count(Person), list_interactions()) == (0, [])


def test_invalid_email_is_reported_at_its_field(web):
    assert 'id="contact_text-err"' in web.post("/inquiries/new", data=inquiry(contact_text="a@b@c")).text


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("rosa@vista.example 760 555 0148", "760 555 0148"),
        ("(760) 555-0148 / rosa@vista.example", "(760) 555-0148"),
        ("760 555 0148 (rosa@vista.example)", "760 555 0148"),
    ],
)
def test_phone_and_email_in_one_field_are_both_saved(web, text, phone):
    assert web.post("/inquiries/new", data=inquiry(contact_text=text)).status_code == 303
    person_id = db.session.scalar(sa.select(Person.id))
    rows = points_of([person_id])[person_id]
    assert {(row.medium, row.raw) for row in rows} == {
        (ContactMedium.email, "rosa@vista.example"),
        (ContactMedium.phone, phone),
    }


@pytest.mark.parametrize("text", ["rosa@vista.example office", "rosa@vista.example, r@vista.example"])
def test_other_text_beside_an_email_is_refused_with_what_to_do(web, text):
    page = web.post("/inquiries/new", data=inquiry(contact_text=text)).text
    assert "Enter a phone number, an email address or both." in page
    assert f'value="{text}"' in page


def test_inquiry_of_a_similar_organization_asks(web, client_firm):
    data = inquiry(**{"organization-typed": "Tri-Valley Sensorz"})
    answer = web.post("/inquiries/new", data=data)
    assert answer.status_code == 422
    assert "Add “Tri-Valley Sensorz” as a new organization" in answer.text
    assert f'name="organization" value="{client_firm.id}"' in answer.text
    assert web.post("/inquiries/new", data=data | {"organization-new": "Tri-Valley Sensorz"}).status_code == 303
    assert count(Organization) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("name", ""),
        ("name", "x" * 10_000),
        ("due_on", "1899-01-01"),
        ("contact_text", "a@b@c"),
        ("minutes", "many"),
        ("wish", "x" * 501),
    ],
)
def test_invalid_inquiry_saves_nothing_and_keeps_the_text(web, name, text):
    data = inquiry(**{"organization-typed": "Vista", "title": "Call", "due_on": "2026-12-10"}) | {name: text}
    answer = web.post("/inquiries/new", data=data)
    assert (answer.status_code, text in answer.text) == (422, True)
    assert (count(Organization), count(Person), list_interactions(), count(FollowUp)) == (0, 0, [], 0)


def test_repeated_inquiry_is_saved_once(web):
    data = inquiry(uid="5b0e0f6a-0000-4000-8000-000000000002", **{"organization-typed": "Vista"})
    assert [web.post("/inquiries/new", data=data).status_code for _ in range(2)] == [303, 303]
    assert (count(Organization), count(Person), len(list_interactions())) == (1, 1, 1)


def test_inquiries_have_a_view_and_their_person_is_mine(web, log):
    log(datetime(2026, 12, 1, 9))
    assert web.post("/inquiries/new", data={"name": "Sam Ortega", "channel": "call"}).status_code == 303
    page = web.get("/interactions/?view=inquiries").text
    assert page.count('<a class="strong" href="/interactions/') == 1
    assert "Inquiry: Sam Ortega" in page
    assert "Sam Ortega" in web.get("/people/?view=mine").text


def test_inquiry_of_an_existing_person_asks_and_uses_the_chosen_one(web, client_firm):
    rosa = person("Delgado", "Rosa", organization=client_firm)
    answer = web.post("/inquiries/new", data=inquiry())
    assert (answer.status_code, "Does this person already exist?" in answer.text) == (422, True)
    assert problems_of(answer.text) == []
    data = inquiry(same_person=str(rosa.id), **{"organization-typed": "Vista Predictive"})
    assert web.post("/inquiries/new", data=data).status_code == 303
    (row,) = list_interactions()
    vista = db.session.scalars(sa.select(Organization).where(Organization.name == "Vista Predictive")).one()
    assert [party[:2] for party in parties(row)] == [(rosa.id, vista.id)]
    assert [p.raw for p in points_of([rosa.id])[rosa.id]] == ["760 555 0148"]
    jobs = sa.select(Affiliation.organization_id, Affiliation.main).order_by(Affiliation.id)
    assert db.session.execute(jobs).all() == [(client_firm.id, True), (vista.id, False)]


def test_inquiry_creates_another_person_of_the_same_name_anyway(web):
    person("Delgado", "Rosa")
    assert web.post("/inquiries/new", data=inquiry(same_person="new")).status_code == 303
    assert count(Person) == 2


def test_inquiry_with_a_known_phone_offers_its_person(web):
    tom = reachable(person("Okafor", "Tom"), phone="+1 760 555 0148")
    answer = web.post("/inquiries/meter", data=inquiry(), headers={"HX-Request": "true", "HX-Target": "similar"})
    assert ("<html" in answer.text, f'value="{tom.id}"' in answer.text) == (False, True)
    assert "Another name, but the same phone or email" in answer.text
    chosen = web.post("/inquiries/meter", data=inquiry(same_person=str(tom.id)), headers={"HX-Target": "similar"}).text
    assert re.search(rf'value="{tom.id}"[^>]* checked', chosen)


def test_inquiry_of_another_spelling_of_an_organization_uses_the_chosen_one(web):
    clear_air = client_of("Inland", "Clear Air Sensors Inc.")
    data = inquiry(organization="new:organization.client:ClearAir Sensors")
    answer = web.post("/inquiries/new", data=data)
    assert (answer.status_code, "Does this organization already exist?" in answer.text) == (422, True)
    assert web.post("/inquiries/new", data=data | {"same_organization": str(clear_air.id)}).status_code == 303
    assert db.session.scalars(sa.select(InteractionClient.client_id)).all() == [clear_air.id]
    assert count(Organization) == 1
    data = inquiry(
        same_person="new", same_organization="new", confirm_similar="y", **{"organization-new": "ClearAir Sensors"}
    )
    assert web.post("/inquiries/new", data=data).status_code == 303
    assert count(Organization) == 2


def test_confidential_person_is_not_offered_and_not_taken(web, people):
    rosa = make_confidential(person("Delgado", "Rosa", team="Bay"))
    assert web.post("/inquiries/new", data=inquiry(same_person=str(rosa.id))).status_code == 303
    assert count(Person) == 2
