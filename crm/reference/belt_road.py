"""Countries of the Belt and Road Initiative, and countries whose sanctions must be checked.

The list is part of the program and approximate: months are known for a few countries only, and memberships change.
The list helps to sort leads; no check or right depends on it.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

from crm.core.i18n import formats
from crm.core.words import _

from .services import shipped_rows

MEMBER = "member"


class CountryFacts(NamedTuple):
    """What is known about a country: its status (member, withdrawn, or "") and the first days of known months.

    `exit_on` is when the exit was announced; `is_unverified`: the sources differ.
    """

    country: str
    status: str
    joined_on: date | None
    exit_on: date | None
    is_sanctioned: bool
    is_unverified: bool


@cache
def load_country_facts() -> dict[str, CountryFacts]:
    """Return the facts by country code."""
    return {
        row["country"]: CountryFacts(
            row["country"],
            row["status"],
            _first_day(row["joined"]),
            _first_day(row["exit"]),
            bool(row["sanctions"]),
            bool(row["verify"]),
        )
        for row in shipped_rows("belt_road")
    }


def _first_day(month: str) -> date | None:
    return date.fromisoformat(f"{month}-01") if month else None


def list_members() -> list[str]:
    """Return the codes of the member countries, sorted."""
    return sorted(row.country for row in load_country_facts().values() if row.status == MEMBER)


def list_sanctioned() -> list[str]:
    """Return the codes of the countries whose sanctions must be checked, sorted."""
    return sorted(row.country for row in load_country_facts().values() if row.is_sanctioned)


def describe_membership(country: str | None) -> str:
    """Return "Belt and Road member since May 2025" for a country; "" for one that never was a member."""
    facts = load_country_facts().get(country or "")
    if facts is None or not facts.status:
        return ""
    if facts.exit_on:
        return _("Belt and Road exit announced in %(month)s", month=formats.month(facts.exit_on))
    if facts.joined_on:
        return _("Belt and Road member since %(month)s", month=formats.month(facts.joined_on))
    return _("Belt and Road member (unverified)") if facts.is_unverified else _("Belt and Road member")


def build_country_chips(country: str | None) -> list[tuple[str, str, str | None]]:
    """Return text, kind and icon of the chips of a country: its membership, and a warning to check sanctions."""
    facts = load_country_facts().get(country or "")
    membership = describe_membership(country)
    chips: list[tuple[str, str, str | None]] = [(membership, "", None)] if membership else []
    if facts is not None and facts.is_sanctioned:
        chips.append((_("Check sanctions"), "warn", "alert"))
    return chips
