"""The milestones that a client's answer amounts to, for the counselor to accept or change. Reads no database."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from babel import Locale

from .models import ImpactSurvey
from .policy import MilestoneKind

SEPARATORS = re.compile(r"[,;、，；/\n]")
AND = re.compile(r"\band\b")
LANGUAGES = ("en", "zh_Hans", "zh_Hant", "es")


class ProposedResult(NamedTuple):
    """A milestone that an answer amounts to; `country` is None if it isn't clear, or if there are several."""

    what: MilestoneKind
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
        countries = list(dict.fromkeys(filter(None, map(find_country, split_countries(row.sale_countries)))))
        country = countries[0] if len(countries) == 1 else None
        results.append(ProposedResult(MilestoneKind.export_sale, on, row.sales, row.currency, country=country))
    if row.jobs:
        results.append(ProposedResult(MilestoneKind.jobs, on, jobs=row.jobs))
    results += [
        ProposedResult(MilestoneKind.new_market, on, country=find_country(name))
        for name in split_countries(row.new_countries)
    ]
    return results


def split_countries(text: str | None) -> list[str]:
    """Return the names in a list of countries as typed; "Trinidad and Tobago" is one."""
    parts = SEPARATORS.split(text or "")
    names = [name for part in parts for name in ([part] if find_country(part) else AND.split(part))]
    return [name.strip() for name in names if name.strip()]


def find_country(name: str) -> str | None:
    """Return the code of a country by its name in English, Chinese or Spanish, or by its code; None if unknown."""
    return _codes().get(name.strip(" .。").casefold().replace(" and ", " & "))


@cache
def _codes() -> dict[str, str]:
    codes = {"usa": "US", "u.s": "US", "uk": "GB", "prc": "CN", "taiwan": "TW", "hong kong": "HK", "macau": "MO"}
    codes |= {"台湾": "TW", "台灣": "TW", "香港": "HK", "澳门": "MO", "澳門": "MO", "korea": "KR"}
    for language in LANGUAGES:
        names = Locale.parse(language).territories
        codes |= {str(name).casefold(): str(code) for code, name in names.items() if len(str(code)) == 2}
    return codes | {code.casefold(): code for code in map(str, Locale.parse("en").territories) if len(code) == 2}
