"""The closed lists of products, and rules of their export classification."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from crm.core.policy import RULES, Rule, is_signed_in, may_edit, may_see
from crm.core.words import LabeledEnum, _, _l


class ProductKind(LabeledEnum):
    """The type of a product; needs have the same types."""

    technology = "technology", _l("Technology")
    product = "product", _l("Product")
    material = "material", _l("Material")
    service = "service", _l("Service")


class Jurisdiction(LabeledEnum):
    """Whose export rules apply."""

    ear = "ear", _l("EAR")
    itar = "itar", _l("ITAR")
    unknown = "unknown", _l("Not determined")


class ClassificationSource(LabeledEnum):
    """Who made the classification."""

    client = "client", _l("Client")
    counsel = "counsel", _l("Legal counsel")
    official_ruling = "official_ruling", _l("Official ruling")


_ECCN = re.compile(r"([0-9][A-E][0-9]{3}(\.[a-z0-9]+)*|EAR99)")


def is_eccn(text: str) -> bool:
    """Whether a text has the form of an ECCN (Commerce Control List, e.g. 3A001.a.1) or is EAR99."""
    return _ECCN.fullmatch(text) is not None


def is_classified(
    jurisdiction: Jurisdiction, *, eccn: str | None, usml: str | None, said_by: ClassificationSource | None
) -> bool:
    """Whether an export classification is complete: the jurisdiction, the entry of its list, and who made it."""
    entry = {Jurisdiction.ear: eccn, Jurisdiction.itar: usml, Jurisdiction.unknown: None}[jurisdiction]
    return bool(entry) and said_by is not None


ARMS_EMBARGOED = frozenset(
    (
        *("AF", "BY", "CD", "CF", "CN", "CU", "ER", "ET", "HK", "HT", "IQ", "IR", "KH"),
        *("KP", "LB", "LY", "MM", "MO", "NI", "RU", "SD", "SO", "SS", "SY", "VE", "ZW"),
    )
)
"""Countries of 22 CFR 126.1 (d), to which no defense article goes; Hong Kong and Macau go with China."""


def is_defense_article(jurisdiction: Jurisdiction, usml_category: str | None) -> bool:
    """Whether a product is on the U.S. Munitions List: it has a category there, or the ITAR apply to it."""
    return bool(usml_category) or jurisdiction is Jurisdiction.itar


class ProductFacts(NamedTuple):
    """The name and codes by which products are compared."""

    name: str
    hs6: str | None
    naics: str | None


def are_similar(one: ProductFacts, other: ProductFacts) -> bool:
    """Whether two products could compete: the same HS heading (four digits), NAICS code or name."""
    heading = one.hs6 and other.hs6 and one.hs6[:4] == other.hs6[:4]
    industry = one.naics and one.naics == other.naics
    return bool(heading or industry or one.name.casefold() == other.name.casefold())


RULES["product:see"] = Rule(is_signed_in, may_see, "View products of clients.")
RULES["product:edit"] = Rule(is_signed_in, may_edit, "Add and edit products.")

LARGEST_QUANTITY = 10**12
HS6 = re.compile(r"^[0-9]{6}$")


def hs_digits(text: str | None) -> str | None:
    """Return a customs code without dots and spaces; None if nothing is left."""
    return text.replace(".", "").replace(" ", "") or None if text else None


def join_list(text: str | None) -> str | None:
    """Return a list that was typed with any separators as one with commas, without repetitions; None if empty."""
    return ", ".join(split_list(text)) or None


def split_list(text: str | None) -> tuple[str, ...]:
    """Return the entries of a text such as "ISO 9001; CE、CCC", each once, in order."""
    entries: dict[str, str] = {}
    for entry in re.split(r"[,;，；、\n]", text or ""):
        entries.setdefault(entry.strip().casefold(), entry.strip())
    return tuple(filter(None, entries.values()))


# A comma only before three digits: "1,5 t" is 1.5 t in many countries, and would be read as 15 t.
_QUANTITY = re.compile(r"((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]{1,2})?)\s*([^0-9,;]{0,40})")


def read_quantity(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return values in which a text such as "18,000 m" is number and unit; without a number it stays the text.

    `name` is the name of the text: its number is `<name>_number`, its unit `<name>_unit`.
    """
    text = values.get(name)
    match = _QUANTITY.fullmatch(text.strip()) if text and values.get(f"{name}_number") is None else None
    if match is None:
        return dict(values)
    number, unit = Decimal(match[1].replace(",", "")), match[2].strip() or values.get(f"{name}_unit")
    if number >= LARGEST_QUANTITY:
        return dict(values)
    return dict(values) | {f"{name}_number": number, f"{name}_unit": unit, name: None}


def eccn_problem(text: str | None) -> str | None:
    """Return an error message for an invalid ECCN, else None; 3A001, 5A002.a.1 and EAR99 are valid (15 CFR 774)."""
    if not text or is_eccn(text):
        return None
    return _("Enter an ECCN such as 3A001.a or EAR99.")
