"""What one row of a file would do, and what a person may choose about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crm.core.forms.params import is_number
from crm.imports.policy import LineOutcome, RowChoice
from crm.imports.readers.rows import CellProblem


class RecordMatch(NamedTuple):
    """A record that a row may be."""

    id: int
    label: str


@dataclass(frozen=True)
class ImportOptions:
    """What a person chose for all rows, and for single ones by line."""

    team_id: int | None = None
    tags: tuple[str, ...] = ()
    tier: str = ""
    skip_refused: bool = False
    choices: Mapping[int, str] = field(default_factory=dict)
    written_before: int = 0
    """New records that earlier slices of this import have made."""


@dataclass
class ImportLine:
    """One row: its number, what becomes of it, how it shows, why; `data` is what writing it needs.

    `record_id` is the record it brings up to date, or, once written, the one it has made.
    """

    line: int
    outcome: LineOutcome
    label: str = ""
    native: str = ""
    place: str = ""
    reason: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    matches: tuple[RecordMatch, ...] = ()
    record_id: int | None = None
    data: Any = None

    def refuse(self, reason: object, column: str = "") -> None:
        """Refuse the row."""
        self.outcome = LineOutcome.refused
        self.problems = (*self.problems, (column, str(reason)))

    def to_json(self) -> list[Any]:
        """The line as the report keeps it."""
        return [
            self.line,
            self.outcome.value,
            self.label,
            self.native,
            self.place,
            self.reason,
            [list(p) for p in self.problems],
            [list(m) for m in self.matches],
            self.record_id,
        ]


def line_from_json(data: list[Any]) -> ImportLine:
    """The line of a kept report."""
    line, outcome, label, native, place, reason, problems, matches, record_id = data
    return ImportLine(
        line,
        LineOutcome.from_code(outcome),
        label,
        native,
        place,
        reason,
        tuple((c, m) for c, m in problems),
        tuple(RecordMatch(i, name) for i, name in matches),
        record_id,
    )


def problems_to_json(problems: Iterable[CellProblem]) -> tuple[tuple[str, str], ...]:
    """Problems of cells as the report keeps them."""
    return tuple((p.column, str(p.message)) for p in problems)


def decide_outcome(line: ImportLine, options: ImportOptions) -> int | None:
    """Say what becomes of a row by its matches and what was chosen; gives the record to bring up to date."""
    chosen = options.choices.get(line.line, "")
    if chosen == RowChoice.left.value:
        line.outcome = LineOutcome.left
        return None
    if not line.matches or chosen == RowChoice.new.value:
        line.outcome = LineOutcome.new
        return None
    ids = [m.id for m in line.matches]
    if is_number(chosen) and int(chosen) in ids:
        line.record_id = int(chosen)
    elif len(ids) == 1:
        line.record_id = ids[0]
    else:
        line.outcome = LineOutcome.which
        return None
    line.outcome = LineOutcome.adds
    return line.record_id
