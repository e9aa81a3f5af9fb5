"""Texts that break programs, typed into every text field of the forms, are stored, shown and exported as typed."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest

from crm.core.lists.formulas import FORMULA, PHONE
from tests.factories import client_of
from tests.fixtures.naughty import GROUPS, NAUGHTY
from tests.imports.conftest import ImportFlow
from tests.security.naughty_forms import NaughtyForm, load_form

FORMS = {
    "people": NaughtyForm("person", "/people/new", {"confirm_new": "y"}),
    "organizations": NaughtyForm("organization", "/organizations/new", {"confirm_new": "y"}),
    "projects": NaughtyForm("project", "/projects/new"),
    "shows": NaughtyForm("show", "/shows/new", {"starts_on": "2026-12-15", "ends_on": "2026-12-16"}),
    "followups": NaughtyForm("followup", "/followups/new", {"due_on": "2026-12-15"}),
    "interactions": NaughtyForm("interaction", "/interactions/new", {"day": "2020-01-15", "time": "09:30"}),
    "opportunities": NaughtyForm("opportunity", "/opportunities/new"),
}
IMPORTED = ("people", "projects", "shows")
TAGS = [text for text in GROUPS["markup"] if "alert(1)" in text and "<" in text]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", FORMS)
def test_naughty_texts_in_every_field_are_stored_and_shown(client, people, kind):
    form = FORMS[kind]
    if kind == "opportunities":
        form.more["client_id"] = str(client_of("Inland", "Vista Labs", counselor=people["clara"]).id)
    clara = client.login_as("clara")
    for record_id, values in form.fill_all(clara):
        saved = load_form(clara, f"/{kind}/{record_id}/edit").fields
        names = [name for name in values if name in saved]
        assert by_set({name: saved[name].value for name in names}) == by_set({name: values[name] for name in names})
        page = clara.get(f"/{kind}/{record_id}")
        assert page.status_code == 200
        assert [text for text in TAGS if text in page.text] == []
    assert clara.get(f"/{kind}/").status_code == 200
    exported = clara.get(f"/{kind}/?as=csv").data
    for text in csv_cells(exported):
        assert not FORMULA.match(text) or PHONE.fullmatch(text) or text.startswith("'"), text
    with zipfile.ZipFile(io.BytesIO(clara.get(f"/{kind}/?as=xlsx").data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    if kind in IMPORTED:
        assert ImportFlow(clara, exported, f"{kind}.csv", kind=kind).counts[:2] == (0, 0)


def by_set(values: dict[str, str]) -> dict[str, list[str]]:
    """Return texts by field; those of a set of rows, which may be sorted, together."""
    sets: dict[str, list[str]] = {}
    for name, text in values.items():
        sets.setdefault(re.sub(r"-\d+-", "-", name), []).append(text)
    return {name: sorted(texts) for name, texts in sets.items()}


def csv_cells(data: bytes) -> list[str]:
    """Return the cells of a file."""
    return [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]


def test_there_are_many_kinds_of_naughty_texts():
    assert len(NAUGHTY) >= 200
    assert len(GROUPS) >= 12
