"""Names and addresses of a pasted email: `"周立民" <a@b.cn>; Li Hui [mailto:c@d.cn]`."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import NamedTuple

from .mail_charsets import decode_charset, remove_unstorable

# Bounded parts with a lookbehind: a line without an @ is scanned once, however long.
_MAILBOX = r"(?<![\w.+'%=-])[\w.+'%=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}"
_ADDRESS = re.compile(_MAILBOX)
_IN_ANGLES = re.compile(rf"<(?:mailto:)?({_MAILBOX})>", re.IGNORECASE)
_AFTER_AN_ADDRESS = re.compile(r"(?<=[>\])])\s*[,，、]\s*|(?<=[a-zA-Z])\s*[,，、]\s*(?=[^<>]*@|[\"“])")
MAX_HEADER_CHARS = 4_000
"""Characters of a header that are read: about eighty correspondents."""
_SEMICOLON = re.compile(r"[;；]")


class Correspondent(NamedTuple):
    """Name and address of a correspondent; one of them may be empty."""

    name: str
    address: str


def parse_addresses(text: str) -> tuple[Correspondent, ...]:
    """Return the correspondents of a header line. Names may contain commas: "Zhou, Limin".

    Names are decoded after that, so that an address in an encoded name isn't taken for the sender's.
    """
    text = text[:MAX_HEADER_CHARS]
    if not _ADDRESS.search(text):
        # Some programs encode the addresses together with the names.
        text = decode_header_text(text)
    parts = _SEMICOLON.split(text) if _SEMICOLON.search(text.rstrip(" ;；")) else _AFTER_AN_ADDRESS.split(text)
    correspondents = [_address(part) for part in parts]
    return tuple(each for each in correspondents if each.name or each.address)


def _address(part: str) -> Correspondent:
    address = _find_address(part)
    if address is None:
        return Correspondent(_clean_name(decode_header_text(part)), "")
    start, end = address
    name = decode_header_text(part[:start] + " " + part[end:])
    name = re.sub(r"mailto:", "", name, flags=re.IGNORECASE).replace(part[start:end], "")
    return Correspondent(_clean_name(name), part[start:end].lower())


def _find_address(part: str) -> tuple[int, int] | None:
    """Return where the address is: the last one in angle brackets, else the first. Names may contain another one."""
    in_angles = list(_IN_ANGLES.finditer(part))
    if in_angles:
        return in_angles[-1].span(1)
    match = _ADDRESS.search(part)
    return match.span() if match else None


def _clean_name(name: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[<>\[\]()\"“”;；*]", " ", name)).strip(" ',，:：")


def decode_header_text(text: str) -> str:
    """Decode the encoded words (=?utf-8?B?...?=) of a header, into one line."""
    if "=?" not in text:
        return text
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return " ".join("".join(_decode_part(*part) for part in parts).split())


def _decode_part(part: str | bytes, charset: str | None) -> str:
    if isinstance(part, str):
        return remove_unstorable(part)
    if charset is None:
        # What isn't encoded: the library returns characters beyond Latin-1 as escape sequences.
        return remove_unstorable(part.decode("raw-unicode-escape", "replace"))
    # The name of a language may follow (RFC 2231).
    return decode_charset(part, charset.partition("*")[0])
