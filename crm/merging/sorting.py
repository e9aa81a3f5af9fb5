"""Which rows of two records are joined into one, and what the joined row contains."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.differences import NEVER_AUDITED
from crm.core.words import LabeledEnum

from .rules import MergeRule


class SortedRows(NamedTuple):
    """The rows of the duplicate: those that move, and those that are joined with a row of the survivor."""

    moving: list[Any]
    pairs: list[tuple[Any, Any]]
    """(row of the survivor, row of the duplicate that is joined with it)"""


def sort_rows(rule: MergeRule, column: str, existing: Iterable[Any], incoming: Sequence[Any]) -> SortedRows:
    """Sort the `incoming` rows of the duplicate; `existing` are those of the survivor, `column` changes.

    Equal incoming rows are joined with each other, too.
    """
    moving: list[Any] = []
    pairs: list[tuple[Any, Any]] = []
    rows_by_key: dict[Hashable, list[Any]] = {}
    for row in existing if rule.same else ():
        rows_by_key.setdefault(_key(rule, row), []).append(row)
    for row in incoming:
        candidates = rows_by_key.get(_key(rule, row), []) if rule.same else []
        match = next((one for one in candidates if not rule.compatible or _is_compatible(rule, column, one, row)), None)
        if match is not None:
            pairs.append((match, row))
            continue
        moving.append(row)
        if rule.same:
            rows_by_key.setdefault(_key(rule, row), []).append(row)
    return SortedRows(moving, pairs)


def _contact_value(row: Any) -> str:
    return str(row.value or row.raw.casefold())


COMPUTED: dict[str, Callable[[Any], Hashable]] = {"value or raw": _contact_value}
"""Parts of keys that are no column."""


def _key(rule: MergeRule, row: Any) -> Hashable:
    return tuple(COMPUTED[name](row) if name in COMPUTED else getattr(row, name) for name in rule.same)


def _is_compatible(rule: MergeRule, column: str, row: Any, other: Any) -> bool:
    """Return whether two rows have no different values, apart from the columns that the rule names."""
    skipped = {column, *rule.same, *rule.add, *rule.any_of}
    return all(
        is_blank(row, name) or is_blank(other, name) or getattr(row, name) == getattr(other, name)
        for name in value_names(row)
        if name not in skipped
    )


def join(rule: MergeRule, column: str, row: Any, other: Any) -> None:
    """Set in a row what only the other one has; the caller deletes the other one."""
    for name in value_names(row):
        if name in rule.add:
            setattr(row, name, getattr(row, name) + getattr(other, name))
        elif name in rule.any_of:
            setattr(row, name, getattr(row, name) or getattr(other, name))
        elif name != column and _takes_value(rule, name, row, other):
            setattr(row, name, getattr(other, name))


def _takes_value(rule: MergeRule, name: str, row: Any, other: Any) -> bool:
    """Return whether a column of a row takes the value of the other one: it is blank, or that value wins."""
    value = getattr(other, name)
    is_winner = isinstance(value, LabeledEnum) and (name, value.value) in rule.wins
    return is_winner or (is_blank(row, name) and not is_blank(other, name))


def value_names(row: Any) -> list[str]:
    """Return the names of a row's columns that aren't part of its key, and that the history records."""
    mapper = sa.inspect(row).mapper
    skipped = NEVER_AUDITED | getattr(row, "audit_silent", frozenset())
    return [
        attribute.key
        for attribute in mapper.column_attrs
        if attribute.key not in skipped and not attribute.columns[0].primary_key
    ]


def is_blank(row: Any, name: str) -> bool:
    """Return whether a column has no value, or only the one that new rows have."""
    value = getattr(row, name)
    default = sa.inspect(row).mapper.column_attrs[name].columns[0].default
    if value is None or value == "":
        return True
    return (
        isinstance(default, sa.ColumnDefault)
        and default.is_scalar
        and not isinstance(value, bool)
        and value == default.arg
    )
