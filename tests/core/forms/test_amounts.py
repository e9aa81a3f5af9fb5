"""Numbers and amounts of money as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from tests.core.forms.lookups import Every

GOOD = {"name": "A", "must": "staff"}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1200000", "1200000"),
        ("1,200,000", "1200000"),
        ("1,200,000.50", "1200000.50"),
        ("-5", "-5"),
        (" 12.345 ", "12.35"),
        ("24M", "24000000"),
        ("24 million", "24000000"),
        ("1.2m", "1200000"),
        ("500k", "500000"),
        ("2bn", "2000000000"),
        ("3.5亿", "350000000"),
        ("5000万", "50000000"),
        ("2千萬", "20000000"),
    ],
)
def test_amount_is_read_with_separators_and_units(app, text, amount):
    with app.test_request_context():
        form = Every(MultiDict(GOOD | {"amount": text}))
        assert form.validate()
    assert form.amount.data == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["$1.2M", "¥500", "24 M USD", "1.200.000,00", "1,5M", "12,50", "10-12M", "24 meters", "M", "1.2MM", "much"]
)
def test_other_amounts_say_what_to_enter_and_keep_the_text(app, text):
    with app.test_request_context():
        form = Every(MultiDict(GOOD | {"amount": text}))
        assert not form.validate()
        assert form.errors == {"amount": ["Enter only a number, such as 1,200,000 or 1.2M."]}
        assert f'value="{text}"' in form.amount()


@pytest.mark.parametrize("text", ["24M" + "0" * 2_000_000, "9" * 2_000_000 + "B", "1e400M", "9" * 30 + "亿"])
def test_endless_amounts_are_refused(app, text):
    with app.test_request_context():
        assert not Every(MultiDict(GOOD | {"amount": text})).validate()


@pytest.mark.parametrize(("text", "number"), [("1,5", None), ("12.5%", "12.5"), ("50M", None), ("0.5 m", None)])
def test_other_numbers_have_no_unit_but_percent(app, text, number):
    with app.test_request_context():
        form = Every(MultiDict(GOOD | {"ratio": text}))
        assert form.validate() is (number is not None)
        if number is not None:
            assert form.ratio.data == Decimal(number)


@pytest.mark.parametrize("name", ["amount", "ratio", "share"])
def test_input_of_a_number_takes_any_text(app, name):
    """A browser removes letters from an input of the type "number": 24M would be saved as 24."""
    with app.test_request_context():
        html = Every()[name]()
    assert 'type="text"' in html
    assert 'inputmode="decimal"' in html
