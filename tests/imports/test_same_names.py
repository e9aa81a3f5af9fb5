"""Rows that name one organization, and rows with the identifier of an archived record."""

from __future__ import annotations

import re
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


def test_row_added_to_another_can_become_a_new_record_or_be_skipped(anna):
    flow = ImportFlow(anna, "Organization,Website,City\nDelta,delta.cn,\nDelta,,Ningbo\n", kind="organizations")
    options = {"": "Add to row 2", "new": "Create a new record", "left": "Skip this row"}
    for chosen, counts in (("new", (2, 0, 0, 0)), ("left", (1, 0, 1, 0)), ("", (1, 0, 1, 0)), ("new", (2, 0, 0, 0))):
        assert re.findall(r'<option\s+value="([^"]*)"[^>]*>([^<]*)', row_select(flow, 3)) == list(options.items())
        assert flow.send("look", **{"row-3": chosen}).status_code == 303
        assert re.findall(r'value="([^"]*)" selected', row_select(flow, 3)) == [chosen]
        assert flow.counts == counts
    assert row_select(flow, 2) == ""
    flow.confirm()
    rows = db.session.scalars(sa.select(Organization).order_by(Organization.id))
    assert [(row.website, row.city) for row in rows] == [("https://delta.cn", None), (None, "Ningbo")]


def test_new_record_chosen_over_a_match_does_not_offer_the_row_above(anna):
    organization("Acme Corp")
    organization("Acme Corp")
    flow = ImportFlow(anna, "Organization\nAcme Corp\nAcme Corp\n", kind="organizations")
    flow.send("look", **{"row-2": "new", "row-3": "new"})
    assert flow.counts[:1] == (2,)
    assert "Add to row" not in row_select(flow, 3)


def test_choice_for_a_repeated_row_stays_on_the_page(anna):
    flow = ImportFlow(anna, "Title,Due\nCall Bo,2026-12-08\nCall Bo,2026-12-08\n", kind="followups")
    flow.send("look", **{"row-3": "new"})
    assert re.findall(r'value="([^"]*)" selected', row_select(flow, 3)) == ["new"]
    flow.send("look", **{"row-3": "left"})
    assert flow.counts == (1, 0, 1, 0)


def row_select(flow: ImportFlow, line: int) -> str:
    """Return the choices of a row as HTML, "" if it has none."""
    return flow.text.partition(f'<select class="form-select w-auto mw-100 mt-1" id="row-{line}"')[2].partition(
        "</select"
    )[0]


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
