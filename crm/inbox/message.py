"""Parse the bytes of an email: headers, text and files, without recursion into hostile structures."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.feedparser import BytesFeedParser
from email.message import Message
from itertools import chain, islice

from crm.core.deadline import TimeLimitExceeded, check_time, time_limit
from crm.interactions.mail_addresses import MAX_HEADER_CHARS, Correspondent, decode_header_text, parse_addresses
from crm.interactions.mail_charsets import remove_unstorable

from .parts import AttachedFile, HeaderPolicy, decode_part, find_attached_email, list_parts, read_files, read_text
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
_RECIPIENT_HEADERS = (
    *("To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Delivered-To", "Envelope-To"),
    *("X-Original-To", "X-Delivered-To", "X-Envelope-To", "X-Forwarded-To", "X-RCPT-To"),
)
_RECEIVED_FOR = re.compile(r"\bfor\s<?([\w.+'%=-]{1,64}@[\w.-]{1,190})>?", re.IGNORECASE)


@dataclass(frozen=True)
class IncomingMail:
    """A parsed email. `headers` has the names in lower case; `recipients` all addresses to which it was delivered.

    `attached` is the first email that was forwarded as a file; its files are among `files`.
    """

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
    attached: IncomingMail | None = None

    @property
    def to_text(self) -> str:
        """The recipients as they are shown."""
        return decode_header_text(self.to)

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
    except TimeLimitExceeded:
        return None


def _read(raw: bytes) -> IncomingMail | None:
    message = _parse(raw)
    if not message.keys():
        return None
    inner = find_attached_email(message)
    attached = _build(inner, b"") if inner is not None and inner.keys() else None
    return _build(message, raw, attached)


def _build(message: Message[str, str], raw: bytes, attached: IncomingMail | None = None) -> IncomingMail:
    message_id = next(iter(_MESSAGE_ID.findall(_header(message, "Message-ID"))), "")
    files = chain(read_files(message), attached.files if attached else ())
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
        recipients=tuple(dict.fromkeys(_list_recipients(message))),
        text=read_text(message)[:MAX_TEXT_CHARS],
        files=tuple(islice(files, MAX_FILES)),
        message=message,
        attached=attached,
    )


def _parse(raw: bytes) -> Message[str, str]:
    parser: BytesFeedParser[Message[str, str]] = BytesFeedParser(policy=HeaderPolicy())
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
    return " ".join(remove_unstorable(str(value)[:MAX_HEADER_CHARS]).split())


def _list_recipients(message: Message[str, str]) -> Iterator[str]:
    for name in _RECIPIENT_HEADERS:
        for value in message.get_all(name, [])[:MAX_REPEATS]:
            yield from (each.address for each in parse_addresses(_clean(value)) if each.address)
    # Of a blind copy some servers name the recipient only here.
    for value in message.get_all("Received", [])[:MAX_REPEATS]:
        yield from (match[1].lower() for match in _RECEIVED_FOR.finditer(_clean(value)))


def list_calendars(mail: IncomingMail) -> list[bytes]:
    """Return the calendar parts in UTF-8, also those sent as files: Outlook, Google and Apple send one or both."""
    parts = [part for part in list_parts(mail.message) if part.get_content_type() in CALENDAR_TYPES]
    return list(dict.fromkeys(decode_part(part).encode("utf-8", "replace") for part in parts[:MAX_CALENDARS]))
