"""vCard bytes to cards: split, unfolded, decoded, without photos."""

from __future__ import annotations

import binascii
import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crm.core.deadline import check_time
from crm.core.words import Lazy, _l
from crm.imports.readers.charset import decode_bytes
from crm.imports.readers.limits import MAX_CARD, MAX_CARD_LINE, MAX_CARD_LINES, MAX_HEAD, MAX_PARAMETERS

_MAX_MARK = 100
"""Most bytes of a line that begins or ends a card."""
_PROPERTY = re.compile(rb"(?:[A-Za-z0-9-]+\.)?[A-Za-z][A-Za-z0-9-]*(?:;[^:]*)?:")
_HEAD = re.compile(r'(?P<head>(?:[^":]++|"[^"]*+")*+):(?P<value>.*)', re.DOTALL)
_QUOTED = re.compile(rb"(?i);\s*(?:encoding=)?(?:quoted-printable|\"quoted-printable\")")
_BASE64 = re.compile(rb"(?i);\s*(?:encoding=)?\"?b(?:ase64)?\"?(?=;|$)")
_BINARY = re.compile(rb"(?i)(?:[a-z0-9-]+\.)?(?:photo|logo|sound|key|x-ms-cardpicture)[;:]")
_CHARSET = re.compile(rb"(?i);\s*charset=\"?([a-z0-9_-]+)\"?")
_DROPPED_PARAMETERS = re.compile(
    r"(?i);\s*(?:charset=[^;:]*|(?:encoding=)?\"?(?:quoted-printable|8bit|7bit|base64|b)\"?)(?=;|$)"
)


@dataclass
class VCard:
    """One card's lines as head and value, in order; `unread` have no head. `error` says why it can't be read."""

    position: int
    lines: list[tuple[str, str]] = field(default_factory=list)
    error: Lazy | None = None
    unread: list[str] = field(default_factory=list)


def split_cards(data: bytes, encoding: str | None = None) -> Iterator[VCard]:
    """Split a file into its cards, counted from 1; a card without END doesn't swallow the next one."""
    position, depth, raw = 0, 0, CardLines()
    for line in _lines_of(data):
        check_time()
        word = line.strip().lower().replace(b" ", b"") if len(line) < _MAX_MARK else b""
        if word == b"begin:vcard":
            if depth and raw.ends_with_agent():
                depth += 1
            else:
                if depth:
                    yield VCard(position, error=_l("This vCard is incomplete."))
                position, depth, raw = position + 1, 1, CardLines()
        elif word == b"end:vcard" and depth:
            depth -= 1
            if depth == 0:
                yield _card(position, raw, encoding)
        elif depth == 1:
            raw.add(line)


def _lines_of(data: bytes) -> Iterator[bytes]:
    """Yield the lines, and a BEGIN that ends the last card."""
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    yield from (line.removesuffix(b"\n") for line in io.BytesIO(data))
    yield b"BEGIN:VCARD"


def _card(position: int, raw: CardLines, encoding: str | None) -> VCard:
    if raw.error is not None:
        return VCard(position, error=raw.error)
    card = VCard(position)
    values = [_raw_value(bytes(line)) for line in raw.lines if line.strip()]
    # A line whose head doesn't end within what is read of it has no head.
    heads = [head or value for head, value, _charset in values if head or len(value) > MAX_HEAD]
    if any(len(head) > MAX_HEAD or head.count(b";") > MAX_PARAMETERS for head in heads):
        return VCard(position, error=_l("A line of this vCard has too many parameters."))
    fallback = encoding or _fallback(b"\n".join(value for _head, value, _charset in values))
    for head, value, charset in values:
        text = _text(value, charset, fallback)
        if head:
            name = _DROPPED_PARAMETERS.sub("", head.decode("utf-8", "replace"))
            card.lines.append((name, text))
        else:
            _add_headless(card, text)
    return card


def _add_headless(card: VCard, text: str) -> None:
    """Add a line without a head to the note above it, which some programs write on several lines."""
    head, value = card.lines[-1] if card.lines else ("", "")
    if head.partition(";")[0].upper() in {"NOTE", "LABEL"}:
        card.lines[-1] = (head, f"{value}\\n{text}")
    else:
        card.unread.append(text)


class CardLines:
    """The lines of one card, unfolded as bytes, so that split characters are whole; without pictures.

    `error` names the limit that the card exceeds; then nothing more of it is stored.
    """

    def __init__(self) -> None:
        self.lines: list[bytearray] = []
        self.error: Lazy | None = None
        self._size = 0
        self._soft = 0
        self._is_quoted = self._is_binary = False
        self._last = b""

    def ends_with_agent(self) -> bool:
        """Return whether a card inside this card follows."""
        return self._last.strip().lower() in {b"agent:", b"agent;vcard:"}

    def add(self, line: bytes) -> None:
        """Add the next line of the file."""
        if self.error is not None:
            return
        self._last = line[:_MAX_MARK]
        if self._soft:
            if not self._is_binary:
                del self.lines[-1][-self._soft :]
            self._go_on(line)
        elif line[:1] in {b" ", b"\t"} and (self.lines or self._is_binary):
            self._go_on(line[1:])
        elif self._goes_on(line):
            # Phones also fold without the mark of a soft break, and put pictures on lines of their own.
            self._go_on(line)
        else:
            self._is_quoted = _QUOTED.search(line[:MAX_HEAD].partition(b":")[0]) is not None
            self._is_binary = _BINARY.match(line) is not None
            if not self._is_binary:
                self.lines.append(bytearray())
            self._go_on(line)

    def _goes_on(self, line: bytes) -> bool:
        is_more = self._is_binary or (bool(self.lines) and self._is_quoted and line.startswith(b"="))
        return is_more and not _PROPERTY.match(line[:MAX_HEAD])

    def _go_on(self, line: bytes) -> None:
        stripped = line.rstrip(b" \t")
        self._soft = len(line) - len(stripped) + 1 if self._is_quoted and stripped.endswith(b"=") else 0
        if self._is_binary:
            return
        content = line[: MAX_CARD_LINE - len(self.lines[-1])]
        self._soft = min(self._soft, len(content))
        self.lines[-1] += content
        self._size += len(content)
        if self._size > MAX_CARD or len(self.lines) > MAX_CARD_LINES:
            self.error, self.lines = _l("This vCard is too long."), []


def _raw_value(line: bytes) -> tuple[bytes, bytes, str]:
    """Return head, value and charset of a line; a line without a colon has no head."""
    match = _HEAD.fullmatch(line.decode("latin-1"))
    if not match:
        return b"", line, ""
    head, value = match["head"].encode("latin-1"), match["value"].encode("latin-1")
    charset_match = _CHARSET.search(head)
    if _QUOTED.search(head):
        # Separators that were quoted are content: =3B is a semicolon in a name, not the next part of it.
        value = re.sub(rb"(?i)=(3B|2C|5C)", lambda escape: b"\\" + binascii.unhexlify(escape[1]), value)
        value = binascii.a2b_qp(value.rstrip(b"="))
        value = value.replace(b"\r\n", b"\\n").replace(b"\n", b"\\n").replace(b"\r", b"\\n")
    elif _BASE64.search(head):
        value = _decode_base64(value)
    return head, value, charset_match[1].decode("ascii") if charset_match else ""


def _decode_base64(value: bytes) -> bytes:
    """Return a text that was encoded in Base64; the value itself if it wasn't."""
    try:
        text = binascii.a2b_base64(value, strict_mode=True)
    except binascii.Error:
        return value
    return value if b"\x00" in text else text


def _fallback(values: bytes) -> str:
    """Return the encoding of the values in a card that don't name their own."""
    try:
        values.decode()
    except UnicodeDecodeError:
        return decode_bytes(values).encoding
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
