"""Quantities in the rows of needs: numbers, units and details."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.projects.models import Need, Project
from tests.factories import organization
from tests.imports.conftest import ImportFlow


def import_need(anna, **cells: str) -> ImportFlow:
    organization("Huadong Water")
    db.session.commit()
    row = {"Need": "Meters", "Organization": "Huadong Water"} | {k.replace("_", " "): v for k, v in cells.items()}
    return ImportFlow(anna, ",".join(row) + "\n" + ",".join(row.values()) + "\n", kind="needs")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"Quantity": "200 sets", "Quantity_details": "in two lots"}, (200, "sets", "in two lots")),
        ({"Quantity": "about 200", "Quantity_details": "in two lots"}, (None, None, "about 200; in two lots")),
        ({"Quantity": "200 sets", "Unit": "Sets"}, (200, "sets", None)),
        ({"Quantity": "200", "Unit": "sets", "Quantity_details": "in two lots"}, (200, "sets", "in two lots")),
        ({"Quantity_details": "200 sets"}, (200, "sets", None)),
    ],
)
def test_no_part_of_a_quantity_is_lost(anna, cells, expected):
    flow = import_need(anna, **cells)
    assert flow.counts == (1, 0, 0, 0), flow.run.report
    flow.confirm()
    need = db.session.scalars(sa.select(Need)).one()
    assert (need.quantity_number, need.quantity_unit, need.quantity) == expected


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"Quantity": "200 sets", "Unit": "pieces"}, "Enter one unit. This row has “sets” and “pieces”."),
        ({"Quantity_details": "200 sets", "Unit": "pieces"}, "Enter one unit. This row has “sets” and “pieces”."),
        ({"Quantity": "about " * 10, "Quantity_details": "in lots " * 8}, "Use at most 80 characters."),
    ],
)
def test_quantity_that_cannot_be_stored_is_an_error(anna, cells, message):
    flow = import_need(anna, **cells)
    assert flow.counts == (0, 0, 0, 1)
    assert message in flow.text


@pytest.mark.parametrize(
    ("value", "currency", "stored"),
    [
        ('"RMB 1,200,000"', "", "CNY"),
        ("1200000元", "", "CNY"),
        ("¥1200000", "", "CNY"),
        ("¥1200000", "JPY", "JPY"),
        ("€1200000", "", "EUR"),
        ("$1200000", "HKD", "HKD"),
        ("1200000元", "TWD", "TWD"),
        ("1200000元", "HKD", "HKD"),
        ("1200000元", "MOP", "MOP"),
        ("1200000元", "JPY", "JPY"),
        ("￥1200000", "", "CNY"),
        ("￥1200000", "JPY", "JPY"),
        ("1200000元", "RMB", "CNY"),
        ("1200000", "", None),
    ],
)
def test_currency_is_read_from_the_amount(anna, value, currency, stored):
    currency = {"RMB": "元"}.get(currency, currency)
    flow = ImportFlow(anna, f"Project name,Value,Currency,Phase\nPlant,{value},{currency},\n", kind="projects")
    flow.confirm()
    row = db.session.scalars(sa.select(Project)).one()
    assert (row.value, row.currency) == (1_200_000, stored)


def test_amount_in_another_currency_than_that_of_its_row_is_an_error(anna):
    flow = ImportFlow(anna, "Project name,Value,Currency\nPlant,1200000元,USD\n", kind="projects")
    assert flow.counts == (0, 0, 0, 1)
    assert "Enter one currency. This row has “CNY” and “USD”." in flow.text
