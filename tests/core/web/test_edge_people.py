"""The request edge and its users: guests, tokens, expired sessions; on a real database."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.accounts.models import AuthSession
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import Change, ChangeSource
from tests.fixtures.forms import token_of
from tests.fixtures.people import sign_in


def test_id_beyond_the_column_range_is_a_404(peopled):
    client = peopled.test_client()
    sign_in(client, "anna@demo.example")
    for number in (10**6, 2**31, 10**30):
        assert client.get(f"/people/{number}").status_code == 404
        assert client.get(f"/people/new?at={number}").status_code == 200


@pytest.mark.parametrize(
    ("referrer", "links"),
    [
        ("http://localhost/people/?q=wang", ["/", "/people/?q=wang"]),
        ("http://localhost/people/", ["/"]),
        ("http://localhost/", ["/"]),
        ("http://localhost//other.example/", ["/"]),
        ("http://other.example/page", ["/"]),
        (None, ["/"]),
    ],
)
def test_page_of_a_fault_leads_to_today_and_back(peopled, monkeypatch, referrer, links):
    def fail():
        # The database is away, too.
        monkeypatch.setattr(db.session, "execute", None)
        monkeypatch.setattr(db.session, "scalars", None)
        raise RuntimeError

    peopled.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    monkeypatch.setitem(peopled.view_functions, "people.index", fail)
    client = peopled.test_client()
    sign_in(client, "anna@demo.example")
    page = client.get("/people/", headers={"Referer": referrer} if referrer else {})
    assert page.status_code == 500
    assert re.findall(r'<a class="btn[^>]* href="([^"]+)"', page.text) == links


def test_post_without_a_token_is_400_and_keeps_the_text(peopled):
    client = peopled.test_client()
    sign_in(client, "anna@demo.example")
    answer = client.post("/people/new", data={"family_latin": "Long typed name"})
    assert answer.status_code == 400
    assert "Long typed name" in answer.text


def test_typed_values_are_shown_under_their_form_labels(peopled):
    client = peopled.test_client()
    sign_in(client, "anna@demo.example")
    data = {"name": "Zqplant", "heard_on": "2026-03-01", "source_id": "7", "zq_made_up_id": "x"}
    page = client.post("/projects/new", data=data).text
    assert re.findall(r"<dt>(.*?)</dt>", page) == ["Name", "Date heard", "Source name", "Zq made up"]
    rows = {"subject": "Call", "clients-0-contact": "20", "clients-1-contact": "30"}
    page = client.post("/interactions/new", data=rows).text
    assert re.findall(r"<dt>(.*?)</dt>", page) == ["Subject", "Contact", "Contact 2"]


def test_post_of_a_guest_is_401_and_keeps_the_text(peopled):
    client = peopled.test_client()
    data = {"family_latin": "Long typed name", "csrf_token": token_of(client)}
    answer = client.post("/people/new", data=data)
    assert answer.status_code == 401
    assert "Long typed name" in answer.text
    assert data["csrf_token"] not in answer.text.split("data-refused")[1]
    assert "/login?next=/people/new" in answer.text


def test_expired_session_keeps_the_typed_text(peopled):
    client = peopled.test_client()
    sign_in(client, "anna@demo.example")
    token = token_of(client, "/people/new")
    with peopled.app_context():
        db.session.execute(sa.update(AuthSession).values(ended_at=clock.now()))
        db.session.commit()
    answer = client.post("/people/new", data={"family_latin": "Long typed name", "csrf_token": token})
    assert answer.status_code == 401
    assert "Long typed name" in answer.text


def test_guest_is_sent_to_sign_in_and_back(peopled):
    client = peopled.test_client()
    answer = client.get("/people/?city=Ningbo&sort=name")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/people/?city%3DNingbo%26sort%3Dname")
    answer = client.get("/people/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login?next=/")


def test_history_records_actor_and_origin(peopled):
    client = peopled.test_client()
    sign_in(client, "anna@demo.example")
    data = {"family_latin": "Li", "csrf_token": token_of(client, "/people/new")}
    assert client.post("/people/new", data=data).status_code == 303
    with peopled.app_context():
        line = db.session.scalars(sa.select(Change).where(Change.table == "person", Change.action == "created")).one()
        assert line.via is ChangeSource.web
        assert line.actor_id is not None
