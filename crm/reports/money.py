"""Sums in several currencies: each on its own, and in US dollars where there is a rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from crm.core.i18n import formats
from crm.core.words import _

from .queries import MoneyRow

Rates = Mapping[str, Decimal]


@dataclass(frozen=True)
class MoneySum:
    """The sum of opportunities. `usd` and `weighted` hold what has a rate, `unconverted` the currencies without one."""

    opportunity_count: int
    without_amount: int
    by_currency: dict[str, Decimal]
    usd: Decimal
    weighted: Decimal
    unconverted: dict[str, Decimal]

    @property
    def in_currencies(self) -> str:
        """The sum of each currency: "$1.2M + CN¥300K"."""
        return format_sums(self.by_currency)

    @property
    def is_mixed(self) -> bool:
        """Whether any currency other than dollars is in the sum."""
        return any(currency != "USD" for currency in self.by_currency)

    @property
    def in_usd(self) -> str:
        """The sum in US dollars, followed by what has no rate: "$50K + ¥5M"."""
        parts = [formats.money(self.usd)] if self.usd or not self.unconverted else []
        return " + ".join([*parts, *([format_sums(self.unconverted)] if self.unconverted else [])])

    @property
    def excluded_text(self) -> str:
        """What the sum leaves out: "2 without an amount"."""
        return _("%(n)s without an amount", n=self.without_amount) if self.without_amount else ""


def format_sums(sums: Mapping[str, Decimal]) -> str:
    """Return "$1 + €900 + CN¥300": dollars first, then the largest."""
    order = sorted(sums.items(), key=lambda x: (x[0] != "USD", -x[1]))
    return " + ".join(formats.money(amount, currency) for currency, amount in order)


def format_usd(usd: Decimal) -> str:
    """Return an amount in dollars, rounded to the thousand from ten thousand on."""
    return formats.money(round(usd, -3) if usd >= 10_000 else usd)


def add_sums(rows: Iterable[MoneyRow], rates: Rates) -> MoneySum:
    """Add up counted rows."""
    count = without_amount = 0
    by_currency: dict[str, Decimal] = {}
    usd = weighted = Decimal(0)
    for row in rows:
        count += row.opportunity_count
        without_amount += row.opportunity_count - row.with_amount
        if not row.with_amount:
            continue
        amount = Decimal(row.amount or 0)
        by_currency[row.currency] = by_currency.get(row.currency, Decimal(0)) + amount
        if row.currency in rates:
            usd += amount * rates[row.currency]
            weighted += Decimal(row.weighted or 0) * rates[row.currency]
    unconverted = {currency: amount for currency, amount in by_currency.items() if currency not in rates}
    whole = Decimal(1)
    return MoneySum(count, without_amount, by_currency, usd.quantize(whole), weighted.quantize(whole), unconverted)
