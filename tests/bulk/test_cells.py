"""One cell edited in place: its form, the new row, refusals and undo."""

from __future__ import annotations

import pytest

from tests.factories import client_of, make_confidential, organization
from tests.factories.opportunities import make_opportunity

FRAGMENT = {"HX-Target": "cell-form"}


@pytest.fixture
def anna(client, people):
    return client.login_as("anna")


def cell_url(row, column: str, **more: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in {"list": "organizations", "column": column, **more}.items())
    return f"/bulk/cells/{row.id}?{query}"


def test_cell_form_has_one_field_with_the_stored_value(anna):
    row = organization("Port Alpha", city="Suzhou")
    text = anna.get(cell_url(row, "city"), headers=FRAGMENT).text
    assert 'value="Suzhou"' in text
    assert "<html" not in text
    assert 'name="country"' not in text


def test_saved_cell_returns_its_row_with_the_chosen_columns_and_undo(anna):
    row = organization("Port Alpha", city="Suzhou", region="Jiangsu")
    url = cell_url(row, "city", columns="name,region,city")
    text = anna.post(url, data={"city": "Ningbo", "version": row.version}, headers=FRAGMENT).text
    assert all(part in text for part in ("Port Alpha", "Jiangsu", "Ningbo", "data-undo"))
    assert row.city_key == "ningbo"


def test_invalid_and_stale_values_show_the_cell_form_again(anna):
    row = organization("Port Alpha", website="https://port.example")
    data = {"website": "not a site", "version": row.version}
    assert anna.post(cell_url(row, "website"), data=data, headers=FRAGMENT).status_code == 422
    stale = anna.post(cell_url(row, "city"), data={"city": "Ningbo", "version": row.version - 1}, headers=FRAGMENT)
    assert stale.status_code == 409
    assert row.city is None


def test_cell_of_a_hidden_record_or_a_fixed_column_is_refused(anna, people):
    other = client_of("Bay", "Bay Mill", counselor=people["boris"])
    own = client_of("Inland", "Mill", counselor=people["anna"])
    assert anna.get(cell_url(other, "city")).status_code == 404
    assert anna.get(cell_url(own, "roles")).status_code == 400
    assert anna.get(cell_url(own, "city").replace("organizations", "people")).status_code == 404


def test_cell_of_a_row_that_its_user_no_longer_sees_afterwards_is_saved(anna, people):
    row = make_confidential(make_opportunity(client_of("Inland", counselor=people["anna"]), counselor=people["anna"]))
    url = cell_url(row, "counselor").replace("organizations", "opportunities")
    data = {"counselor_id": people["clara"].id, "version": row.version}
    answer = anna.post(url, data=data, headers=FRAGMENT)
    assert (answer.status_code, "<tr" in answer.text, "changes saved" in answer.text) == (200, False, True)
    assert row.counselor_id == people["clara"].id
    assert anna.get(f"/opportunities/{row.id}").status_code == 404
