"""Columns and filters derived from mapped columns."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.data.base import db
from crm.core.lists import Col, Filter
from crm.organizations.models import Organization
from crm.products.models import Product
from crm.products.policy import Jurisdiction, ProductKind


def compiled(condition):
    return str(condition.compile(compile_kwargs={"literal_binds": True}))


@pytest.mark.parametrize(
    ("attribute", "name", "label", "kind"),
    [
        (Product.offer, "offer", "Type", "enum"),
        (Product.said_on, "said_on", "Classification date", "date"),
        (Product.capacity, "capacity", "Capacity", "text"),
        (Organization.country, "country", "Country", "country"),
        (Organization.parent_share, "parent_share", "Parent ownership (%)", "num"),
    ],
)
def test_column_takes_name_label_and_kind_from_the_attribute(attribute, name, label, kind):
    column = Col.of(attribute)
    assert (column.name, column.kind, column.sql, column.key) == (name, kind, attribute, None)
    assert str(column.label) == label


def test_column_keywords_override_the_attribute():
    column = Col.of(Product.hs6, name="code", kind="hs", sort=True, show=False)
    assert (column.name, column.kind, column.key, column.show) == ("code", "hs", Product.hs6, False)


def test_attribute_without_a_label_is_refused():
    with pytest.raises(TypeError, match="no label"):
        Col.of(Product.id)


def test_filter_of_an_enum_offers_its_labels():
    one = Filter.of(Product.offer)
    assert (one.name, str(one.label), one.kind) == ("offer", "Type", "choice")
    assert one.choices == tuple((kind.value, kind.label) for kind in ProductKind)
    assert compiled(one.where(ProductKind.product.value)) == "product.offer = 'product'"
    with pytest.raises(ValueError, match="nonsense"):
        one.where("nonsense")


def test_filter_of_a_multi_value_column_matches_any_value():
    many = Filter.of(Product.jurisdiction, kind="many")
    words = [word.value for word in Jurisdiction][:2]
    assert compiled(many.where(tuple(words))) == f"product.jurisdiction IN ('{words[0]}', '{words[1]}')"


def test_text_filter_matches_prefix_and_date_filter_matches_exactly(app):
    with app.app_context():
        dialect = db.engine.dialect
    text, day = Filter.of(Product.eccn), Filter.of(Product.said_on)
    assert (text.kind, day.kind) == ("text", "date")
    assert "LIKE" in str(text.where("3A%").compile(dialect=dialect))
    assert compiled(day.where(date(2026, 12, 8))) == "product.said_on = '2026-12-08'"


def test_columns_marked_for_lists_are_off_by_default():
    columns = Col.off_by_default(Organization)
    assert [(column.name, column.show) for column in columns] == [
        (name, False)
        for name in ("native_name", "region", "address", "native_address", "postal_code", "website", "uscc")
    ]
