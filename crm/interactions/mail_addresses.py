"""Names and addresses of a pasted email: `"周立民" <a@b.cn>; Li Hui [mailto:c@d.cn]`."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import NamedTuple

# Bounded parts with a lookbehind: a line without an @ is scanned once, however long.
_ADDRESS = re.compile(r"(?<![\w.+'%=-])[\w.+'%=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}")
_AFTER_AN_ADDRESS = re.compile(r"(?<=[>\])])\s*[,，、]\s*|(?<=[a-zA-Z])\s*[,，、]\s*(?=[^<>]*@|[\"“])")
MAX_HEADER_CHARS = 4_000
"""Characters of a header that are read: about eighty correspondents."""
_SEMICOLON = re.compile(r"[;；]")


class Correspondent(NamedTuple):
    """Name and address of a correspondent; one of them may be empty."""

    name: str
    address: str


def parse_addresses(text: str) -> tuple[Correspondent, ...]:
    """Return the correspondents of a header line. Names may contain commas: "Zhou, Limin"."""
    text = decode_header_text(text[:MAX_HEADER_CHARS])
    parts = _SEMICOLON.split(text) if _SEMICOLON.search(text.rstrip(" ;；")) else _AFTER_AN_ADDRESS.split(text)
    correspondents = [_address(part) for part in parts]
    return tuple(each for each in correspondents if each.name or each.address)


def _address(part: str) -> Correspondent:
    address = _ADDRESS.search(part)
    if not address:
        return Correspondent(_clean_name(part), "")
    name = part[: address.start()] + " " + part[address.end() :]
    name = re.sub(r"mailto:", "", name, flags=re.IGNORECASE).replace(address.group(), "")
    return Correspondent(_clean_name(name), address.group().lower())


def _clean_name(name: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[<>\[\]()\"“”;；*]", " ", name)).strip(" ',，:：")


def decode_header_text(text: str) -> str:
    """Decode the encoded words (=?utf-8?B?...?=) of a header."""
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, UnicodeDecodeError, ValueError):
        return text
