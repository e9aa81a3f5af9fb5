"""Texts that break programs are imported, shown, exported and imported again without a change."""

from __future__ import annotations

import csv
import io

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.texts import clean_line
from crm.people.models import Person
from tests.fixtures.naughty import NAUGHTY
from tests.imports.conftest import ImportFlow


def test_naughty_texts_survive_import_pages_and_exports(anna):
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(["Last Name", "E-mail", "Note"])
    # What a spreadsheet would run is guarded in files, as our exports do.
    writer.writerows([f"Naughty{n}", f"n{n}@a.example", _escape_formula(text)] for n, text in enumerate(NAUGHTY))
    ImportFlow(anna, out.getvalue()).confirm()
    notes = {row.family_latin: row.note for row in db.session.execute(sa.select(Person.family_latin, Person.note))}
    # Kinds of white space may differ.
    words = {name: clean_line(note) for name, note in notes.items()}
    assert words == {f"Naughty{n}": clean_line(text) for n, text in enumerate(NAUGHTY)}
    for person_id in db.session.scalars(sa.select(Person.id).where(Person.note.contains("<"))):
        page = anna.get(f"/people/{person_id}").text
        assert all(text not in page for text in NAUGHTY if "alert(1)>" in text or "<script>" in text)
    for suffix in ("csv", "xlsx", "vcf"):
        exported = anna.get(f"/people/?as={suffix}").data
        assert ImportFlow(anna, exported, f"people.{suffix}").counts == (0, 0, len(NAUGHTY), 0), suffix


def _escape_formula(text: str) -> str:
    return f"'{text}" if text.lstrip("'")[:1] in set("=+-@") else text
