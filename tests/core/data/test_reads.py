"""Read-only POST routes respond while another transaction writes; the declared routes are listed here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.web.edge import READS
from tests.fixtures.forms import token_of
from tests.fixtures.people import sign_in

POSTS = {
    "interactions.log": ("/interactions/log", {"sentence": "met Li Hui 20m"}, "Li Hui"),
    "interactions.paste": (
        "/interactions/paste",
        {"mail": "From: Li <li@hd.example>\nSubject: Pumps\n\nHi"},
        "Pumps",
    ),
    "projects.paste": (
        "/projects/paste",
        {"mail": "From: Li <li@hd.example>\nSubject: Ningbo water plant\n\nHi"},
        "Ningbo water plant",
    ),
    "interactions.meter": ("/inquiries/meter", {"name": "Li Hui"}, "Li Hui"),
    "duplicates.similar": ("/duplicates/similar/person", {"family_latin": "Li"}, ""),
    "cards.read": ("/people/card", {}, "Business card"),
}


@contextmanager
def written_by_another(app) -> Iterator[None]:
    """Keep a transaction open that has written: on SQLite it blocks every other writer."""
    with app.app_context(), db.engine.connect() as other, other.begin() as transaction:
        other.execute(sa.insert(Team.__table__).values(name="Written by another"))
        yield
        transaction.rollback()


@pytest.fixture
def signed_in(peopled):
    client = peopled.test_client()
    sign_in(client, "anna@demo.example")
    return client


@pytest.mark.usefixtures("real_app")
def test_every_declared_read_only_post_is_tested_here():
    assert POSTS.keys() == READS


@pytest.mark.parametrize("endpoint", POSTS)
def test_read_only_post_responds_while_another_transaction_writes(peopled, signed_in, endpoint):
    path, data, expected = POSTS[endpoint]
    headers = {"X-CSRFToken": token_of(signed_in, "/profile")}
    with written_by_another(peopled):
        answer = signed_in.post(path, data=data, headers=headers)
    assert (answer.status_code, expected in answer.text) == (200, True)


def test_unreadable_email_is_refused_with_its_text(signed_in):
    text = "MIME-Version: 1.0\n" + "Content-Type: message/rfc822\n\n" * 3_000
    headers = {"X-CSRFToken": token_of(signed_in, "/profile")}
    answer = signed_in.post("/interactions/paste", data={"mail": text}, headers=headers)
    assert answer.status_code == 422
    assert "too many nested parts" in answer.text
    assert "Content-Type: message/rfc822" in answer.text
