"""An opportunity, and a milestone, is as confidential as the employer of its person."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core.data.base import db
from crm.core.policy import SYSTEM, can
from crm.impact.policy import Confirmation
from crm.impact.services import add_milestone, change_milestone
from crm.opportunities.services import add_opportunity, change_opportunity
from crm.people.models import Affiliation, RecordEmployer
from tests.factories import affiliation, client_of, make_confidential, organization, person
from tests.fixtures.people import make_people

TODAY = date(2026, 3, 10)
CONFIRMED = {"confirmed_on": TODAY, "confirmed_how": Confirmation.email}


@pytest.fixture
def secret(people):
    """Return a confidential client of anna."""
    return client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True)


@pytest.fixture
def contact(secret):
    """Return a person with positions there and at an open organization."""
    contact = person("Lu", "Hua")
    affiliation(contact, organization("Open Works"))
    affiliation(contact, secret)
    return contact


@pytest.fixture(params=["opportunity", "milestone"])
def save(request, actor, people, clock):
    """Return functions that create a record of an open client with a person, and change the person."""
    client = client_of("Inland", "ClearAir", counselor=people["anna"])
    if request.param == "opportunity":
        return (
            lambda user_name, person_id: add_opportunity(
                actor(user_name), {"client_id": client.id, "title": "Meters", "buyer_contact_id": person_id}
            ),
            lambda user_name, row, person_id: change_opportunity(
                actor(user_name), row, {"buyer_contact_id": person_id}
            ),
        )
    return (
        lambda user_name, person_id: add_milestone(
            actor(user_name), {"client_id": client.id, "on": TODAY, "confirmed_by_id": person_id} | CONFIRMED
        ),
        lambda user_name, row, person_id: change_milestone(actor(user_name), row, {"confirmed_by_id": person_id}),
    )


def readers_of(actor, row) -> list[str]:
    right = f"{row.kind}:see"
    return [name for name in ("anna", "clara", "dora", "boris", "admin") if can(actor(name), right, row)]


def test_record_is_as_confidential_as_the_employer(actor, save, contact):
    add, _change = save
    assert readers_of(actor, add("anna", contact.id)) == ["anna", "clara"]


def test_record_of_someone_who_does_not_see_the_employer_stays_open_until_another_user_saves_it(actor, save, contact):
    add, change = save
    row = add("dora", contact.id)
    assert readers_of(actor, row) == ["anna", "clara", "dora", "admin"]
    change("anna", row, contact.id)
    assert readers_of(actor, row) == ["anna", "clara"]


def test_record_stays_confidential_after_the_position_has_ended(actor, save, contact, secret):
    add, change = save
    row = add("anna", contact.id)
    position = db.session.scalars(sa.select(Affiliation).where(Affiliation.organization_id == secret.id)).one()
    position.main = False
    change("anna", row, contact.id)
    assert readers_of(actor, row) == ["anna", "clara"]


def test_record_stays_confidential_without_the_person(actor, save, contact):
    add, change = save
    row = add("anna", contact.id)
    change("anna", row, None)
    assert db.session.scalars(sa.select(RecordEmployer.record_id)).all() == []
    assert readers_of(actor, row) == ["anna", "clara"]


def test_record_follows_an_employer_that_becomes_confidential(actor, people, save):
    add, _change = save
    employer, contact = client_of("Inland", "Quiet Harbor", counselor=people["anna"]), person("Lu", "Hua")
    affiliation(contact, organization("Open Works"))
    affiliation(contact, employer)
    row = add("anna", contact.id)
    assert "dora" in readers_of(actor, row)
    make_confidential(employer)
    assert readers_of(actor, row) == ["anna", "clara"]


def test_existing_records_get_the_employers_of_today(new_app):
    with new_app().app_context():
        make_people()
        employer, contact, client = organization("Current"), person("Lu", "Hua"), client_of("Inland", "ClearAir")
        affiliation(contact, organization("Side"))
        affiliation(contact, employer)
        values = {"client_id": client.id, "title": "Meters", "buyer_contact_id": contact.id}
        expected = {(add_opportunity(SYSTEM, values).id, contact.id, employer.id)}
        milestone = add_milestone(
            SYSTEM, {"client_id": client.id, "on": TODAY, "confirmed_by_id": contact.id} | CONFIRMED
        )
        expected |= {(milestone.id, contact.id, employer.id)}
        db.session.commit()
        db.session.remove()
        downgrade(revision="0081")
        upgrade()
        columns = (RecordEmployer.record_id, RecordEmployer.person_id, RecordEmployer.organization_id)
        stored = set(map(tuple, db.session.execute(sa.select(*columns))))
        db.session.remove()
        db.engine.dispose()
    assert stored == expected
