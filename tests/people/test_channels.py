"""Contact details of people who work at confidential clients are hidden: they would reveal the clients."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.search import search
from crm.people.models import Affiliation, Person
from crm.people.queries import may_see_contact_details
from crm.people.services import change_affiliation, refresh_person_name, set_contact_details
from crm.records.policy import ContactMedium, PointLabel
from crm.records.queries import points_of
from crm.records.services import ContactPointValues, set_confidentiality
from tests.factories import affiliation, client_of, organization, person, reachable

ADDRESS = "limin@quietharbor.example"


@pytest.fixture
def confidential_client(session, people):
    """A confidential client with anna as counselor."""
    return client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True)


@pytest.fixture
def shared_person(confidential_client):
    """A person shared because of a past position, who works at the confidential client now."""
    zhou = person("Zhou", "Limin", organization=organization("Huadong Water"))
    [position] = db.session.scalars(sa.select(Affiliation).where(Affiliation.person_id == zhou.id))
    position.to_on = date(2026, 1, 31)
    affiliation(zhou, confidential_client)
    reachable(zhou, email=ADDRESS)
    refresh_person_name(zhou)
    return zhou


def search_labels(actor, text: str) -> list[str]:
    return [row.label for row in search.search(actor, text, ["person"])]


def test_person_at_a_confidential_client_is_neither_found_nor_exported(client, confidential_client):
    lu = person("Lu", "Hua", organization=confidential_client)
    reachable(lu, email=ADDRESS)
    dora = client.login_as("dora")
    assert "Hua Lu" not in dora.get("/people/?q=quietharbor").text
    assert ADDRESS not in dora.get("/people/?as=csv").text
    assert dora.get(f"/people/{lu.id}").status_code == 404
    assert client.login_as("anna").get(f"/people/{lu.id}").status_code == 200


def test_contact_details_are_shown_only_to_users_who_see_the_employer(client, shared_person, actor):
    assert shared_person.team_id is None
    assert not may_see_contact_details(actor("dora"), shared_person)
    dora = client.login_as("dora")
    for url in (
        f"/people/{shared_person.id}",
        f"/people/{shared_person.id}/edit",
        "/people/?as=csv",
        "/people/?q=Zhou",
    ):
        answer = dora.get(url)
        assert answer.status_code == 200
        assert ADDRESS not in answer.text
    anna = client.login_as("anna")
    assert ADDRESS in anna.get(f"/people/{shared_person.id}").text
    assert ADDRESS in anna.get(f"/people/{shared_person.id}/edit").text
    assert ADDRESS not in anna.get("/people/?as=csv").text


def test_shared_person_is_found_by_name_not_by_hidden_address(shared_person, actor):
    for first_name in ("anna", "dora"):
        assert search_labels(actor(first_name), "Zhou") == ["Limin Zhou"]
        assert search_labels(actor(first_name), "quietharbor") == []


def test_contact_details_are_public_with_another_employer_or_an_open_client(shared_person, confidential_client, actor):
    dora = actor("dora")
    set_confidentiality(confidential_client, confidential=False, readers=[])
    assert may_see_contact_details(dora, shared_person)
    assert search_labels(dora, "quietharbor") == ["Limin Zhou"]
    set_confidentiality(confidential_client, confidential=True, readers=[])
    assert search_labels(dora, "quietharbor") == []
    affiliation(shared_person, organization("Eastern Agents"))
    assert may_see_contact_details(dora, shared_person)
    assert search_labels(dora, "quietharbor") == ["Limin Zhou"]


def test_contact_details_are_public_after_the_last_position(shared_person, confidential_client, actor):
    [position] = db.session.scalars(sa.select(Affiliation).where(Affiliation.organization_id == confidential_client.id))
    change_affiliation(actor("clara"), shared_person, position, {"to_on": date(2026, 3, 1)})
    assert may_see_contact_details(actor("dora"), shared_person)


def test_edit_keeps_contact_details_hidden_from_the_actor(shared_person, actor):
    set_contact_details(
        actor("dora"),
        shared_person,
        [ContactPointValues(ContactMedium.email, PointLabel.work, "zhou@private.example")],
        None,
    )
    assert {p.raw for p in points_of([shared_person.id])[shared_person.id]} == {ADDRESS, "zhou@private.example"}
    set_contact_details(
        actor("anna"),
        shared_person,
        [ContactPointValues(ContactMedium.email, PointLabel.work, "zhou@private.example")],
        None,
    )
    assert {p.raw for p in points_of([shared_person.id])[shared_person.id]} == {"zhou@private.example"}
    assert isinstance(shared_person, Person)
