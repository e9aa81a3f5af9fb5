"""Broken files: each gives the right rows or an error with a message, and reading them all needs little memory."""

from __future__ import annotations

import resource

from crm.core.errors import Invalid
from crm.imports.readers.errors import ReadError
from crm.imports.readers.headings import guessed_mapping, mapping_to_codes
from crm.imports.source import ReadSettings, open_source
from tests.imports.readers.broken_files import BrokenFile, build_broken_files

MAX_GROWTH_MB = 150


def read(file: BrokenFile) -> list[str] | str:
    """Return the names of a file's people, "" for a row with errors; or the code of its error."""
    try:
        source = open_source(file.data, None, ReadSettings())
        rows = source.rows(mapping_to_codes(guessed_mapping(source.guesses())))
    except ReadError as error:
        return error.code
    except Invalid as error:
        return str(error)
    return [_name(row) for row in rows]


def _name(row) -> str:
    n = row.names
    native = f"{n.family_native}{n.given_native}"
    return "" if row.is_refused else native or n.latin or n.full_name


def _is_expected(file: BrokenFile, result: list[str] | str) -> bool:
    if file.error == "?":
        return True
    if file.error:
        return isinstance(result, str) and file.error in ("*", result)
    return result == file.names


def test_every_broken_file_gives_its_rows_or_an_error():
    files = build_broken_files()
    assert len({file.name for file in files}) == len(files) >= 120
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    results = {file.name: (result, file.names) for file in files if not _is_expected(file, result := read(file))}
    assert results == {}
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MAX_GROWTH_MB
