"""Exclusive China reps: a conflict in the same territory, the end and the owner of the trademark are visible."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.people.models import Representation
from crm.people.policy import Exclusivity, RepresentationStatus
from tests.factories import client_of, person, representation


@pytest.fixture
def client_row(client, people, clock):
    clock.set(datetime(2026, 11, 26, 18, tzinfo=UTC))
    client.login_as("anna")
    return client_of("Inland", "Tri-Valley")


def rep_data(client_row, **more):
    return {
        "client_id": client_row.id,
        "person_id": person("Liu", "Fang").id,
        "rep_kind": "distributor",
        "status": "active",
        "territory": "Jiangsu",
        "exclusive": "yes",
    } | more


def test_exclusive_rep_beside_an_active_one_asks_for_confirmation(client, client_row):
    representation(client_row, person("Zhou", "Limin"), territory="China")
    answer = client.post("/people/reps/new", data=rep_data(client_row))
    assert answer.status_code == 422
    assert "Active in the same territory: Limin Zhou (China, exclusive: unknown)." in answer.text
    above, _, below = answer.text.partition('name="confirm_exclusive"')
    assert "There is 1 problem" in above
    assert 'name="client_id"' in below  # It is the first field, below the message.
    assert client.post("/people/reps/new", data=rep_data(client_row, confirm_exclusive="y")).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(Representation.id))) == 2


@pytest.mark.parametrize(
    ("existing", "more"),
    [
        ({"territory": "Guangdong"}, {}),
        ({"territory": "China", "status": RepresentationStatus.ended}, {}),
        ({"territory": "China"}, {"exclusive": "no"}),
        ({"territory": "China", "to_on": date(2026, 11, 25)}, {}),
        ({"territory": "China"}, {"to_on": "2026-11-25"}),
    ],
)
def test_rep_without_a_conflict_is_saved(client, client_row, existing, more):
    representation(client_row, person("Zhou", "Limin"), **existing)
    assert client.post("/people/reps/new", data=rep_data(client_row, **more)).status_code == 303


def test_rep_beside_an_exclusive_one_asks_for_confirmation(client, client_row):
    representation(client_row, person("Zhou", "Limin"), territory="Jiangsu", exclusive=Exclusivity.yes)
    answer = client.post("/people/reps/new", data=rep_data(client_row, exclusive="no"))
    assert (answer.status_code, "Limin Zhou (Jiangsu, Exclusive)" in answer.text) == (422, True)


def test_ended_exclusive_rep_that_is_active_again_asks_for_confirmation(client, client_row):
    representation(client_row, person("Zhou", "Limin"), territory="China")
    row = representation(client_row, territory="Jiangsu", exclusive=Exclusivity.yes, status=RepresentationStatus.ended)
    values = rep_data(client_row, version=row.version)
    assert client.post(f"/people/reps/{row.id}/edit", data=values | {"status": "ended"}).status_code == 303
    values["version"] = row.version
    answer = client.post(f"/people/reps/{row.id}/edit", data=values)
    assert (answer.status_code, "Active in the same territory: Limin Zhou" in answer.text) == (422, True)
    assert client.post(f"/people/reps/{row.id}/edit", data=values | {"confirm_exclusive": "y"}).status_code == 303
    values["version"] = row.version
    assert client.post(f"/people/reps/{row.id}/edit", data=values | {"note": "Met"}).status_code == 303


def test_last_day_of_an_agreement_still_conflicts(client, client_row):
    representation(client_row, person("Zhou", "Limin"), territory="China", to_on=date(2026, 11, 26))
    assert client.post("/people/reps/new", data=rep_data(client_row)).status_code == 422


def test_exclusive_rep_whose_agreement_is_extended_asks_for_confirmation(client, client_row):
    representation(client_row, person("Zhou", "Limin"), territory="China")
    over = {"to_on": date(2026, 11, 25), "exclusive": Exclusivity.yes}
    row = representation(client_row, territory="Jiangsu", **over)
    assert ">Exclusive<" not in client.get(f"/organizations/{client_row.id}").text
    values = rep_data(client_row, version=row.version)
    assert client.post(f"/people/reps/{row.id}/edit", data=values | {"to_on": ""}).status_code == 422
    assert client.post(f"/people/reps/{row.id}/edit", data=values | {"to_on": "2026-11-25"}).status_code == 303


def test_terms_are_on_the_client_and_in_the_list(client, client_row):
    terms = {"exclusive": Exclusivity.yes, "to_on": date(2026, 12, 19), "mark_owner": "Fang Trading"}
    representation(client_row, person("Zhou", "Limin"), territory="Jiangsu", **terms)
    page = client.get(f"/organizations/{client_row.id}").text
    for text in ("Exclusive", "ends in 23 days", "China trademark: Fang Trading"):
        assert text in page, text
    listing = client.get("/people/reps/").text
    for text in ("Exclusive", "ends in 23 days", "Fang Trading"):
        assert text in listing, text
