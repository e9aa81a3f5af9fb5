"""Sums of opportunities: by currency, in dollars by the rates, and without an amount."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm.opportunities.money import MoneyRow, add_sums, format_sums, format_usd
from crm.reference.queries import ExchangeRate

DAY = date(2026, 3, 7)
RATES = {
    "USD": ExchangeRate(Decimal(1), None),
    "CNY": ExchangeRate(Decimal("0.14"), DAY),
    "EUR": ExchangeRate(Decimal("1.1"), DAY),
}


def row(currency: str, count: int, with_amount: int, amount: int | None, weighted: int | None = None) -> MoneyRow:
    """Return a counted row as the database returns it."""
    as_decimal = [None if x is None else Decimal(x) for x in (amount, weighted)]
    return MoneyRow("quoted", currency, count, with_amount, *as_decimal)


def test_each_currency_keeps_its_own_sum_and_dollars_follow_the_rates():
    total = add_sums([row("USD", 2, 2, 1000, 400), row("CNY", 3, 2, 700, 280), row("CNY", 1, 1, 300, 30)], RATES)
    assert total.by_currency == {"USD": Decimal(1000), "CNY": Decimal(1000)}
    assert (total.usd, total.weighted) == (Decimal(1140), Decimal(443))
    assert (total.opportunity_count, total.without_amount) == (6, 1)
    assert total.unconverted == {}


def test_currency_without_a_rate_is_listed_separately():
    total = add_sums([row("USD", 1, 1, 50_000, 5_000), row("JPY", 1, 1, 5_000_000, 500_000)], RATES)
    assert (total.usd, total.weighted, total.unconverted) == (
        Decimal(50_000),
        Decimal(5_000),
        {"JPY": Decimal(5_000_000)},
    )
    assert total.by_currency == {"USD": Decimal(50_000), "JPY": Decimal(5_000_000)}
    assert total.in_usd == "$50K + ¥5M"


def test_only_a_currency_without_a_rate_shows_no_dollars():
    assert add_sums([row("JPY", 1, 1, 5_000_000)], RATES).in_usd == "¥5M"
    assert add_sums([], RATES).in_usd == "$0"


def test_opportunities_without_an_amount_are_counted_and_add_no_currency():
    total = add_sums([row("USD", 3, 0, None), row("EUR", 2, 1, 100, 10)], RATES)
    assert (total.opportunity_count, total.without_amount, total.excluded_text) == (5, 4, "4 without an amount")
    assert total.by_currency == {"EUR": Decimal(100)}
    assert (total.usd, total.weighted) == (Decimal(110), Decimal(11))
    assert add_sums([row("USD", 1, 1, 10)], RATES).excluded_text == ""


@pytest.mark.parametrize(
    ("currencies", "mixed"), [(["USD"], False), (["USD", "CNY"], True), (["CNY"], True), ([], False)]
)
def test_sum_is_mixed_with_any_currency_but_dollars(currencies, mixed):
    assert add_sums([row(c, 1, 1, 10) for c in currencies], RATES).is_mixed is mixed


def test_sums_are_written_dollars_first_then_the_largest():
    assert format_sums({"CNY": Decimal(300), "EUR": Decimal(900), "USD": Decimal(1)}) == "$1 + €900 + CN¥300"


@pytest.mark.parametrize(
    ("usd", "text"),
    [(9_499, "$9,499"), (9_999, "$9,999"), (10_000, "$10K"), (10_400, "$10K"), (12_600, "$13K")],
)
def test_dollars_are_rounded_to_the_thousand_from_ten_thousand_on(usd, text):
    assert format_usd(Decimal(usd)) == text
