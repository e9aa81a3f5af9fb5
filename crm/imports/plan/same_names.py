"""Rows of a file that name the same new organization: it is created once, with the values of all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from crm.core.words import _
from crm.imports.policy import LineOutcome, RowChoice
from crm.imports.readers.organizations import ParsedOrganization

from .existing import name_keys
from .line import ImportLine, ImportOptions
from .planned import PlannedOrganization

Row = tuple[ParsedOrganization, ImportLine]
IDENTIFYING_COLUMNS = ("country", "city", "uscc")
"""Columns in which different values mean different organizations."""
MAX_OF_NAME = 50
"""How many different organizations of one name are compared with a row; a branch in each city has the same name."""


def combine_same_names(rows: Sequence[ParsedOrganization], lines: Sequence[ImportLine], options: ImportOptions) -> None:
    """Add the values of each new row to the first one with its name, and say to which.

    Rows whose identifier, team, country, city or USCC differ stay apart, and those that the user wants to be new.
    """
    by_key: dict[str, list[Row]] = defaultdict(list)
    for row, line in zip(rows, lines, strict=True):
        chosen = options.choices.get(line.line, "")
        is_skipped = chosen == RowChoice.skip.value and line.data is not None and not line.matches
        if line.outcome is not LineOutcome.new and not is_skipped:
            continue
        keys = name_keys(row.name, row.native_name)
        first = next((other for key in keys for other in by_key[key] if _are_same(other, (row, line))), None)
        # A row that matches records has its own choices: without one of them it isn't new.
        is_unmatched = not line.matches or line.is_suggestion
        line.joins = first[1].line if first is not None and is_unmatched else None
        if is_skipped:
            continue
        if first is None or chosen == RowChoice.new.value:
            first = (row, line)
        else:
            _combine(first[1], line)
        for key in keys:
            _add_row(by_key[key], first)


def _add_row(rows: list[Row], row: Row) -> None:
    if len(rows) < MAX_OF_NAME and all(line is not row[1] for _row, line in rows):
        rows.append(row)


def _are_same(one: Row, other: Row) -> bool:
    """Return whether nothing says that two rows with one name are different organizations."""
    (row, line), (other_row, other_line) = one, other
    pairs = [(row.uid.lower(), other_row.uid.lower())]
    pairs += [(line.data.values[name], other_line.data.values[name]) for name in IDENTIFYING_COLUMNS]
    is_different = any(a and b and a.casefold() != b.casefold() for a, b in pairs)
    return not is_different and line.data.team_id == other_line.data.team_id


def _combine(first: ImportLine, line: ImportLine) -> None:
    """Add what a row knows to the first row with its name; the values of the first one stay."""
    into: PlannedOrganization = first.data
    more: PlannedOrganization = line.data
    before = (dict(into.values), into.roles, into.points, into.aliases, into.sectors, into.tags, into.counselor_id)
    own = {into.values["name"], into.values["native_name"]}
    into.values |= {k: v for k, v in more.values.items() if v and not into.values[k] and v not in own}
    into.roles = tuple(dict.fromkeys((*into.roles, *more.roles)))
    existing = {point.same_as for point in into.points}
    into.points += tuple(point for point in more.points if point.same_as not in existing)
    into.aliases = tuple(dict.fromkeys((*into.aliases, *more.aliases)))
    into.sectors = tuple(dict.fromkeys((*into.sectors, *more.sectors)))
    into.tags = tuple(dict.fromkeys((*into.tags, *more.tags)))
    into.counselor_id = into.counselor_id or more.counselor_id
    after = (into.values, into.roles, into.points, into.aliases, into.sectors, into.tags, into.counselor_id)
    if after == before:
        line.joins = None
        line.outcome, line.reason = LineOutcome.skipped, _("Duplicate of row %(n)s", n=first.line)
    else:
        line.outcome, line.reason = LineOutcome.unchanged, _("Same name as row %(n)s: added to it", n=first.line)
