"""Helpers shared by the tests of this directory."""

from __future__ import annotations

from crm.imports.readers.people import ParsedPerson
from crm.imports.readers.vcards import read_cards


def card_of(*lines: str | bytes, version: str = "3.0") -> bytes:
    body = [line if isinstance(line, bytes) else line.encode() for line in (f"VERSION:{version}", *lines)]
    return b"\r\n".join([b"BEGIN:VCARD", *body, b"END:VCARD", b""])


def read_one(data: bytes) -> ParsedPerson:
    rows = read_cards(data).rows
    assert len(rows) == 1
    return rows[0]
