"""Typed values under the labels of their form."""

from __future__ import annotations

import pytest

from crm.core.web.labels import labeled

PERSON = [("given_latin", "Wei"), ("family_native", "李"), ("consent_place", "CIIE")]


@pytest.mark.parametrize(
    ("fields", "texts"),
    [
        ([("organization_id-typed", "Acme")], [("Works at", "Acme")]),
        ([("organization_id-new", "Acme")], [("Works at", "Acme")]),
        ([("consent", "card")], [("Consent", "Business card received")]),
        ([("emails-0-label", "work"), ("emails-0-raw", "li@x.example")], [("Address or number", "li@x.example")]),
        ([("phones-1-label", "fax")], [("Label 2", "Fax")]),
        ([("no_such-0-thing", "x")], [("Thing", "x")]),
    ],
)
def test_labels_replace_field_names_and_codes(app, fields, texts):
    with app.test_request_context():
        rest = [("Given name", "Wei"), ("Native family name", "李"), ("Consent location", "CIIE")]
        assert labeled(PERSON + fields) == rest + texts
