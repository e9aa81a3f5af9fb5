"""What a new record is called, sorted and found by, before it is a row: the plain twin of `core.record.name_record`."""

from __future__ import annotations

from collections.abc import Iterable

from crm import names


def named(label: str, native_label: str | None, words: Iterable[str] = ()) -> dict[str, str]:
    """The columns label, native_label, sort_key and tokens of a record."""
    return {
        "label": label[:200],
        "native_label": (native_label or "")[:200],
        "sort_key": names.sort_key(label or native_label or ""),
        "tokens": merged([names.tokens(label, native_label), *words]),
    }


def merged(words: Iterable[str]) -> str:
    """Search tokens of several texts, each once."""
    return " ".join(dict.fromkeys(token for text in words for token in text.split()))
