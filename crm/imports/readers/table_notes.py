"""What the preview of an import says about a table: which rows were skipped, hidden or damaged."""

from __future__ import annotations

from crm.core.i18n.formats import num
from crm.core.words import Lazy, _l, ngettext

#: Most skipped rows whose numbers a note lists.
_LISTED_ROWS = 10


def header_notes(heading_index: int, lines: int, surplus: list[int]) -> list[Lazy]:
    """Return the notes on the rows above the header, its lines, and rows with cells to the right of it."""
    skipped = heading_index - lines + 1
    notes = [_l("Rows skipped above the header row: %(n)s.", n=num(skipped))] if skipped else []
    if lines > 1:
        start, end = num(skipped + 1), num(heading_index + 1)
        notes.append(_l("The header has several rows: %(first)s to %(last)s.", first=start, last=end))
    if surplus:
        n, first = len(surplus), surplus[0]
        notes.append(
            _l("Rows with cells to the right of the last header: %(n)s (first: row %(row)s).", n=num(n), row=first)
        )
    return notes


def hidden_note(count: int) -> Lazy:
    """Return how many hidden rows of a sheet are imported."""
    return _as_note(
        ngettext(
            "%(num)s hidden row is imported, too. Delete it in the spreadsheet to skip it.",
            "%(num)s hidden rows are imported, too. Delete them in the spreadsheet to skip them.",
            count,
        )
    )


def damage_note(count: int) -> Lazy:
    """Return how many characters couldn't be read."""
    return _as_note(
        ngettext(
            "Choose another encoding. %(num)s character couldn't be read.",
            "Choose another encoding. %(num)s characters couldn't be read.",
            count,
        )
    )


def skipped_note(rows: list[int]) -> Lazy:
    """Return how many rows with totals or remarks were skipped, and the first of their numbers."""
    lines = ", ".join(str(row) for row in rows[:_LISTED_ROWS])
    return _as_note(
        ngettext(
            "%(num)s row with a total or note was skipped: row %(rows)s.",
            "%(num)s rows with totals or notes were skipped: rows %(rows)s.",
            len(rows),
            rows=f"{lines}, …" if len(rows) > _LISTED_ROWS else lines,
        )
    )


def _as_note(text: str) -> Lazy:
    """Return a text with a number as a note of a table, in the language of the user."""
    return Lazy("%(note)s", note=text)
