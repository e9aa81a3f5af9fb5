"""A file with people as one line of text for each: what lower features match to people, such as lists of attendees."""

from __future__ import annotations

from crm.core.deadline import time_limit
from crm.core.errors import Invalid
from crm.core.hooks import PEOPLE_FILES
from crm.core.words import _
from crm.imports.policy import ImportKind
from crm.imports.readers.headings import guessed_mapping, mapping_to_codes
from crm.imports.readers.limits import MAX_SECONDS
from crm.imports.readers.people import ParsedPerson
from crm.imports.source import ReadSettings, open_source


def read_people_file(data: bytes) -> list[str]:
    """Return a line for each row of a CSV, XLSX or vCard file: names, email address and organization.

    Rows without a name and an email address are left out. Raises Invalid when no row has either.
    """
    with time_limit(MAX_SECONDS):
        source = open_source(data, ImportKind.people, ReadSettings())
        rows: list[ParsedPerson] = source.rows(mapping_to_codes(guessed_mapping(source.guesses())))
    lines = [_line(row) for row in rows if row.emails or not row.names.is_empty]
    if not lines:
        raise Invalid(_("Choose a file with a column of names or email addresses."), "file")
    return lines


def _line(row: ParsedPerson) -> str:
    email = row.emails[0].value if row.emails else ""
    parts = (row.names.native, row.names.latin or row.names.english_name, email, row.organization_name)
    return ", ".join(part for part in parts if part)


PEOPLE_FILES.append(read_people_file)
