"""Requests that our browsers never send: other methods and types, repeated names, paths of the machine."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.people.models import Person
from tests.factories import organization, person
from tests.fixtures.forms import token_of
from tests.fixtures.people import sign_in


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Person.label).order_by(Person.id)))


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/login", "/people/", "/profile"])
def test_unused_http_method_is_refused(client, people, method, path):
    client.login_as("admin")
    answer = client.open(path, method=method, headers={"X-Canary": "echoed-back"})
    assert answer.status_code == 405
    assert "echoed-back" not in answer.text


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_http_method_cannot_be_overridden(client, people, name):
    client.login_as("anna")
    assert client.get("/logout", headers={name: "POST"}).status_code == 405
    assert client.get("/logout?_method=POST").status_code == 405
    assert client.post("/profile", data={"_method": "DELETE", "name": ""}, headers={name: "DELETE"}).status_code == 422


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "application/xml"])
def test_form_with_another_content_type_changes_nothing(peopled, content_type):
    client = peopled.test_client()
    sign_in(client, "anna@demo.example")
    body = {"name": "Changed", "csrf_token": token_of(client, "/profile")}
    headers = {"X-CSRFToken": body["csrf_token"]}
    for data in (json.dumps(body), "name=Changed&csrf_token=" + body["csrf_token"]):
        assert client.post("/profile", data=data, content_type=content_type).status_code == 400
        for path in ("/profile", "/organizations/new", "/profile/sessions/end-others"):
            assert client.post(path, data=data, content_type=content_type, headers=headers).status_code == 400
    with peopled.app_context():
        assert db.session.scalars(sa.select(User.name).where(User.email == "anna@demo.example")).one() != "Changed"


@pytest.mark.parametrize("body", [{"email": {"a": 1}, "password": ["x"]}, {"email": 5}, ["x"], 5])
def test_json_with_unexpected_types_is_refused(peopled, body):
    client = peopled.test_client()
    headers = {"X-CSRFToken": token_of(client, "/login")}
    assert client.post("/login", json=body, headers=headers).status_code == 400
    assert client.open("/login", method="PROPFIND", json=body).status_code == 405


def test_form_field_is_not_read_from_the_query_string(client, people):
    client.login_as("anna")
    before = names()
    assert client.post("/people/new?family_latin=Zhou&given_latin=Limin", data={"note": "x"}).status_code == 422
    assert names() == before


def test_repeated_parameter_has_one_value_everywhere(client, people):
    client.login_as("anna")
    sent = {"family_latin": ["Zhou", "Other"], "given_latin": "Limin"}
    assert client.post("/people/new", data=sent).status_code == 303
    assert "Zhou" in names()[-1]
    assert "Other" not in names()[-1]
    first = client.get("/people/?q=Zhou&q=Nobody")
    assert first.status_code in (200, 400)


def test_sign_in_with_two_emails_uses_the_first(client, people):
    data = {"email": ["anna@demo.example", "boris@demo.example"], "password": "causeway-demo"}
    assert client.post("/login", data=data).status_code == 303
    assert "anna@demo.example" in client.get("/profile").text


def test_form_ignores_unknown_fields(client, people):
    own_person = person("Zhou Limin", organization=organization("Huadong Water"))
    client.login_as("anna")
    page = client.get(f"/people/{own_person.id}/edit")
    assert page.status_code == 200
    before = (
        own_person.id,
        own_person.kind,
        own_person.uid,
        own_person.archived_at,
        own_person.created_at,
        own_person.counselor_id,
        own_person.confidential,
    )
    more = {
        "id": 1,
        "kind": "organization",
        "uid": "x",
        "archived_at": "2026-01-01",
        "created_at": "2000-01-01",
        "confidential": "1",
        "is_admin": "1",
        "role": "administrator",
    }
    sent = {"family_latin": "Zhou", "given_latin": "Liming", "version": own_person.version} | more
    assert client.post(f"/people/{own_person.id}/edit", data=sent).status_code == 303
    db.session.refresh(own_person)
    assert "Liming" in own_person.label
    after = (
        own_person.id,
        own_person.kind,
        own_person.uid,
        own_person.archived_at,
        own_person.created_at,
        own_person.counselor_id,
        own_person.confidential,
    )
    assert after == before
    assert people["anna"].role.value == "staff"


HIDDEN = (
    "/.git/HEAD",
    "/.git/config",
    "/.env",
    "/config.py",
    "/crm.sqlite",
    "/instance/crm.sqlite",
    "/static/",
    "/static/../config.py",
    "/static/..%2fconfig.py",
    "/%2e%2e/etc/passwd",
    "/attachments/",
    "/server-status",
    "/docs",
    "/openapi.json",
    "/metrics",
    "/debug",
    "/console",
    "/admin",
    "/backup.tar.gz",
)


@pytest.mark.parametrize("path", HIDDEN)
def test_files_of_the_machine_are_not_served(client, people, path):
    client.login_as("admin")
    assert client.get(path).status_code == 404


def test_static_folder_is_not_listed(app, client):
    with app.test_request_context():
        root = app.jinja_env.globals["static_url"]("")
    for path in (root, root + "js/", root + "../../config.py", root + "..%2f..%2fconfig.py", root + "//etc/passwd"):
        assert client.get(path).status_code in (404, 308, 301), path


def test_health_reveals_no_names_or_versions(client, people):
    text = client.get("/healthz").text
    assert not [word for word in ("demo.example", "sqlite:", "postgresql:", "Reyes", "/tmp") if word in text]
