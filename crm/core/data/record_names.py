"""The name of a record: its label, and the sort key and search tokens that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crm import names
from crm.core.data.record import Record


def name_record(record: Record, label: str, native_label: str | None = None, words: Iterable[str] = ()) -> None:
    """Set the name, sort key and search tokens of a record; `words` are additional texts to find it by (crm.names)."""
    set_names(record, naming(label, native_label, words, is_merged=record.merged_into_id is not None))


def set_names(record: Record, columns: Mapping[str, str]) -> None:
    """Set the columns that `naming` returns."""
    for column, value in columns.items():
        setattr(record, column, value)


def naming(
    label: str, native_label: str | None, words: Iterable[str] = (), *, sort_key: str = "", is_merged: bool = False
) -> dict[str, str]:
    """Return the columns label, native_label, sort_key and tokens of a record; one that was merged has no tokens."""
    return {
        "label": label[:200],
        "native_label": (native_label or "")[:200],
        "sort_key": sort_key or names.sort_key(label or native_label or ""),
        "tokens": "" if is_merged else join_tokens([names.tokens(label, native_label), *words]),
    }


def join_tokens(words: Iterable[str]) -> str:
    """Return the distinct search tokens of several texts."""
    return " ".join(dict.fromkeys(" ".join(words).split()))
