"""Form tokens are masked: no two responses contain the same one, and each of them is accepted."""

from __future__ import annotations

import re

import pytest

from crm.core.forms.csrf import mask_token, unmask_token
from tests.fixtures.people import sign_in

TOKEN = re.compile(r'name="csrf(?:_token)?"[^>]*(?:value|content)="([^"]+)"')


@pytest.fixture
def anna(peopled):
    client = peopled.test_client()
    sign_in(client, "anna@demo.example")
    return client


def test_masked_token_is_never_the_same_and_unmasks_to_the_token():
    masked = {mask_token("IjYx.aB-c_1") for _ in range(20)}
    assert len(masked) == 20
    assert {unmask_token(text) for text in masked} == {"IjYx.aB-c_1"}


def test_text_that_is_no_masked_token_is_refused(anna):
    for text in ("", "a", "===", "IjYx.aB-c_1", "žž", "AAAA", "/w==", mask_token("IjYx.aB-c_1")):
        answer = anna.post("/people/new", data={"csrf_token": text, "family_latin": "Li"})
        assert (text, answer.status_code) == (text, 400)


def test_every_form_of_a_page_has_the_same_masked_token_and_the_next_page_another(anna):
    pages = [set(TOKEN.findall(anna.get("/people/new").text)) for _ in range(2)]
    assert [len(tokens) for tokens in pages] == [1, 1]
    assert pages[0] != pages[1]


def test_raw_token_is_on_no_page_and_is_refused(anna):
    page = anna.get("/people/new").text
    with anna.session_transaction() as session:
        raw = session["csrf_token"]
    (masked,) = set(TOKEN.findall(page))
    signed = unmask_token(masked)
    assert len(signed) > 40
    assert raw not in page
    assert signed not in page
    assert anna.post("/people/new", data={"csrf_token": signed, "family_latin": "Li"}).status_code == 400


def test_token_of_an_older_page_is_accepted_in_a_field_and_in_a_header(anna):
    (older,) = set(TOKEN.findall(anna.get("/people/new").text))
    anna.get("/people/")
    assert anna.post("/people/new", data={"csrf_token": older}).status_code == 422
    assert anna.post("/people/new", headers={"X-CSRFToken": older}).status_code == 422
