"""The texts of QR codes on business cards: vCard and MECARD. Pure."""

from __future__ import annotations

import re

from crm.imports.readers.errors import ReadError
from crm.imports.readers.people import ParsedPerson
from crm.imports.readers.vcards import read_cards

from .worker import BEFORE_CARD

MECARD_FIELDS = {
    "N": "N",
    "SOUND": "X-PHONETIC-LAST-NAME",
    "TEL": "TEL",
    "EMAIL": "EMAIL",
    "URL": "URL",
    "NOTE": "NOTE",
}
MECARD_FIELDS |= {"ORG": "ORG", "TITLE": "TITLE", "ADR": "ADR"}
ADDRESS_PARTS = 7
FIELD, COMMA = re.compile(r"(?<!\\);"), re.compile(r"(?<!\\),")
END_OF_CARD = re.compile(r"^\s*END:VCARD\s*$", re.IGNORECASE | re.MULTILINE)
FULL_WIDTH = str.maketrans("\u3000，", " ,")


def read_code(text: str) -> ParsedPerson | None:
    """Return the person in the text of a code; None for other texts, such as web addresses."""
    start = BEFORE_CARD.search(text)
    text = text[start.end() :] if start else text
    card = _from_mecard(text) if text.upper().startswith("MECARD:") else text
    # Programs leave out the last line to make the code smaller.
    card = card if END_OF_CARD.search(card) else f"{card.rstrip()}\r\nEND:VCARD\r\n"
    try:
        rows = read_cards(card.encode()).rows
    except ReadError:
        return None
    return next((row for row in rows if not row.is_refused), None)


def _from_mecard(text: str) -> str:
    """Return a MECARD (`MECARD:N:Zhou,Limin;TEL:+86...;;`) as a vCard."""
    lines = ["BEGIN:VCARD", "VERSION:3.0"]
    for field in FIELD.split(text[len("MECARD:") :]):
        name, _colon, value = field.partition(":")
        if value and name.strip().upper() in MECARD_FIELDS:
            key = name.strip().upper()
            plain = value.replace("\\:", ":")
            plain = plain.translate(FULL_WIDTH) if key == "N" else plain
            # A name without a comma, such as Limin Zhou, isn't divided into family and given names.
            is_whole_name = key == "N" and " " in plain.strip() and not COMMA.search(plain)
            lines.append(f"{'FN' if is_whole_name else MECARD_FIELDS[key]}:{_join_parts(key, plain)}")
    return "\r\n".join([*lines, "END:VCARD", ""])


def _join_parts(key: str, value: str) -> str:
    """Return the value of a field with its parts as a vCard has them, where the commas within a part are escaped."""
    if key not in ("N", "ADR"):
        return value.replace("\\,", ",")
    parts = COMMA.split(value)
    # The name has two parts, an address seven: box, room, street, city, province, ZIP code and country.
    return (";" if key == "N" or len(parts) == ADDRESS_PARTS else "\\,").join(parts)
