"""Parse the bytes of an email: headers, text and files, without recursion into hostile structures."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Compat32
from typing import Any

from crm.core.deadline import TookTooLong, check_time, time_limit
from crm.imports.readers.charset import decode_bytes
from crm.imports.readers.errors import ReadError
from crm.interactions.mail_addresses import MAX_HEADER_CHARS, Correspondent, decode_header_text, parse_addresses
from crm.interactions.mail_charsets import clean, decode_charset
from crm.interactions.raw_mail import html_to_text

from .policy import MAX_FILES, MAX_TEXT_CHARS

MAX_CONTAINERS, MAX_BOUNDARIES, MAX_BREAKS = 60, 5_000, 1_000_000
"""Multipart containers, lines that may begin a part, line breaks: parts and headers take fifty times their size."""
MAX_SECONDS = 30
SLICE_BYTES = 65_536
"""Bytes that are parsed between two looks at the clock."""
MAX_REPEATS = 50
"""How many headers of one name are searched for recipients."""
MAX_CALENDARS = 3
UNKNOWN_CHARSETS = ("", "us-ascii", "ascii", "unknown-8bit", "x-unknown")
"""What programs write that don't know the charset of a text."""
CALENDAR_TYPES = ("text/calendar", "application/ics")
_CONTAINER = re.compile(rb"content-type:\s*+(?:multipart|message)/", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_RECIPIENT_HEADERS = ("To", "Cc", "Bcc", "Delivered-To", "X-Original-To", "Envelope-To", "Resent-To")


@dataclass(frozen=True)
class AttachedFile:
    """A file of an email."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class IncomingMail:
    """A parsed email. `headers` has the names in lower case; `recipients` all addresses to which it was delivered."""

    raw: bytes = field(repr=False)
    message_id: str
    fingerprint: str
    sender: Correspondent
    to: str
    cc: str
    date: str
    subject: str
    headers: dict[str, str]
    recipients: tuple[str, ...]
    text: str
    files: tuple[AttachedFile, ...]
    message: Message[str, str] = field(repr=False)

    @property
    def content_type(self) -> str:
        """The type of the whole message."""
        return str(self.message.get_content_type())


def read_message(raw: bytes) -> IncomingMail | None:
    """Return a parsed email; None if it isn't one, has too many parts or lines, or takes more than MAX_SECONDS."""
    if _is_too_complex(raw):
        return None
    try:
        with time_limit(MAX_SECONDS):
            return _read(raw)
    except TookTooLong:
        return None


def _read(raw: bytes) -> IncomingMail | None:
    message = _parse(raw)
    if not message.keys():
        return None
    message_id = next(iter(_MESSAGE_ID.findall(_header(message, "Message-ID"))), "")
    parts = list(_leaves(message))
    recipients = [c.address for name in _RECIPIENT_HEADERS for c in _correspondents(message, name) if c.address]
    return IncomingMail(
        raw=raw,
        message_id=message_id,
        fingerprint=hashlib.sha256(message_id.encode() if message_id else raw).hexdigest(),
        sender=next(iter(parse_addresses(_header(message, "From"))), Correspondent("", "")),
        to=_header(message, "To"),
        cc=_header(message, "Cc"),
        date=_header(message, "Date"),
        subject=decode_header_text(_header(message, "Subject"))[:300],
        headers=_headers(message),
        recipients=tuple(dict.fromkeys(recipients)),
        text=_text_of(parts)[:MAX_TEXT_CHARS],
        files=tuple(_files(parts)),
        message=message,
    )


class _HeaderPolicy(Compat32):
    """Headers as text, also those with Chinese characters that old programs didn't encode."""

    def header_fetch_parse(self, _name: str, value: str) -> str:
        """Return the value of a header; the parser stores bytes beyond ASCII as halves of surrogate pairs."""
        return value if value.isascii() else _guess(value.encode("utf-8", "surrogateescape"))


def _parse(raw: bytes) -> Message[str, str]:
    parser: BytesFeedParser[Message[str, str]] = BytesFeedParser(policy=_HeaderPolicy())
    for start in range(0, len(raw), SLICE_BYTES):
        check_time()
        parser.feed(raw[start : start + SLICE_BYTES])
    return parser.close()


def _is_too_complex(raw: bytes) -> bool:
    """Return whether the parser would need much time or memory."""
    breaks, boundaries = (raw.count(b"\n" + text) + raw.count(b"\r" + text) for text in (b"", b"--"))
    return breaks > MAX_BREAKS or boundaries > MAX_BOUNDARIES or len(_CONTAINER.findall(raw)) > MAX_CONTAINERS


def _headers(message: Message[str, str]) -> dict[str, str]:
    """Return the first header of each name, in one pass: a lookup by name reads all headers."""
    headers: dict[str, str] = {}
    for name, value in message.items():
        check_time()
        if name.lower() not in headers:
            headers[name.lower()] = _clean(value)
    return headers


def _header(message: Message[str, str], name: str) -> str:
    return _clean(message.get(name, ""))


def _clean(value: object) -> str:
    return " ".join(clean(str(value)[:MAX_HEADER_CHARS]).split())


def _correspondents(message: Message[str, str], name: str) -> Iterator[Correspondent]:
    for value in message.get_all(name, [])[:MAX_REPEATS]:
        yield from parse_addresses(_clean(value))


def _leaves(message: Message[str, str]) -> Iterator[Message[str, str]]:
    """Yield the parts without subparts in order; an attached email is one part."""
    waiting = [message]
    while waiting:
        check_time()
        part = waiting.pop()
        # The text of a part isn't read here: the library fails for some names of charsets.
        inner: Any = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list) and part.get_content_maintype() == "multipart":
            waiting += reversed(inner)
        else:
            yield part


def _text_of(parts: list[Message[str, str]]) -> str:
    """Return the first plain text, else the text of the first HTML part."""
    texts = {"text/plain": "", "text/html": ""}
    for part in parts:
        kind = part.get_content_type()
        if kind in texts and not texts[kind] and part.get_content_disposition() != "attachment":
            texts[kind] = _decode(part)
    return texts["text/plain"] or html_to_text(texts["text/html"])


def _decode(part: Message[str, str]) -> str:
    data, charset = _bytes_of(part), _read_parameter(part.get_content_charset)
    return _guess(data) if charset in UNKNOWN_CHARSETS else decode_charset(data, charset)


def _guess(data: bytes) -> str:
    """Return a text whose charset nobody says, as that of an imported file is guessed."""
    if not data.isascii():
        with suppress(ReadError):
            return clean(decode_bytes(data).text)
    return decode_charset(data, "utf-8")


def _read_parameter(read: Callable[[], str | None]) -> str:
    """Return a parameter of a header; "" without one, and for one in a charset with an impossible name."""
    try:
        return str(read() or "")
    except ValueError:
        return ""


def _bytes_of(part: Message[str, str]) -> bytes:
    data: Any = part.get_payload(decode=True)
    return bytes(data or b"")


def list_calendars(mail: IncomingMail) -> list[bytes]:
    """Return the calendar parts in UTF-8, also those sent as files: Outlook, Google and Apple send one or both."""
    parts = [part for part in _leaves(mail.message) if part.get_content_type() in CALENDAR_TYPES]
    return list(dict.fromkeys(_decode(part).encode("utf-8", "replace") for part in parts[:MAX_CALENDARS]))


def _files(parts: list[Message[str, str]]) -> Iterator[AttachedFile]:
    count = 0
    for part in parts:
        check_time()
        name = _read_parameter(part.get_filename)
        is_inline_image = part.get_content_maintype() == "image" and part.get("Content-ID")
        if not name or is_inline_image or part.get_content_maintype() == "message" or count >= MAX_FILES:
            continue
        data = _bytes_of(part)
        if data:
            count += 1
            yield AttachedFile(clean(decode_header_text(name))[:200], data)
