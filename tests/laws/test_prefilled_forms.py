"""No form is prefilled with a record that the user may not see."""

from __future__ import annotations

from itertools import product

import pytest

from tests.laws.routes import is_public
from tests.laws.sampling import part_of
from tests.laws.test_rights_matrix import hidden_words, list_one_each

PREFILLING = (
    "about",
    "at",
    "buyer",
    "case",
    "client",
    "followup",
    "host",
    "id",
    "meeting",
    "need",
    "opportunity",
    "organization",
    "person",
    "product",
    "project",
    "record",
    "rep",
    "representation",
    "show",
    "source",
)
"""Names of query parameters that prefill a form with a record."""


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_no_form_is_prefilled_with_a_hidden_record(application):
    secrets = hidden_words(application, "anna")
    pages = [
        a.path
        for a in list_one_each(application)
        if a.method == "GET" and a.subject is None and not is_public(a.endpoint)
    ]
    hidden = [s for s in application.dataset.records() if s.access_case and s.access_case.name == "secret_bay"]
    assert len(pages) > 20
    assert len(hidden) > 7
    leaks = []
    for path, subject in part_of(list(product(pages, hidden))):
        query = "&".join(f"{name}={subject.id}" for name in PREFILLING)
        answer = application.ask("anna", "GET", f"{path}?{query}")
        if answer.status >= 500 or (leak := secrets.search(answer.text)):
            leaks.append((path, subject.kind, answer.status, leak and leak[0]))
    assert leaks == []
