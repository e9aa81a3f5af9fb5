"""Typed values under the labels of their form."""

from __future__ import annotations

import pytest
from flask import g

from crm.core.web.labels import label_fields
from tests.factories import organization, person

PERSON = [("given_latin", "Wei"), ("family_native", "李"), ("consent_place", "CIIE")]


@pytest.mark.parametrize(
    ("fields", "texts"),
    [
        ([("organization_id-typed", "Acme")], [("Works at", "Acme")]),
        ([("organization_id-new", "Acme")], [("Works at", "Acme")]),
        ([("organization_id-answer0", "new:name:Acme")], [("Works at", "Acme")]),
        ([("consent", "card")], [("Consent", "Business card received")]),
        ([("consent_on", "2026-03-10")], [("Consent date", "Mar 10, 2026")]),
        ([("consent_on", "soon")], [("Consent date", "soon")]),
        ([("emails-0-label", "work"), ("emails-0-raw", "li@x.example")], [("Address or number", "li@x.example")]),
        ([("confirm_shared", "y")], [("Share with all teams", "Yes")]),
        ([("phones-1-label", "fax")], [("Label 2", "Fax")]),
        ([("no_such-0-thing", "x")], [("Thing", "x")]),
    ],
)
def test_labels_replace_field_names_and_codes(app, fields, texts):
    with app.test_request_context():
        rest = [("Given name", "Wei"), ("Native family name", "李"), ("Consent location", "CIIE")]
        assert label_fields(PERSON + fields) == rest + texts


def test_chosen_records_are_named_if_the_reader_may_see_them(app, session, actor):
    acme, secret = organization("Acme"), person("Bay", "Secret", team="Bay")
    fields = [("organization_id", str(acme.id)), ("organization_id", "new:organization:Liu Fang"), ("country", "CN")]
    with app.test_request_context():
        g.actor = actor("anna")
        assert label_fields(PERSON + fields)[3:] == [
            ("Works at", "Acme"),
            ("Works at", "Liu Fang"),
            ("Country", "China"),
        ]
        assert label_fields([("people", str(secret.id))]) == [("People from both sides", "Selected")]
        g.actor = None
        assert label_fields(PERSON + fields)[3:4] == [("Works at", "Selected")]


def test_ids_of_staff_are_not_shown_as_numbers(app):
    fields = [("notes", "Wants 20 samples"), ("staff", "4"), ("staff", "new"), ("minutes", "20")]
    with app.test_request_context("/interactions/new"):
        assert ("Our staff", "Selected") in label_fields(fields)
        assert ("Our staff", "4") not in label_fields(fields)
