"""Search results and their order: archived ones last, then by how well the name matches. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from crm import names


class SearchResult(NamedTuple):
    """A record that matches."""

    id: int
    kind: str
    label: str
    native_label: str
    archived: bool
    met_at: datetime | None = None


def rank_results(results: list[SearchResult], text: str, near: Collection[int]) -> list[SearchResult]:
    """Return results by exact name, beginning, name, then those in `near`, then those last met.

    One word is also compared with names without their spaces, as pinyin is often typed: lumin is 卢敏, Lu Min. Digits
    are those of a phone: people come before other kinds of records.
    """
    key_text, native = names.sort_key(text), text.strip()
    is_phone = native.isdecimal()
    words = key_text.split()

    def rank(row: SearchResult) -> tuple[Any, ...]:
        key = names.sort_key(row.label or row.native_label)
        joined = key.replace(" ", "")
        exact = native in (row.label, row.native_label) or key_text in (key, joined)
        begins = key.startswith(key_text) or (native != "" and row.native_label.startswith(native))
        is_named = native in row.native_label or all(f" {word}" in f" {key}" for word in words)
        is_named = is_named or joined.startswith(key_text)
        last_met = row.met_at.timestamp() if row.met_at else 0.0
        quality = (row.archived, not exact, not begins, not is_named, is_phone and row.kind != "person")
        return (*quality, row.id not in near, -last_met, -round(fuzz.ratio(key_text, key)), key, row.id)

    return sorted(results, key=rank)
