"""Signing in and out."""

from __future__ import annotations

import pytest


def test_login_with_the_right_password_signs_in(client, people):
    client.login_as("anna")
    with client.session_transaction() as cookie:
        assert cookie["secret"]


def test_login_page_is_shown(client):
    page = client.get("/login")
    assert page.status_code == 200
    assert 'name="password"' in page.text


def test_login_with_a_wrong_password_is_refused_in_one_sentence(client, people):
    wrong = client.post("/login", data={"email": "anna@demo.example", "password": "not this one"})
    unknown = client.post("/login", data={"email": "nobody@demo.example", "password": "causeway-demo"})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "E-mail or password is not right." in wrong.text
    assert wrong.text.replace("anna@", "nobody@") == unknown.text
