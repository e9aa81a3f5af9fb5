"""vCard bytes to clean cards: cut apart, unfolded, quoted-printable and encodings undone, photos dropped."""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crm.core.words import Lazy, _l
from crm.imports.readers.charset import decode

_PROPERTY = re.compile(rb"(?:[A-Za-z0-9-]+\.)?[A-Za-z][A-Za-z0-9-]*(?:;[^:]*)?:")
_HEAD = re.compile(r'(?P<head>(?:[^":]|"[^"]*")*):(?P<value>.*)', re.DOTALL)
_QUOTED = re.compile(rb"(?i);\s*(?:encoding=)?(?:quoted-printable|\"quoted-printable\")")
_BINARY = re.compile(rb"(?i)(?:[a-z0-9-]+\.)?(?:photo|logo|sound|key)[;:]")
_CHARSET = re.compile(rb"(?i);\s*charset=\"?([a-z0-9_-]+)\"?")
_DROPPED_PARAMETERS = re.compile(
    r"(?i);\s*(?:charset=[^;:]*|(?:encoding=)?\"?(?:quoted-printable|8bit|7bit)\"?)(?=;|$)"
)


@dataclass
class Card:
    """One card's lines, head and value apart, in the order of the file; `broken` says why it cannot be read."""

    position: int
    lines: list[tuple[str, str]] = field(default_factory=list)
    broken: Lazy | None = None


def split_cards(data: bytes, encoding: str | None = None) -> Iterator[Card]:
    """Cut a file into its cards, counted from 1; a card that misses its end does not swallow the next one."""
    position, depth, raw = 0, 0, list[bytes]()
    for line in [*data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), b"BEGIN:VCARD"]:
        word = line.strip().lower().replace(b" ", b"")
        if word == b"begin:vcard":
            if depth and raw and raw[-1].strip().lower() in {b"agent:", b"agent;vcard:"}:
                depth += 1
            elif depth:
                yield Card(position, broken=_l("The card has no end."))
                position, depth, raw = position + 1, 1, []
            else:
                position, depth, raw = position + 1, 1, []
        elif word == b"end:vcard" and depth:
            depth -= 1
            if depth == 0:
                yield _card(position, raw, encoding)
        elif depth == 1:
            raw.append(line)


def _card(position: int, raw: list[bytes], encoding: str | None) -> Card:
    card = Card(position)
    logical = [line for line in _unfold(raw) if line.strip() and not _BINARY.match(line)]
    values = [_raw_value(line) for line in logical]
    fallback = encoding or _fallback(b"\n".join(value for _head, value, _charset in values))
    for head, value, charset in values:
        text = _text(value, charset, fallback)
        if head:
            name = _DROPPED_PARAMETERS.sub("", head.decode("utf-8", "replace"))
            card.lines.append((name, text))
    return card


def _unfold(raw: list[bytes]) -> list[bytes]:
    """Join folded lines as bytes, so that a character cut in two is whole again."""
    lines: list[bytes] = []
    soft = quoted = binary = False
    for line in raw:
        if lines and soft:
            lines[-1] = lines[-1].rstrip(b" \t")[:-1] + line
        elif lines and line[:1] in {b" ", b"\t"}:
            lines[-1] += line[1:]
        elif lines and not _PROPERTY.match(line) and (binary or (quoted and line.startswith(b"="))):
            # Phones also fold without the mark of a soft break, and put pictures on lines of their own.
            lines[-1] += line
        else:
            lines.append(line)
            quoted, binary = _QUOTED.search(line.partition(b":")[0]) is not None, _BINARY.match(line) is not None
        soft = quoted and lines[-1].rstrip(b" \t").endswith(b"=")
    return lines


def _raw_value(line: bytes) -> tuple[bytes, bytes, str]:
    """Head, value and named charset of a line; a line without a colon has no head."""
    match = _HEAD.fullmatch(line.decode("latin-1"))
    if not match:
        return b"", line, ""
    head, value = match["head"].encode("latin-1"), match["value"].encode("latin-1")
    named = _CHARSET.search(head)
    if _QUOTED.search(head):
        # Separators that were quoted are content: =3B is a semicolon in a name, not the next part of it.
        value = re.sub(rb"(?i)=(3B|2C|5C)", lambda found: b"\\" + binascii.unhexlify(found[1]), value)
        value = binascii.a2b_qp(value.rstrip(b"="))
        value = value.replace(b"\r\n", b"\\n").replace(b"\n", b"\\n").replace(b"\r", b"\\n")
    return head, value, named[1].decode("ascii") if named else ""


def _fallback(values: bytes) -> str:
    """The encoding of everything in the card that does not say its own."""
    try:
        values.decode()
    except UnicodeDecodeError:
        return decode(values).encoding
    return "utf-8"


def _text(value: bytes, charset: str, fallback: str) -> str:
    names = [charset] if charset else []
    for name in [*names, "utf-8", fallback]:
        try:
            codec = "gb18030" if codecs.lookup(name).name in {"gb2312", "gbk"} else name
            return value.decode(codec)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return value.decode(fallback, "replace")
