"""What one row of a file would do, and the choices for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crm.core.forms.params import is_number
from crm.imports.policy import LineOutcome, RowChoice
from crm.imports.readers.rows import CellProblem


class RecordMatch(NamedTuple):
    """An existing record that matches a row."""

    id: int
    label: str


@dataclass(frozen=True)
class ImportOptions:
    """The options for all rows, and the choices for single rows by line."""

    team_id: int | None = None
    tags: tuple[str, ...] = ()
    tier: str = ""
    skip_refused: bool = False
    choices: Mapping[int, str] = field(default_factory=dict)
    written_before: int = 0
    """New records created by earlier slices of this import."""


@dataclass
class ImportLine:
    """One row: its number, outcome, display name, place and reason; `data` is the planned record.

    `record_id` is the record that it updates or, once written, the new record. With a `question` only the user's choice
    decides whether it is one of the matches; with `is_suggestion` it is new unless the user chooses one of them.
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
    question: str = ""
    is_suggestion: bool = False
    joins: int | None = None
    """The row above that names the same new organization: this row is added to it unless the user chooses otherwise."""

    def refuse(self, reason: object, column: str = "") -> None:
        """Mark the row as an error."""
        self.outcome = LineOutcome.error
        self.problems = (*self.problems, (column, str(reason)))

    def note(self, text: str) -> None:
        """Note a value that isn't imported."""
        self.problems = (*self.problems, ("", text))

    def to_json(self) -> list[Any]:
        """Return the line as the report stores it."""
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
            self.joins,
        ]


def line_from_json(data: list[Any]) -> ImportLine:
    """Return the line of a stored report."""
    # Reports of earlier versions end with the record.
    line, outcome, label, native, place, reason, problems, matches, record_id, *joins = data
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
        joins=joins[0] if joins else None,
    )


def problems_to_json(problems: Iterable[CellProblem]) -> tuple[tuple[str, str], ...]:
    """Return the problems of cells as the report stores them."""
    return tuple((p.column, str(p.message)) for p in problems)


def decide_outcome(line: ImportLine, options: ImportOptions) -> int | None:
    """Set the outcome of a row from its matches and the user's choice. Return the id of the record to update."""
    chosen = options.choices.get(line.line, "")
    if chosen == RowChoice.skip.value:
        line.outcome = LineOutcome.skipped
        return None
    is_chosen = is_number(chosen) and int(chosen) in [m.id for m in line.matches]
    if not line.matches or chosen == RowChoice.new.value or (line.is_suggestion and not is_chosen):
        line.outcome = LineOutcome.new
        return None
    ids = [m.id for m in line.matches]
    if is_chosen:
        line.record_id = int(chosen)
    elif len(ids) == 1 and not line.question:
        line.record_id = ids[0]
    else:
        line.outcome = LineOutcome.needs_review
        return None
    line.outcome = LineOutcome.update
    return line.record_id
