"""A form that arrives twice creates one record; two sessions don't overwrite each other's changes."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.receipts import Receipt
from crm.organizations.models import Organization
from crm.people.models import Person
from crm.records.jobs import delete_receipts
from crm.records.queries import tags_of
from tests.factories import organization
from tests.fixtures.forms import token_of
from tests.fixtures.people import sign_in


def form_of(**typed):
    return {"uid": str(uuid.uuid4()), "family_latin": "Li", **typed}


def count(cls=Person):
    return db.session.scalar(sa.select(sa.func.count()).select_from(cls))


def test_same_form_twice_creates_one_record(client, people):
    client.login_as("anna")
    data = form_of()
    first, second = client.post("/people/new", data=data), client.post("/people/new", data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["Location"] == first.headers["Location"]
    assert count() == 1


def test_same_form_with_other_content_is_refused_showing_both(client, people):
    client.login_as("anna")
    data = form_of()
    first = client.post("/people/new", data=data)
    second = client.post("/people/new", data=data | {"family_latin": "Zhou"})
    assert second.status_code == 409
    assert "Zhou" in second.text
    assert f'href="{first.headers["Location"]}"' in second.text
    assert count() == 1


def test_form_identifier_of_a_colleague_reveals_nothing(client, people, app):
    data = form_of()
    client.login_as("anna").post("/people/new", data=data)
    other = app.test_client().login_as("boris")
    answer = other.post("/people/new", data=data)
    assert answer.status_code == 409
    assert "/people/" not in answer.text.split("data-refused")[1]
    assert count() == 1


def test_form_identifier_of_an_existing_record_is_refused(client, people):
    existing = organization()
    client.login_as("anna")
    answer = client.post("/organizations/new", data={"uid": existing.uid, "name": "Twin"})
    assert answer.status_code == 409
    assert "Twin" in answer.text
    assert count(Organization) == 1


@pytest.mark.parametrize("uid", ["x", "x" * 5000, "周", "'; DROP TABLE record; --"])
def test_unknown_form_identifier_works_once(client, people, uid):
    client.login_as("anna")
    for _try in range(2):
        assert client.post("/people/new", data=form_of(uid=uid)).status_code == 303
    assert count() == 1
    assert len(db.session.scalars(sa.select(Person.uid)).one()) == 36


def test_refused_form_can_be_sent_again(client, people):
    client.login_as("anna")
    data = form_of(family_latin="")
    assert client.post("/people/new", data=data).status_code == 422
    assert client.post("/people/new", data=data | {"family_latin": "Li"}).status_code == 303


@pytest.fixture
def peopled(peopled):
    """Return a real application with an organization that two users change."""
    with peopled.app_context():
        organization("Huayue", uid=str(uuid.uuid4()))
        db.session.commit()
    return peopled


def signed_in(app, name="anna"):
    client = app.test_client()
    sign_in(client, f"{name}@demo.example")
    return client, token_of(client, "/people/new")


@pytest.mark.parametrize("content", ["same", "other"])
def test_concurrent_identical_forms_create_one_record(peopled, content):
    client, token = signed_in(peopled)
    cookie = client.get_cookie("causeway").value
    uid, start = str(uuid.uuid4()), Barrier(4)

    def send(number):
        own = peopled.test_client()
        own.set_cookie("causeway", cookie)
        name = "Li" if content == "same" else f"Li {number}"
        start.wait()
        return own.post("/people/new", data={"uid": uid, "csrf_token": token, "family_latin": name})

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert sorted(a.status_code for a in answers) == [303] * 4 if content == "same" else [303, 409, 409, 409]
    assert len({a.headers["Location"] for a in answers if a.status_code == 303}) == 1
    with peopled.app_context():
        assert count() == 1


def test_concurrent_edit_of_one_record_is_a_conflict(peopled):
    with peopled.app_context():
        id = db.session.scalars(sa.select(Organization.id)).one()
    anna, her_token = signed_in(peopled)
    boris, his_token = signed_in(peopled, "boris")
    page = anna.get(f"/organizations/{id}/edit").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
    anna_values = {"name": "Huayue Water", "version": version, "csrf_token": her_token, "tags": "water"}
    boris_values = {
        "name": "Huayue Filters",
        "version": version,
        "csrf_token": his_token,
        "city": "Ningbo <1>",
        "tags": "",
    }
    assert anna.post(f"/organizations/{id}/edit", data=anna_values).status_code == 303
    answer = boris.post(f"/organizations/{id}/edit", data=boris_values)
    assert answer.status_code == 409
    saved_values = answer.text.split("The saved values are now:")[1].split("</dl>")[0]
    assert "Huayue Water" in saved_values
    assert "water" in saved_values
    assert 'value="Huayue Filters"' in answer.text
    assert 'value="Ningbo &lt;1&gt;"' in answer.text
    boris_values["version"] = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]
    assert boris.post(f"/organizations/{id}/edit", data=boris_values).status_code == 303
    with peopled.app_context():
        assert db.session.get(Organization, id).name == "Huayue Filters"
        assert tags_of([id]) == {id: []}


def test_concurrent_changes_lose_no_update(peopled):
    with peopled.app_context():
        id, version = db.session.execute(sa.select(Organization.id, Organization.version)).one()
    client, token = signed_in(peopled)
    cookie, start = client.get_cookie("causeway").value, Barrier(3)

    def send(number):
        own = peopled.test_client()
        own.set_cookie("causeway", cookie)
        start.wait()
        data = {"name": f"Huayue {number}", "version": version, "csrf_token": token}
        return own.post(f"/organizations/{id}/edit", data=data).status_code

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(send, range(3))) == [303, 409, 409]


def test_receipts_are_deleted_when_their_form_cannot_be_submitted_again(client, people, clock):
    client.login_as("anna")
    client.post("/people/new", data=form_of())
    delete_receipts()
    assert count(Receipt) == 1
    clock.forward(days=91)
    delete_receipts()
    assert (count(Receipt), count()) == (0, 1)
