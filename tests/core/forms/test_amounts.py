"""Numbers and amounts of money as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
import wtforms as w
from werkzeug.datastructures import MultiDict

from crm.core.forms.fields import IntegerField
from crm.core.forms.forms import Form
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
        ("1，200，000", "1200000"),
        ("1.2Ｍ", "1200000"),
        ("−5", "-5"),
        ("1.2MM", "1200000"),
        ("1.2 millions", "1200000"),
        ("3.5亿元", "350000000"),
        ("5000 万元", "50000000"),
        ("1 200 000", "1200000"),
        ("1\N{NO-BREAK SPACE}200\N{NO-BREAK SPACE}000.50", "1200000.50"),
    ],
)
def test_amount_is_read_with_separators_and_units(app, text, amount):
    with app.test_request_context():
        form = Every(MultiDict(GOOD | {"amount": text}))
        assert form.validate()
    assert form.amount.data == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        *("$1.2M", "¥500", "24 M USD", "1.200.000,00", "1,5M", "12,50", "10-12M", "24 meters", "M", "much"),
        *("500 USD", "¥3.5亿", "500元", "1 20", "1 2000", "12 500,000", "12%", "5²", "元", "１．２．３"),
    ],
)
def test_other_amounts_say_what_to_enter_and_keep_the_text(app, text):
    with app.test_request_context():
        form = Every(MultiDict(GOOD | {"amount": text}))
        assert not form.validate()
        assert form.errors == {"amount": ["Enter the amount without a currency, such as 1,200,000 or 1.2M."]}
        assert f'value="{text}"' in form.amount()


@pytest.mark.parametrize("text", ["24M" + "0" * 2_000_000, "9" * 2_000_000 + "B", "1e400M", "9" * 30 + "亿"])
def test_endless_amounts_are_refused(app, text):
    with app.test_request_context():
        assert not Every(MultiDict(GOOD | {"amount": text})).validate()


@pytest.mark.parametrize("text", ["1,5", "12.5%", "50M", "0.5 m", "5²"])
@pytest.mark.parametrize("name", ["ratio", "share"])
def test_other_numbers_have_no_unit(app, text, name):
    is_percentage = (name, text) == ("share", "12.5%")
    with app.test_request_context():
        form = Every(MultiDict(GOOD | {name: text}))
        assert form.validate() is is_percentage
    assert form[name].data == (Decimal("12.5") if is_percentage else None)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1200", 1200), (" 15 ", 15), ("1,200", 1200), ("1 200", 1200), ("１２００", 1200), ("1，200", 1200), ("−5", -5)],
)
def test_whole_number_is_read_with_separators(app, text, number):
    with app.test_request_context():
        form = Every(MultiDict(GOOD | {"count": text}))
        assert form.validate()
    assert form["count"].data == number


@pytest.mark.parametrize(
    "text",
    [
        *("2O", "two", "1,200 employees", "24M", "3万", "60%", "1.5", "1.0", "1.200", "1,5", "12,00", "1 20", "10-12"),
        *("5²", "1e3", "NaN", "½"),
    ],
)
def test_other_whole_numbers_are_errors_that_keep_the_text(app, text):
    with app.test_request_context():
        form = Every(MultiDict(GOOD | {"count": text}))
        assert not form.validate()
        assert list(form.errors) == ["count"]
        assert f'value="{text}"' in form["count"]()


@pytest.mark.parametrize("text", ["9" * 30, "9" * 500, "1,000" * 2_000])
def test_endless_whole_numbers_are_refused(app, text):
    with app.test_request_context():
        assert not Every(MultiDict(GOOD | {"count": text})).validate()


@pytest.mark.parametrize(("text", "number"), [("60", 60), ("60%", 60), ("60 ％", 60), ("60.5%", None), ("60%%", None)])
def test_whole_percentage_may_have_its_sign(app, text, number):
    with app.test_request_context():
        form = Every(MultiDict(GOOD | {"odds": text}))
        assert form.validate() is (number is not None)
    assert form.odds.data == number


@pytest.mark.parametrize(
    ("name", "keyboard"),
    [("amount", "decimal"), ("ratio", "decimal"), ("share", "decimal"), ("count", "numeric"), ("odds", "numeric")],
)
def test_input_of_a_number_takes_any_text(app, name, keyboard):
    """A browser removes letters from an input of the type "number": 24M would be saved as 24."""
    with app.test_request_context():
        html = Every()[name]()
    assert 'type="text"' in html
    assert f'inputmode="{keyboard}"' in html


def test_hidden_number_has_no_attributes_of_a_keyboard(app):
    class Hidden(Form):
        row = IntegerField(widget=w.widgets.HiddenInput())

    with app.test_request_context():
        html = str(Hidden(data={"row": 7}).row())
    assert html == '<input id="row" name="row" type="hidden" value="7">'
