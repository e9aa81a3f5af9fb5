"""Rows that repeat a row above them value by value: they are skipped, unless the user chooses otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.core.words import _
from crm.imports.policy import LineOutcome, RowChoice

from .line import ImportLine, ImportOptions

SKIPPED = ("", RowChoice.skip.value)
"""The choices with which a repeated row is skipped."""


def skip_repeats(rows: Sequence[Any], lines: Sequence[ImportLine], options: ImportOptions) -> None:
    """Skip each row whose imported values are all those of a row above, and say which."""
    first_rows: dict[Any, int] = {}
    for row, line in zip(rows, lines, strict=True):
        if line.outcome in (LineOutcome.error, LineOutcome.unchanged):
            continue
        first = first_rows.setdefault(_values_of(row), line.line)
        if first != line.line and options.choices.get(line.line, "") in SKIPPED:
            line.outcome, line.record_id = LineOutcome.skipped, None
            line.reason = _("Duplicate of row %(n)s", n=first)


def _values_of(row: Any) -> tuple[Any, ...]:
    values = (value for name, value in vars(row).items() if name not in ("line", "problems"))
    return tuple(tuple(value.items()) if isinstance(value, dict) else value for value in values)
