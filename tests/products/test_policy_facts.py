"""Products that compete, customs codes, lists of certificates, and quantities."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm.products.policy import (
    LARGEST_QUANTITY,
    ProductFacts,
    are_similar,
    hs_digits,
    join_list,
    read_quantity,
    split_list,
)

pytestmark = pytest.mark.one_engine

METER = ProductFacts("Flow meter", "902610", "334514")


@pytest.mark.parametrize(
    ("other", "similar"),
    [
        (ProductFacts("Level sensor", "902690", None), True),  # the same heading 9026
        (ProductFacts("Level sensor", "902710", None), False),
        (ProductFacts("Level sensor", None, "334514"), True),
        (ProductFacts("FLOW METER", None, None), True),
        (ProductFacts("Level sensor", None, None), False),
    ],
)
def test_products_compete_by_heading_industry_or_name(other, similar):
    assert are_similar(METER, other) is similar
    assert are_similar(other, METER) is similar


def test_products_without_codes_do_not_compete():
    assert not are_similar(ProductFacts("A", None, None), ProductFacts("B", None, None))


@pytest.mark.parametrize(
    ("text", "digits"), [("9026.10", "902610"), ("90 26 10", "902610"), (" . ", None), ("", None), (None, None)]
)
def test_customs_code_has_digits_only(text, digits):
    assert hs_digits(text) == digits


def test_list_is_split_at_all_separators_and_has_each_entry_once():
    assert split_list("ISO 9001; CE、CCC，ce\nUL；UL") == ("ISO 9001", "CE", "CCC", "UL")
    assert join_list("ISO 9001;CE") == "ISO 9001, CE"
    assert join_list(" ; ") is None
    assert join_list(None) is None


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [("18,000 m", Decimal(18000), "m"), ("12.5 t a month", Decimal("12.5"), "t a month"), ("40", Decimal(40), "set")],
)
def test_quantity_is_read_as_number_and_unit(text, number, unit):
    values = read_quantity({"quantity": text, "quantity_unit": "set", "name": "Pipe"}, "quantity")
    assert values == {"quantity": None, "quantity_number": number, "quantity_unit": unit, "name": "Pipe"}


@pytest.mark.parametrize(
    "values",
    [
        {"quantity": "a few dozen"},
        {"quantity": "1,5 t"},
        {"quantity": "12,34,567 m"},
        {"quantity": f"{LARGEST_QUANTITY} m"},
        {"quantity": "12 m", "quantity_number": Decimal(3)},
        {"quantity": None},
        {},
    ],
)
def test_other_text_stays_as_it_was_entered(values):
    assert read_quantity(values, "quantity") == values


def test_largest_number_below_the_limit_is_read():
    assert (
        read_quantity({"quantity": f"{LARGEST_QUANTITY - 1} m"}, "quantity")["quantity_number"] == LARGEST_QUANTITY - 1
    )
