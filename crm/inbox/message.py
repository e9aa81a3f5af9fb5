"""Parse the bytes of an email: headers, text and files, without recursion into hostile structures."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import compat32
from typing import Any

from crm.core.deadline import TookTooLong, check_time, time_limit
from crm.interactions.mail_addresses import MAX_HEADER_CHARS, Correspondent, decode_header_text, parse_addresses
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
CALENDAR_TYPES = ("text/calendar", "application/ics")
_CONTAINER = re.compile(rb"content-type:\s*+(?:multipart|message)/", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_RECIPIENT_HEADERS = ("To", "Cc", "Bcc", "Delivered-To", "X-Original-To", "Envelope-To", "Resent-To")
_CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030"}


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
        text=_text_of(parts)[:MAX_TEXT_CHARS].replace("\x00", ""),
        files=tuple(_files(parts)),
        message=message,
    )


def _parse(raw: bytes) -> Message[str, str]:
    parser: BytesFeedParser[Message[str, str]] = BytesFeedParser(policy=compat32)
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
    text = str(value)[:MAX_HEADER_CHARS].encode("utf-8", "replace").decode("utf-8", "replace")
    return " ".join(text.replace("\x00", "").split())


def _correspondents(message: Message[str, str], name: str) -> Iterator[Correspondent]:
    for value in message.get_all(name, [])[:MAX_REPEATS]:
        yield from parse_addresses(" ".join(str(value)[:MAX_HEADER_CHARS].split()))


def _leaves(message: Message[str, str]) -> Iterator[Message[str, str]]:
    """Yield the parts without subparts in order; an attached email is one part."""
    waiting = [message]
    while waiting:
        check_time()
        part = waiting.pop()
        inner: Any = part.get_payload()
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
    data: Any = part.get_payload(decode=True)
    charset = (part.get_content_charset("utf-8") or "utf-8").lower()
    for name in (_CHARSETS.get(charset, charset), "utf-8", "gb18030"):
        try:
            return bytes(data or b"").decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return bytes(data or b"").decode("utf-8", "replace")


def list_calendars(mail: IncomingMail) -> list[bytes]:
    """Return the calendar parts in UTF-8, also those sent as files: Outlook, Google and Apple send one or both."""
    parts = [part for part in _leaves(mail.message) if part.get_content_type() in CALENDAR_TYPES]
    return list(dict.fromkeys(_decode(part).encode("utf-8", "replace") for part in parts[:MAX_CALENDARS]))


def _files(parts: list[Message[str, str]]) -> Iterator[AttachedFile]:
    count = 0
    for part in parts:
        check_time()
        name = part.get_filename()
        is_inline_image = part.get_content_maintype() == "image" and part.get("Content-ID")
        if not name or is_inline_image or part.get_content_maintype() == "message" or count >= MAX_FILES:
            continue
        data: Any = part.get_payload(decode=True)
        if data:
            count += 1
            yield AttachedFile(decode_header_text(str(name))[:200], bytes(data))
