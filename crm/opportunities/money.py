"""Sums of opportunities in several currencies: each on its own, and in US dollars where there is a rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import fetch
from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.lists.count import CAP
from crm.core.words import _, join_facts
from crm.reference.queries import ExchangeRate, Rates, load_rates

from .conditions import LOST, OPPORTUNITY
from .models import Opportunity


class MoneyRow(NamedTuple):
    """Opportunities with one key and one currency: their number and sums, and how many are overdue in their stage."""

    key: Any
    currency: str
    opportunity_count: int
    with_amount: int
    amount: Decimal | None
    weighted: Decimal | None
    overdue: int = 0


@dataclass(frozen=True)
class MoneySum:
    """The sum of opportunities. `usd` and `weighted` hold what has a rate, `unconverted` the currencies without one.

    `unconverted_weighted` are the sums of these currencies weighted by probability.
    `rates` are those of the currencies that were converted. `lost_count` is the number of lost ones that the sum omits.
    """

    opportunity_count: int
    without_amount: int
    by_currency: dict[str, Decimal]
    usd: Decimal
    weighted: Decimal
    unconverted: dict[str, Decimal]
    rates: Rates
    lost_count: int = 0
    unconverted_weighted: dict[str, Decimal] = field(default_factory=dict)

    @property
    def conversion_text(self) -> str:
        """The sum of each currency with its rate and day: "$1 + CN¥300 at 0.14 (Mar 7)"; "" if all is in dollars."""
        return format_sums(self.by_currency, self.rates) if self.is_mixed else ""

    @property
    def is_mixed(self) -> bool:
        """Whether any currency other than dollars is in the sum."""
        return any(currency != "USD" for currency in self.by_currency)

    @property
    def in_usd(self) -> str:
        """The sum in US dollars, followed by what has no rate: "$50K + ¥5M"."""
        parts = [format_usd(self.usd)] if self.usd or not self.unconverted else []
        return " + ".join([*parts, *([format_sums(self.unconverted)] if self.unconverted else [])])

    @property
    def excluded_text(self) -> str:
        """What the sum leaves out: "2 without an amount"."""
        return _("%(n)s without an amount", n=formats.num(self.without_amount)) if self.without_amount else ""

    @property
    def lost_text(self) -> str:
        """How many lost opportunities of the list the sum leaves out: "without 6 lost or withdrawn"; "" for none."""
        return _("without %(n)s lost or withdrawn", n=formats.num(self.lost_count)) if self.lost_count else ""

    @property
    def summary(self) -> str:
        """What a list of these opportunities sums up: dollars, weighted dollars, rates, and what is left out."""
        notes = (self.excluded_text, self.lost_text)
        if not self.by_currency:
            return join_facts(notes)
        weighted = _("weighted %(sum)s", sum=format_usd(self.weighted))
        parts = (_("US$ total %(sum)s", sum=self.in_usd), weighted, self.conversion_text, *notes)
        return join_facts(parts)


def format_sums(sums: Mapping[str, Decimal], rates: Rates | None = None, *, short: bool = True) -> str:
    """Return "$1 + €900 + CN¥300": dollars first, then the largest; with `rates` each with its rate and day.

    Large amounts are rounded if `short`.
    """
    order = sorted(sums.items(), key=lambda x: (x[0] != "USD", -x[1]))
    return " + ".join(
        formats.money(amount, currency, short=short)
        + ("" if rates is None else _rate_text(currency, rates.get(currency)))
        for currency, amount in order
    )


def _rate_text(currency: str, rate: ExchangeRate | None) -> str:
    if currency == "USD":
        return ""
    if rate is None:
        return " " + _("(no exchange rate)")
    return " " + _("at %(rate)s (%(day)s)", rate=formats.rate(rate.usd), day=formats.day(rate.on))


def format_usd(usd: Decimal) -> str:
    """Return an amount in dollars, rounded to the thousand from ten thousand on."""
    return formats.money(round(usd, -3) if usd >= 10_000 else usd)


def convert(amount: Decimal | None, currency: str, rates: Rates) -> Decimal | None:
    """Return an amount in whole US dollars; None without an amount or a rate."""
    if amount is None or currency not in rates:
        return None
    return (Decimal(amount) * rates[currency].usd).quantize(Decimal(1))


def add_sums(rows: Iterable[MoneyRow], rates: Rates) -> MoneySum:
    """Add up counted rows."""
    count = without_amount = 0
    by_currency: dict[str, Decimal] = {}
    without_rate: dict[str, Decimal] = {}
    usd = weighted = Decimal(0)
    for row in rows:
        count += row.opportunity_count
        without_amount += row.opportunity_count - row.with_amount
        if not row.with_amount:
            continue
        amount = Decimal(row.amount or 0)
        by_currency[row.currency] = by_currency.get(row.currency, Decimal(0)) + amount
        if row.currency in rates:
            usd += amount * rates[row.currency].usd
            weighted += Decimal(row.weighted or 0) * rates[row.currency].usd
        elif row.weighted:
            without_rate[row.currency] = without_rate.get(row.currency, Decimal(0)) + Decimal(row.weighted)
    unconverted = {currency: amount for currency, amount in by_currency.items() if currency not in rates}
    converted = {currency: rates[currency] for currency in by_currency if currency in rates}
    whole = Decimal(1)
    return MoneySum(
        count,
        without_amount,
        by_currency,
        usd.quantize(whole),
        weighted.quantize(whole),
        unconverted,
        converted,
        unconverted_weighted=without_rate,
    )


def money_columns(table: Any = OPPORTUNITY) -> tuple[Any, ...]:
    """Return columns for how many have an amount, the sum, and the sum weighted by probability."""
    weighted = sa.func.sum(table.c.amount * table.c.chance, type_=sa.Numeric(16, 2)) / 100
    return (
        sa.func.count(table.c.amount).label("priced"),
        sa.func.sum(table.c.amount).label("amount"),
        sa.type_coerce(weighted, sa.Numeric(16, 2)).label("weighted"),
    )


def load_sums(stmt: sa.Select[Any], day: date) -> MoneySum | None:
    """Return the sum of a list with the rates of a day; None if the list is too long to add up for a page.

    Lost opportunities count only in a list of lost ones.
    """
    is_lost = sa.case((Opportunity.stage.in_(LOST), 1), else_=0).label("is_lost")
    columns = (is_lost, Opportunity.currency, Opportunity.amount, Opportunity.chance)
    listing = stmt.with_only_columns(*columns, maintain_column_froms=True).limit(CAP + 1).subquery()
    keys = (listing.c.is_lost, listing.c.currency)
    by_currency = sa.select(*keys, sa.func.count(), *money_columns(listing)).group_by(*keys)
    rates, rows = run_together(partial(load_rates, day), partial(fetch, by_currency))
    sums = [MoneyRow(*row) for row in rows]
    count = sum(row.opportunity_count for row in sums)
    if count > CAP:
        return None
    total = add_sums([row for row in sums if not row.key] or sums, rates)
    return replace(total, lost_count=count - total.opportunity_count)
