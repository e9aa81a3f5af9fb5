"""Quantities as number and unit, lists of certificates, and the migration of former texts."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core.data.base import db
from crm.products.models import Product
from crm.products.policy import join_list, read_quantity
from crm.products.quantities import format_quantity
from tests.factories import client_of, product
from tests.fixtures.people import make_people

BEFORE = "0040"


def test_former_texts_become_number_and_unit(new_app):
    texts = ["18,000 m", "500 a month", "two lines", "240", "12 t in 2 lots"]
    with new_app().app_context():
        make_people()
        organization = client_of("Inland", "Tri-Valley")
        for text in texts:
            product(organization, name=text, capacity=text)
        db.session.commit()
        db.session.remove()
        downgrade(revision=BEFORE)
        upgrade()
        columns = (Product.capacity_number, Product.capacity_unit, Product.capacity)
        rows = {name: tuple(rest) for name, *rest in db.session.execute(sa.select(Product.name, *columns))}
        db.session.remove()
        downgrade(revision=BEFORE)
        texts_again = dict(db.session.execute(sa.text("SELECT name, capacity FROM product")).all())
        db.session.remove()
        upgrade()
        db.session.remove()
        db.engine.dispose()
    assert rows == {
        "18,000 m": (18000, "m", None),
        "500 a month": (500, "a month", None),
        "two lines": (None, None, "two lines"),
        "240": (240, None, None),
        "12 t in 2 lots": (None, None, "12 t in 2 lots"),
    }
    assert texts_again == {text: text for text in texts}


@pytest.mark.parametrize(
    ("text", "number", "unit", "rest"),
    [
        ("18,000 m", 18000, "m", None),
        ("240", 240, None, None),
        ("12 t in 2 lots", None, None, "12 t in 2 lots"),
        ("9" * 13, None, None, "9" * 13),
        (None, None, None, None),
    ],
)
def test_quantity_is_read_from_a_text(text, number, unit, rest):
    values = {"title": "Pipes", "quantity": text}
    read = read_quantity(values, "quantity")
    assert (read.get("quantity_number"), read.get("quantity_unit"), read["quantity"]) == (number, unit, rest)
    assert read_quantity(values | {"quantity_number": 5}, "quantity")["quantity"] == text


@pytest.mark.usefixtures("app")
def test_quantity_is_written_with_unit_and_details():
    assert format_quantity(Decimal(18000), "m", "two lots") == "18,000 m, two lots"
    assert format_quantity(None, None, "one site") == "one site"
    assert format_quantity(None, None, None) == ""


def test_certificates_are_stored_as_a_list_with_commas():
    assert join_list(" ISO 9001;CE、CCC，ce\nNSF 61 ") == "ISO 9001, CE, CCC, NSF 61"
    assert join_list(" , ") is None
