"""Records like the one in a form: while typing, on saving, and only visible ones."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.names.folding import KEY_MARK
from crm.names.matching import find_keys
from crm.people.models import Person
from tests.factories import make_confidential, organization, person

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def anna(client):
    return client.login_as("anna")


def count_people():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person))


def test_new_person_like_an_existing_one_asks_before_saving(anna):
    person("Zhou", "Limin", family_native="周", given_native="立民", organization=organization("Huadong Water"))
    before = count_people()
    typed = {"family_latin": "Zhou", "given_latin": "Limin"}

    answer = anna.post("/people/new", data=typed)
    assert (answer.status_code, count_people()) == (422, before)
    assert "Use this one" in answer.text
    assert "Huadong Water" in answer.text
    assert "The names are the same." in answer.text

    assert anna.post("/people/new", data=typed | {"confirm_new": "y"}).status_code == 303
    assert count_people() == before + 1


@pytest.mark.parametrize(
    ("stored", "typed", "keys"),
    [
        ("Zhou Limin", "Limin Zhou", ["zhou0limin"]),
        ("Limin Zhou", "Zhou Limin", ["lmn2s", "7j2lm"]),
        ("Limin Zhou", "Limin Zhou", ["lmn2s", "7j2lm"]),
    ],
)
def test_swapped_family_and_given_names_ask_before_saving(anna, stored, typed, keys):
    row = person(*stored.split())
    assert find_keys(row.tokens) == [KEY_MARK + key for key in keys]
    family, given_name = typed.split()
    answer = anna.post("/people/new", data={"family_latin": family, "given_latin": given_name})
    assert answer.status_code == 422
    assert "Use this one" in answer.text


@pytest.mark.parametrize("typed", [{"name": "ClearAir Sensors"}, {"name": "Claer Air Sensors Ltd."}])
def test_new_organization_like_an_existing_one_asks_before_saving(anna, typed):
    organization("Clear Air Sensors Inc.")
    answer = anna.post("/organizations/new", data=typed)
    assert answer.status_code == 422
    assert "Clear Air Sensors Inc." in answer.text
    assert anna.post("/organizations/new", data=typed | {"confirm_new": "y"}).status_code == 303


def test_same_phone_under_another_name_is_a_question(anna):
    row = person("Okafor", "Tom")
    anna.post(
        f"/people/{row.id}/edit",
        data={
            "given_latin": "Tom",
            "family_latin": "Okafor",
            "phones-0-raw": "+1 909 555 0142",
            "version": row.version,
        },
    )
    answer = anna.post(
        "/people/new", data={"given_latin": "Rosa", "family_latin": "Lopez", "phones-0-raw": "+1 909 555 0142"}
    )
    assert answer.status_code == 422
    assert "Another name, but the same phone or email: +1 909 555 0142." in answer.text


def test_typing_shows_records_with_reasons(anna):
    person(family_native="张", given_native="伟")
    answer = anna.post("/duplicates/similar/person", data={"family_latin": "Cheung", "given_latin": "Wai"})
    assert "“Cheung Wai” is a Hong Kong (Cantonese) spelling of" in answer.text
    assert "张伟" not in anna.post("/duplicates/similar/person", data={"given_latin": "Rosa"}).text
    assert anna.post("/duplicates/similar/secret").status_code == 404


def test_same_organization_is_a_reason(anna):
    huadong = organization("Huadong Water")
    person("Zhou", "Limin", organization=huadong)
    typed = {"family_latin": "Zhou", "given_latin": "Limin"}
    for organization_id, expected in ((huadong.id, True), (organization("Port").id, False)):
        text = anna.post("/people/new", data=typed | {"organization_id": organization_id}).text
        assert ("Works at the same organization." in text) is expected


@pytest.mark.parametrize("organization_id", ["²", "٥", "9" * 30])
def test_organization_that_is_no_number_is_ignored(anna, organization_id):
    typed = {"family_latin": "Zhou", "given_latin": "Limin", "organization_id": organization_id}
    assert anna.post("/duplicates/similar/person", data=typed).status_code == 200


def test_confidential_records_leave_no_trace(anna):
    row = person("Zhou", "Limin", team="Bay")
    make_confidential(row)
    typed = {"family_latin": "Zhou", "given_latin": "Limin"}
    assert "Use this one" not in anna.post("/duplicates/similar/person", data=typed).text
    assert anna.post("/people/new", data=typed).status_code == 303
