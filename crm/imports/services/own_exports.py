"""Files of our own lists that can't be imported: milestones would become organizations, users people."""

from __future__ import annotations

from crm.core.lists import Col
from crm.core.words import _l
from crm.imports.listings import list_feature_listings
from crm.imports.policy import ImportKind
from crm.imports.readers.errors import ReadError
from crm.imports.readers.tables import Table
from crm.imports.source import ImportSource

IMPORTED = frozenset({*(kind.value for kind in ImportKind), "reps"})
"""The names of the lists whose files can be imported."""
MIN_SHARE = 0.7
"""Least share of the columns of a list that its file has: other files may have a few of them."""


def refuse_other_lists(source: ImportSource, chosen: ImportKind | None) -> ImportSource:
    """Return the source. Raises ReadError for a file of another of our lists, unless the user chose what it has."""
    if chosen is None and source.table is not None:
        _refuse_other_lists(source.table)
    return source


def _refuse_other_lists(table: Table) -> None:
    headings = set(table.headings)
    titles = {
        listing.name: listing.title
        for listing in list_feature_listings()
        if any(headings <= names and len(headings) >= MIN_SHARE * len(names) for names in _heading_sets(listing.cols))
    }
    if titles and titles.keys().isdisjoint(IMPORTED):
        title = next(iter(titles.values()))
        raise ReadError(
            "own_export",
            _l("This file is an export of the list “%(list)s”, which can't be imported.", list=title),
            _l("To import it anyway, choose the record type."),
        )


def _heading_sets(cols: tuple[Col, ...]) -> tuple[set[str], set[str]]:
    """Return the headings of a list in CSV files, and those in XLSX files in the reader's language."""
    return {col.name for col in cols}, {str(col.label) for col in cols}
