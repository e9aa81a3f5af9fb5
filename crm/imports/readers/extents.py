"""The size of a workbook's sheets and their text, read as a stream before the sheets are opened."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from crm.core.deadline import check_time
from crm.imports.readers.csv_files import too_many_columns_error, too_many_rows_error
from crm.imports.readers.kinds import broken_workbook_error
from crm.imports.readers.limits import MAX_CELLS, MAX_CHARACTERS, MAX_COLUMNS, MAX_ROWS, MAX_TOKEN, MAX_ZIP_BYTES
from crm.imports.readers.xml_guard import create_safe_parser

_REFERENCE = re.compile(r"([A-Z]{1,4})([0-9]{1,8})")
_CHUNK = 65_536
#: Rows above the headings that do not count against the limit.
_SPARE_ROWS = 50


def shared_lengths(archive: zipfile.ZipFile) -> list[int]:
    """Return the length of each shared string, in order; empty without any."""
    part = next((p for p in archive.infolist() if p.filename.lower() == "xl/sharedstrings.xml"), None)
    if part is None:
        return []
    lengths: list[int] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            lengths.append(0)

    def characters(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    _parse(archive, part, start, characters)
    if sum(lengths) > MAX_CHARACTERS:
        raise too_many_rows_error()
    return lengths


class _SheetCounter:
    """Counts the rows, columns and characters of one sheet."""

    def __init__(self, strings: list[int]) -> None:
        self.strings = strings
        self.row = self.column = self.widest = self.first_row = self.characters = self.hidden = 0
        self.in_shared = self.in_value = self.is_hidden = False
        self.index = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            self.row = _parse_int(attributes.get("r"), self.row + 1)
            self.column = 0
            self.is_hidden = attributes.get("hidden") in {"1", "true"}
        elif name == "c":
            self._cell(attributes)
        elif name in {"v", "t"}:
            self.in_value, self.index = True, ""

    def _cell(self, attributes: dict[str, str]) -> None:
        # A hidden row counts once, with its first cell.
        self.hidden += self.is_hidden
        self.is_hidden = False
        match = _REFERENCE.fullmatch(attributes.get("r", "").replace("$", ""))
        if match:
            self.column, self.row = _column(match[1]), int(match[2])
        else:
            self.column += 1
        self.in_shared = attributes.get("t") == "s"
        self.widest = max(self.widest, self.column)
        self.first_row = self.first_row or self.row
        if self.widest > MAX_COLUMNS:
            raise too_many_columns_error()
        if self.row > MAX_ROWS + _SPARE_ROWS or self.row * self.widest > MAX_CELLS:
            raise too_many_rows_error()

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] not in {"v", "t"}:
            return
        self.in_value = False
        if self.in_shared and self.index.strip().isdecimal():
            number = int(self.index.strip()[:9])
            self._count(self.strings[number] if number < len(self.strings) else 0)

    def text(self, text: str) -> None:
        if self.in_value and self.in_shared:
            self.index = (self.index + text)[:20]
        elif self.in_value:
            self._count(len(text))

    def _count(self, characters: int) -> None:
        self.characters += characters
        if self.characters > MAX_CHARACTERS:
            raise too_many_rows_error()


def check_sheet(archive: zipfile.ZipFile, part: zipfile.ZipInfo, strings: list[int]) -> int:
    """Return the number of hidden rows, such as those that a filter leaves out.

    Raises ReadError when a sheet's cells reach beyond the limits of rows, columns, cells or characters.
    """
    counter = _SheetCounter(strings)
    _parse(archive, part, counter.start, counter.text, counter.end)
    return counter.hidden


def list_sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the name of the part of each sheet by the name of the sheet; empty if the workbook doesn't say."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def start_sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            number = next((x for key, x in attributes.items() if key.rpartition(":")[2] == "id"), "")
            ids[attributes.get("name", "")] = number

    def start_target(_name: str, attributes: dict[str, str]) -> None:
        path = attributes.get("Target", "")
        targets[attributes.get("Id", "")] = path.removeprefix("/") if path.startswith("/") else f"xl/{path}"

    parts = {part.filename: part for part in archive.infolist()}
    for path, start in (("xl/workbook.xml", start_sheet), ("xl/_rels/workbook.xml.rels", start_target)):
        if path in parts:
            _parse(archive, parts[path], start, lambda _text: None)
    return {name: targets[number] for name, number in ids.items() if number in targets}


def _parse(
    archive: zipfile.ZipFile,
    part: zipfile.ZipInfo,
    start: Callable[[str, dict[str, str]], None],
    characters: Callable[[str], None],
    end: Callable[[str], None] | None = None,
) -> None:
    parser = create_safe_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    size = 0
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                check_time()
                # The directory may lie about the size: count what really comes out.
                size += len(chunk)
                if size > MAX_ZIP_BYTES:
                    raise too_many_rows_error()
                parser.Parse(chunk)
                if size - parser.CurrentByteIndex > MAX_TOKEN:
                    raise too_many_rows_error()
            parser.Parse(b"", True)  # noqa: FBT003 - expat takes no keyword
    except (expat.ExpatError, zlib.error) as wrong:
        raise broken_workbook_error() from wrong


def _parse_int(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else default


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
