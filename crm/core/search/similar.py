"""Typed names in other spellings: their keys among the search tokens, and how well a record's names match."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from crm import names
from crm.names import matching

MAX_QUERY_KEYS = 48
MAX_LIST_KEYS = 6
"""Keys that a list looks for: it shows what they find without comparing the names."""
KINDS = ("organization", "person")
"""Kinds of records with keys of their names."""


def query_keys(text: str, kinds: Collection[str]) -> list[str]:
    """Return the keys of a typed name of a person, an organization or either."""
    keys: list[str] = []
    if "person" in kinds:
        keys += matching.person_keys(text, MAX_QUERY_KEYS)
    if "organization" in kinds:
        keys += matching.organization_keys(text)
    return keys


def list_keys(text: str, kind: str) -> list[str]:
    """Return the likeliest keys of a typed name of two words, or two characters, for the filter of a list."""
    is_name = len(text.split()) > 1 or (len(text) > 1 and names.lang_of(text) is not None)
    return query_keys(text, (kind,))[:MAX_LIST_KEYS] if is_name and kind in KINDS else []


def compare_names(text: str, kind: str, labels: Iterable[str]) -> matching.Match:
    """Compare a typed name with the names of a record; the best one counts."""
    compare = matching.match_people if kind == "person" else matching.match_organizations
    return max((compare(text, name) for name in labels if name), default=matching.NO_MATCH, key=lambda m: m.score)
