"""The texts of QR codes on business cards: vCard and MECARD. Pure."""

from __future__ import annotations

import re

from crm.imports.readers.errors import ReadError
from crm.imports.readers.people import ParsedPerson
from crm.imports.readers.vcards import read_cards

MECARD_FIELDS = {
    "N": "N",
    "SOUND": "X-PHONETIC-LAST-NAME",
    "TEL": "TEL",
    "EMAIL": "EMAIL",
    "URL": "URL",
    "NOTE": "NOTE",
}
MECARD_FIELDS |= {"ORG": "ORG", "TITLE": "TITLE", "ADR": "ADR"}
ADDRESS_COMMAS = 6
FIELD = re.compile(r"(?<!\\);")


def read_code(text: str) -> ParsedPerson | None:
    """Return the person in the text of a code; None for other texts, such as web addresses."""
    card = _from_mecard(text) if text.upper().startswith("MECARD:") else text
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
            plain = value.replace("\\:", ":").replace("\\,", ",")
            # The name has two parts, an address seven: box, room, street, city, province, ZIP code and country.
            has_parts = name.upper() == "N" or (name.upper() == "ADR" and plain.count(",") == ADDRESS_COMMAS)
            parts = plain.replace(",", ";") if has_parts else plain
            lines.append(f"{MECARD_FIELDS[name.strip().upper()]}:{parts}")
    return "\r\n".join([*lines, "END:VCARD", ""])
