"""Organizations from the rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crm.core.texts import split_entries
from crm.core.words import _l
from crm.imports.readers.addresses import AddressedRow, PostalAddress, parse_addresses
from crm.imports.readers.headings import Mapping
from crm.imports.readers.people import MAX_NOTE_CHARS, MAX_ORGANIZATION_CHARS, labeled_values, split_labels
from crm.imports.readers.plain_values import PlainValues, read_plain_values
from crm.imports.readers.rows import CellProblem, CheckedRow, RowCells, iter_rows
from crm.imports.readers.tables import Table
from crm.imports.readers.values import (
    MAX_USER_CHARS,
    LabeledValue,
    has_han,
    read_email,
    read_phone,
    read_site,
    split_emails,
    split_phones,
)

_LIST_MARKS = str.maketrans(dict.fromkeys(",，、；/|", ";"))


@dataclass(frozen=True)
class ParsedOrganization(AddressedRow, CheckedRow):
    """One organization as the file has it: roles, sectors, counselor and team are still the texts of the file."""

    line: int
    name: str = ""
    native_name: str = ""
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    addresses: tuple[PostalAddress, ...] = ()
    websites: tuple[str, ...] = ()
    phones: tuple[LabeledValue, ...] = ()
    emails: tuple[LabeledValue, ...] = ()
    uscc: str = ""
    counselor: str = ""
    team: str = ""
    sectors: tuple[str, ...] = ()
    note: str = ""
    labels: tuple[str, ...] = ()
    uid: str = ""
    plain: PlainValues = ()
    problems: tuple[CellProblem, ...] = ()


def read_organizations(table: Table, mapping: Mapping) -> Iterator[ParsedOrganization]:
    """Yield every row of the table as an organization, in order, with those that have errors."""
    for cells in iter_rows(table, mapping):
        yield _organization(cells)


def _organization(cells: RowCells) -> ParsedOrganization:
    name, native = _two_scripts(cells)
    if not (name or native) and not cells.is_refused:
        cells.add_problem("", _l("Enter a name."), refuses=True)
    return ParsedOrganization(
        line=cells.line,
        name=name,
        native_name=native,
        aliases=split_list_cell(cells, "aliases", split_commas=False),
        roles=split_list_cell(cells, "roles"),
        addresses=parse_addresses(cells),
        websites=tuple(site.value for site in labeled_values(cells, "website", split_entries, read_site)),
        phones=labeled_values(cells, "phone", split_phones, read_phone),
        emails=labeled_values(cells, "email", split_emails, read_email),
        uscc=cells.text("uscc", 40).upper(),
        counselor=cells.text("counselor", MAX_USER_CHARS),
        team=cells.text("team", 120),
        sectors=split_list_cell(cells, "sectors"),
        note=cells.long_text("note", MAX_NOTE_CHARS),
        labels=split_labels(cells),
        uid=cells.text("uid", 64),
        plain=read_plain_values(cells, "organizations"),
        problems=cells.problems,
    )


def _two_scripts(cells: RowCells) -> tuple[str, str]:
    """Return the Latin and the native name; a name in the wrong column moves if the other is blank."""
    name, native = (cells.text(field, MAX_ORGANIZATION_CHARS, refuses=True) for field in ("name", "native_name"))
    if has_han(name) and not native:
        return "", name
    if native and not name and not has_han(native):
        return native, ""
    return name, native


def split_list_cell(cells: RowCells, field: str, *, split_commas: bool = True) -> tuple[str, ...]:
    """Return the entries of a cell with a list, each once."""
    texts = [text.translate(_LIST_MARKS) if split_commas else text for _target, _heading, text in cells.all(field)]
    return tuple(
        dict.fromkeys(" ".join(part.split())[:MAX_ORGANIZATION_CHARS] for text in texts for part in split_entries(text))
    )
