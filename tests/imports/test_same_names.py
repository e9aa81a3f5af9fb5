"""Rows that name one organization, and rows with the identifier of an archived record."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.organizations.models import Organization
from crm.records.models import ContactPoint
from tests.factories import archived, organization, person
from tests.imports.conftest import ImportFlow


def test_rows_with_one_name_become_one_organization(anna):
    text = (
        "Organization,Chinese name,City,Email,Sector,Website\n"
        "Delta,,,a@delta.example,,\nOther,,,,,\nDELTA,三角洲,Ningbo,b@delta.example,,https://delta.example\n"
        "Delta,,Ningbo,a@delta.example,,\nDelta,,Suzhou,,,\n三角洲,,,,,https://delta.cn\n"
    )
    flow = ImportFlow(anna, text, kind="organizations")
    assert flow.counts == (3, 0, 3, 0)
    assert (flow.text.count("Same name as row 2: added to it"), flow.text.count("Duplicate of row 2")) == (2, 4)
    flow.confirm()
    assert flow.counts == (3, 0, 3, 0)
    rows = db.session.scalars(sa.select(Organization).order_by(Organization.id)).all()
    assert [(row.name, row.native_name, row.city) for row in rows] == [
        ("Delta", "三角洲", "Ningbo"),
        ("Other", None, None),
        ("Delta", None, "Suzhou"),
    ]
    emails = sa.select(ContactPoint.value).where(ContactPoint.record_id == rows[0].id).order_by(ContactPoint.value)
    assert db.session.scalars(emails).all() == ["a@delta.example", "b@delta.example"]


@pytest.mark.parametrize("different", ["Identifier", "Country", "USCC", "Choice"])
def test_rows_with_one_name_and_different_facts_stay_apart(anna, different):
    values = {"Country": ("China", "Japan"), "USCC": ("91330200MA2AGC3N1X", "91330200MA2AGC3N2X")}
    first, second = values.get(different, (str(uuid4()), str(uuid4())))
    heading = "Website" if different == "Choice" else different
    flow = ImportFlow(anna, f"Organization,{heading}\nDelta,{first}\nDelta,{second}\n", kind="organizations")
    flow.confirm(**({"row-3": "new"} if different == "Choice" else {}))
    assert flow.counts[0] == 2


@pytest.mark.parametrize(
    ("kind", "make", "heading"), [("people", person, "Name"), ("organizations", organization, "Organization")]
)
def test_archived_record_with_the_identifier_of_a_row_is_reported(anna, kind, make, heading):
    row = archived(make("Delta"))
    flow = ImportFlow(anna, f"Identifier,{heading},City\n{row.uid},Delta,Ningbo\n,Other,\n", kind=kind)
    assert "“Delta” is archived. Restore it, then import this row again." in flow.text
    flow.confirm()
    assert (flow.counts, row.city) == ((1, 0, 1, 0), None)
