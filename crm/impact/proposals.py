"""The milestones that a client's answer amounts to, for the counselor to accept or change. Reads no database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crm.core.i18n.countries import country_code

from .models import ImpactSurvey
from .policy import MilestoneKind

SEPARATORS = re.compile(r"[,;、，；/\n]")
AND = re.compile(r"(\band\b|\by\b|&)", re.IGNORECASE)
MOST_PIECES = 5
"""Most names and words between them that are one country: "Bosnia and Herzegovina" has three."""


class ProposedResult(NamedTuple):
    """A milestone that an answer amounts to; `country` is None if it isn't clear, or if there are several."""

    type: MilestoneKind
    on: date
    amount: Decimal | None = None
    currency: str = "USD"
    jobs: int | None = None
    country: str | None = None


def propose_results(row: ImpactSurvey) -> list[ProposedResult]:
    """Return the results in an answer: its sales, its jobs, and each new market, dated the last day of the period."""
    on = row.period_to
    results = []
    if row.sales:
        countries = list(dict.fromkeys(filter(None, map(country_code, split_countries(row.sale_countries)))))
        country = countries[0] if len(countries) == 1 else None
        results.append(ProposedResult(MilestoneKind.export_sale, on, row.sales, row.currency, country=country))
    if row.jobs:
        results.append(ProposedResult(MilestoneKind.jobs, on, jobs=row.jobs))
    results += [
        ProposedResult(MilestoneKind.new_market, on, country=country_code(name))
        for name in split_countries(row.new_countries)
    ]
    return results


def split_countries(text: str | None) -> list[str]:
    """Return the names in a list of countries as typed; "Trinidad and Tobago and Canada" are two."""
    names = [name for part in SEPARATORS.split(text or "") for name in _split_at_and(part)]
    return [name.strip() for name in names if name.strip()]


def _split_at_and(text: str) -> Iterator[str]:
    """Yield the names between "and", each the longest that is a country."""
    # Names and the words between them in turn.
    pieces = AND.split(text)
    start = 0
    while start < len(pieces):
        ends = range(min(len(pieces), start + MOST_PIECES), start + 1, -2)
        end = next((end for end in ends if country_code("".join(pieces[start:end]))), start + 1)
        yield "".join(pieces[start:end])
        start = end + 1
