"""The kind of a file, detected by its first bytes and never by its name."""

from __future__ import annotations

import io
import zipfile
from enum import Enum

from crm.core.words import Lazy, _l
from crm.imports.readers.errors import ReadError
from crm.imports.readers.limits import MAX_BYTES


class FileKind(Enum):
    """The kinds of files that can be read."""

    TEXT = "text"
    WORKBOOK = "workbook"
    VCARD = "vcard"
    XML = "xml"


_SAVE_AS = _l("Open the file in a spreadsheet program and save it as XLSX or “CSV UTF-8”.")
_NO_TABLE = _l("Get the list as XLSX or CSV. Images and PDFs can't be imported.")
_EXPORT = _l("Export the table you need as CSV.")
_UNPACK = _l("Extract the file inside and import that.")

#: First bytes -> code, what it is, what to do.
_FOREIGN: tuple[tuple[bytes, str, Lazy, Lazy], ...] = (
    (b"%PDF", "pdf", _l("This file is a PDF."), _NO_TABLE),
    (b"\x89PNG", "picture", _l("This file is an image (PNG)."), _NO_TABLE),
    (b"\xff\xd8\xff", "picture", _l("This file is an image (JPEG)."), _NO_TABLE),
    (b"GIF8", "picture", _l("This file is an image (GIF)."), _NO_TABLE),
    (b"II*\x00", "picture", _l("This file is an image (TIFF)."), _NO_TABLE),
    (b"RIFF", "picture", _l("This file is an image, audio or video file."), _NO_TABLE),
    (b"{\\rtf", "document", _l("This file is a text document (RTF)."), _SAVE_AS),
    (b"\x1f\x8b", "packed", _l("This file is compressed (gzip)."), _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "packed", _l("This file is compressed (7z)."), _UNPACK),
    (b"Rar!", "packed", _l("This file is compressed (RAR)."), _UNPACK),
    (b"MZ", "program", _l("This file is a program."), _l("Choose a file that contains a list.")),
    (b"\x7fELF", "program", _l("This file is a program."), _l("Choose a file that contains a list.")),
    (b"SQLite format 3", "database", _l("This file is a database."), _EXPORT),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def detect_file_kind(data: bytes) -> FileKind:
    """Return whether a file is text, a workbook, a vCard or XML.

    Raises ReadError for other files and for files over the limit.
    """
    if len(data) > MAX_BYTES:
        raise ReadError(
            "too_large",
            _l("The file is larger than %(mb)s MB.", mb=MAX_BYTES // 1_000_000),
            _l("Split the file into smaller files and import them one at a time."),
        )
    if data.startswith(_OLE):
        raise _old_office(data)
    for start, code, message, hint in _FOREIGN:
        if data.startswith(start) and not _is_words(data, start):
            raise ReadError(code, message, hint)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    return _text_kind(data)


def _is_words(data: bytes, start: bytes) -> bool:
    """Return whether the first letters of a foreign format just begin a heading, as in "MZ number,Name"."""
    return start.isalpha() and b"\x00" not in data[:512]


def _text_kind(data: bytes) -> FileKind:
    head = data[:600].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith(b"begin:vcard"):
        return FileKind.VCARD
    if head.startswith((b"<!doctype html", b"<html")) or b"<table" in head:
        raise ReadError("web_page", _l("This file is a web page, despite its file name."), _SAVE_AS)
    if head.startswith(b"begin:vcalendar"):
        raise ReadError(
            "calendar", _l("This file is a calendar, not a list."), _l("Choose a file that contains a list.")
        )
    if head.startswith((b"{", b"[{")):
        raise ReadError("json", _l("This file contains JSON data, not a table."), _EXPORT)
    return FileKind.XML if head.startswith((b"<?xml", b"<postlist")) else FileKind.TEXT


def _old_office(data: bytes) -> ReadError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return ReadError(
            "password",
            _l("The workbook is password-protected."),
            _l("Remove the password and save the workbook as XLSX."),
        )
    return ReadError("old_excel", _l("This file is in an old Office format (.xls or .doc)."), _SAVE_AS)


def _zip_kind(data: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as wrong:
        raise broken_workbook_error() from wrong
    if "xl/workbook.xml" in names:
        return FileKind.WORKBOOK
    if "word/document.xml" in names:
        raise ReadError("document", _l("This file is a text document (DOCX)."), _SAVE_AS)
    if "xl/workbook.bin" in names or "mimetype" in names or "index/document.iwa" in names:
        raise ReadError("other_workbook", _l("This workbook is in XLSB, ODS or Numbers format, not XLSX."), _SAVE_AS)
    raise ReadError("packed", _l("This file is compressed (ZIP)."), _UNPACK)


def broken_workbook_error() -> ReadError:
    """Return the error for a workbook that can't be opened."""
    return ReadError("broken_workbook", _l("The workbook is damaged or incomplete."), _SAVE_AS)
