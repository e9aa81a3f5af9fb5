"""The title of a tariff note."""

from __future__ import annotations

from crm.core.i18n import formats
from crm.core.words import _


def country_or_all(country: str | None) -> str:
    """Return the name of a country; without one, that a note applies to all."""
    return formats.country(country) or _("All countries")


def note_title(hs: str, country: str | None) -> str:
    """Return what a note is about, such as "HS 9026.80, China"."""
    return f"HS {formats.hs(hs)}, {country_or_all(country)}"
