"""Email addresses and phone numbers of people who work at confidential clients lead to those clients."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.search import search
from crm.people.models import Affiliation, Person
from crm.people.queries import may_see_contact_details
from crm.people.services import change_affiliation, refresh_person_name, set_contact_details
from crm.records.policy import Medium, PointLabel
from crm.records.queries import points_of
from crm.records.services import Point, set_confidentiality
from tests.factories import affiliation, client_of, organization, person, reachable

ADDRESS = "limin@quietharbor.example"


@pytest.fixture
def secret(session, people):
    """A confidential client of anna's."""
    return client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True)


@pytest.fixture
def shared(secret):
    """A person whom all teams share from an earlier position, and who works at the confidential client now."""
    who = person("Zhou", "Limin", at=organization("Huadong Water"))
    [job] = db.session.scalars(sa.select(Affiliation).where(Affiliation.person_id == who.id))
    job.to_on = date(2026, 1, 31)
    affiliation(who, secret)
    reachable(who, email=ADDRESS)
    refresh_person_name(who)
    return who


def found(actor, text: str) -> list[str]:
    return [row.label for row in search.search(actor, text, ["person"])]


def test_person_at_a_confidential_client_is_neither_found_nor_exported(client, secret):
    who = person("Lu", "Hua", at=secret)
    reachable(who, email=ADDRESS)
    dora = client.login_as("dora")
    assert "Hua Lu" not in dora.get("/people/?q=quietharbor").text
    assert ADDRESS not in dora.get("/people/?as=csv").text
    assert dora.get(f"/people/{who.id}").status_code == 404
    assert client.login_as("anna").get(f"/people/{who.id}").status_code == 200


def test_channels_of_a_shared_person_are_seen_with_the_employer_only(client, shared, actor):
    assert shared.team_id is None
    assert not may_see_contact_details(actor("dora"), shared)
    dora = client.login_as("dora")
    for url in (f"/people/{shared.id}", f"/people/{shared.id}/edit", "/people/?as=csv", "/people/?q=Zhou"):
        answer = dora.get(url)
        assert answer.status_code == 200
        assert ADDRESS not in answer.text
    anna = client.login_as("anna")
    assert ADDRESS in anna.get(f"/people/{shared.id}").text
    assert ADDRESS in anna.get(f"/people/{shared.id}/edit").text
    assert ADDRESS not in anna.get("/people/?as=csv").text


def test_shared_person_is_found_by_name_and_not_by_address(shared, actor):
    for first_name in ("anna", "dora"):
        assert found(actor(first_name), "Zhou") == ["Limin Zhou"]
        assert found(actor(first_name), "quietharbor") == []


def test_channels_are_public_again_with_another_position_or_an_open_client(shared, secret, actor):
    dora = actor("dora")
    set_confidentiality(secret, confidential=False, readers=[])
    assert may_see_contact_details(dora, shared)
    assert found(dora, "quietharbor") == ["Limin Zhou"]
    set_confidentiality(secret, confidential=True, readers=[])
    assert found(dora, "quietharbor") == []
    affiliation(shared, organization("Eastern Agents"))
    assert may_see_contact_details(dora, shared)
    assert found(dora, "quietharbor") == ["Limin Zhou"]


def test_channels_are_public_after_the_last_position(shared, secret, actor):
    [job] = db.session.scalars(sa.select(Affiliation).where(Affiliation.organization_id == secret.id))
    change_affiliation(actor("clara"), shared, job, {"to_on": date(2026, 3, 1)})
    assert may_see_contact_details(actor("dora"), shared)


def test_edit_without_access_keeps_the_hidden_channels(shared, actor):
    set_contact_details(actor("dora"), shared, [Point(Medium.email, PointLabel.work, "zhou@private.example")], None)
    assert {p.raw for p in points_of([shared.id])[shared.id]} == {ADDRESS, "zhou@private.example"}
    set_contact_details(actor("anna"), shared, [Point(Medium.email, PointLabel.work, "zhou@private.example")], None)
    assert {p.raw for p in points_of([shared.id])[shared.id]} == {"zhou@private.example"}
    assert isinstance(shared, Person)
