"""Code lists: found by digits and by words, and the field that takes a code."""

from __future__ import annotations

import pytest

from crm.reference.codes import CodeList, find_code, find_codes
from tests.factories import client_of


@pytest.mark.usefixtures("app")
def test_codes_are_found_by_digits_and_by_words():
    assert [entry.code for entry in find_codes(CodeList.hs, "9026.1")] == ["902610"]
    assert "848180" in [entry.code for entry in find_codes(CodeList.hs, "valves pipes")]
    assert find_codes(CodeList.hs, "Machinery filtering WATER")[0].code == "842121"
    assert find_codes(CodeList.naics, "soybean farm")[0].code == "111110"
    assert (find_codes(CodeList.hs, "no such thing"), find_codes(CodeList.hs, " ; ")) == ([], [])
    label = find_code(CodeList.hs, "842121").label
    assert label == "8421.21 Machinery; for filtering or purifying water"


def test_codes_are_returned_for_pickers(client, people):
    anna = client.login_as("anna")
    hits = anna.get("/lists/codes/naics?q=soybean").get_json()["groups"][0]["hits"]
    assert hits[0] == {"id": "111110", "label": "111110 Soybean Farming", "hint": ""}
    assert anna.get("/lists/codes/nothing?q=x").status_code == 404


def test_code_is_typed_as_a_word_without_script(client, people):
    organization = client_of("Inland", "Tri-Valley")
    anna = client.login_as("anna")
    data = {"client_id": organization.id, "offer": "product", "name": "Skid", "jurisdiction": "ear"}
    several = anna.post("/products/new", data=data | {"hs6-typed": "filtering"})
    assert (several.status_code, 'value="842121"' in several.text) == (422, True)
    none = anna.post("/products/new", data=data | {"hs6-typed": "gibberish", "naics-typed": "11111"})
    assert (none.status_code, "No code matches" in none.text, 'value="gibberish"' in none.text) == (422, True, True)
    saved = anna.post(
        "/products/new", data=data | {"hs6-typed": "filtering", "hs6": "842121", "naics-typed": "soybean farming"}
    )
    page = anna.get(saved.headers["Location"]).text
    assert ("8421.21" in page, "111110" in page) == (True, True)


def test_code_outside_the_list_is_accepted(client, people):
    organization = client_of("Inland", "Tri-Valley")
    anna = client.login_as("anna")
    data = {"client_id": organization.id, "offer": "product", "name": "Skid", "jurisdiction": "ear"}
    saved = anna.post("/products/new", data=data | {"hs6-typed": "9999.99"})
    assert "9999.99" in anna.get(saved.headers["Location"]).text
