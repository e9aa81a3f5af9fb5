"""Rows of forms: stored and submitted rows beyond the limit of a form stay."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
import wtforms as w
from werkzeug.datastructures import MultiDict

from crm.core.data.base import db
from crm.core.forms.forms import Subform
from crm.core.forms.row_lists import MOST_ROWS, FieldList
from crm.people.models import Person
from crm.records.models import ContactPoint
from tests.imports.conftest import ImportFlow


class Row(Subform):
    name = w.StringField()


class Rows(Subform):
    rows = FieldList(w.FormField(Row), min_entries=1, max_entries=3)


@pytest.mark.parametrize(("sent", "read"), [(2, 2), (5, 5), (MOST_ROWS + 1, MOST_ROWS)])
def test_submitted_rows_are_read(sent, read):
    form = Rows(MultiDict({f"rows-{n}-name": str(n) for n in range(sent)}))
    assert [row.form.name.data for row in form.rows] == [str(n) for n in range(read)]


def test_stored_rows_are_shown():
    stored = [{"name": str(n)} for n in range(5)]
    form = Rows(None, rows=stored)
    assert [row.form.data for row in form.rows] == stored
    assert (form.rows.max_entries, Rows().rows.max_entries) == (5, 3)


def test_person_with_many_imported_addresses_can_be_edited(client, people):
    anna = client.login_as("anna")
    addresses = [f"li{n}@hd.cn" for n in range(14)]
    cell = ";".join(addresses)
    ImportFlow(anna, f"Name,City,Country,Note,E-mail\nLi Hui,Ningbo,CN,x,{cell}\n" + "Ma Jun,,,,\n" * 9).confirm()
    row = db.session.scalars(sa.select(Person).order_by(Person.id)).first()
    page = anna.get(f"/people/{row.id}/edit")
    assert [address for address in addresses if f'value="{address}"' not in page.text] == []
    data = {"version": str(row.version), "family_latin": "Li", "given_latin": "Hui", "display_order": "given_first"}
    data |= {f"emails-{n}-raw": address for n, address in enumerate(addresses)}
    assert anna.post(f"/people/{row.id}/edit", data=data).status_code == 303
    assert sorted(db.session.scalars(sa.select(ContactPoint.value))) == sorted(addresses)
