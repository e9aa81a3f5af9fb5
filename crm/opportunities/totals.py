"""Totals of opportunities by currency, and their texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Any, NamedTuple

from crm.core.i18n import formats
from crm.core.words import _, join_facts

from .policy import OpportunityStage


class CurrencySum(NamedTuple):
    """The sum of the amounts in one currency, and the sum weighted by probability."""

    currency: str
    amount: Decimal
    weighted: Decimal


@dataclass(frozen=True)
class BoardTotal:
    """How many opportunities, how many overdue and how many without an amount; the sums, dollars first."""

    count: int
    overdue: int
    without_amount: int
    sums: tuple[CurrencySum, ...]

    @property
    def sums_text(self) -> str:
        """The sum of each currency: "$1.2M + CN¥300K"."""
        return " + ".join(formats.money(s.amount, s.currency) for s in self.sums)

    @property
    def weighted_text(self) -> str:
        """The weighted sums: "weighted $186K"; "" without an amount."""
        sums = " + ".join(formats.money(floor(s.weighted), s.currency) for s in self.sums)
        return _("weighted %(sum)s", sum=sums) if sums else ""

    @property
    def without_amount_text(self) -> str:
        """How many have no amount: "2 without an amount"; "" for none."""
        return _("%(n)s without an amount", n=self.without_amount) if self.without_amount else ""

    @property
    def summary(self) -> str:
        """All three texts."""
        return join_facts((self.sums_text, self.weighted_text, self.without_amount_text))


class CountRow(NamedTuple):
    """Opportunities of one stage and one currency, as they are counted; `stage` None: of any."""

    stage: OpportunityStage | None
    currency: str
    opportunity_count: int
    overdue: int
    with_amount: int
    amount: Decimal | None
    weighted: Decimal | None


def add_totals(rows: Iterable[Any]) -> BoardTotal:
    """Add up counted rows by currency."""
    sums_by_currency: dict[str, list[Decimal]] = {}
    count = overdue = with_amount = 0
    for row in rows:
        count += row.opportunity_count
        overdue += row.overdue
        with_amount += row.with_amount
        if row.with_amount:
            currency_sum = sums_by_currency.setdefault(row.currency, [Decimal(0), Decimal(0)])
            currency_sum[0] += row.amount or 0
            currency_sum[1] += row.weighted or 0
    sums = sorted(
        (CurrencySum(c, a, w) for c, (a, w) in sums_by_currency.items()), key=lambda s: (s.currency != "USD", -s.amount)
    )
    return BoardTotal(count, overdue, count - with_amount, tuple(sums))
