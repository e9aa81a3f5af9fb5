"""Generates names of organizations, as they are usual in a country."""

from __future__ import annotations

import random

from crm.organizations.policy import OrganizationRole

from .places import SamplePlace
from .sectors import ABROAD_TRADES, ABROAD_WORDS, BRANDS, FORMS, HOMELY, NATIVE_TRADES, SECOND_HOMELY, TRADES


def home_name(rng: random.Random, sector: str, *, many: bool) -> str:
    """Return a name for a small company in California; with `many` names are longer, to stay distinct."""
    second = f" {rng.choice(SECOND_HOMELY)}" if many or rng.random() < 0.2 else ""
    form = rng.choice(("", "", "", " Inc.", " LLC", " Company"))
    return f"{rng.choice(HOMELY)}{second} {rng.choice(TRADES[sector].words)}{form}"


def host_name(
    rng: random.Random, place: SamplePlace, sector: str, roles: tuple[OrganizationRole, ...], *, many: bool
) -> tuple[str, str | None]:
    """Return a name for an organization abroad, in both scripts if it has two."""
    if place.native is None or place.country == "SG":
        words = ABROAD_WORDS[place.country]
        return f"{rng.choice(words)} {rng.choice(ABROAD_TRADES)} {place.city}", None
    native_trade = rng.choice(TRADES[sector].native_words)
    trade = NATIVE_TRADES[native_trade]
    if OrganizationRole.government in roles:
        return f"{place.city} {trade} Bureau", f"{place.native}市{native_trade}局"
    if OrganizationRole.association in roles:
        return f"{place.city} {trade} Association", f"{place.native}{native_trade}协会"
    brand, native_brand = rng.choice(BRANDS)
    if many:
        other, other_native = rng.choice(BRANDS)
        brand, native_brand = brand + other, f"{native_brand} {other_native}"
    form, english = rng.choice(FORMS)
    return f"{place.city} {native_brand} {trade} {english}", f"{place.native}{brand}{native_trade}{form}"


def domain_of(name: str) -> str:
    """Return a domain under .example for an organization."""
    words = [w for w in name.lower().replace(",", "").replace(".", "").replace("'", "").split() if w.isascii()]
    return "".join(words[:3])[:40] + ".example"
