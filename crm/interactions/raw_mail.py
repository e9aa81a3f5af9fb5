"""Parse a raw email: header fields and text, without recursion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_string
from email.message import Message
from html.parser import HTMLParser
from typing import Any

from crm.core.deadline import check_time
from crm.core.errors import Invalid
from crm.core.words import _

from .mail_addresses import MAX_HEADER_CHARS
from .mail_charsets import decode_charset

MAX_PARTS = 100
"""Multipart containers; mail programs nest three or four."""
MAX_HTML_CHARS = 100_000
"""Characters of an HTML text that are read."""
_CONTAINER = re.compile(r"content-type:\s*+(?:multipart|message)/", re.IGNORECASE)
_NAMES = {"from": "From", "sent": "Date", "to": "To", "cc": "Cc", "subject": "Subject"}
_RAW = re.compile(
    r"^(?:Received|Return-Path|Delivered-To|MIME-Version|Message-ID|DKIM-Signature|X-[\w-]+|Content-Type):",
    re.IGNORECASE,
)


def is_raw(text: str) -> bool:
    """Whether the first paragraph has a header that only mail servers write."""
    return any(_RAW.match(line) for line in text.lstrip().split("\n\n", 1)[0].split("\n"))


def read_raw(text: str) -> tuple[dict[str, str], str]:
    """Return header fields (from, sent, to, cc, subject) and text. Raises Invalid for too many nested parts."""
    if sum(1 for _match in _CONTAINER.finditer(text)) > MAX_PARTS:
        raise Invalid(_("Paste only the text. This email has too many nested parts."), "mail")
    # The default policy keeps headers as text; parsers of structured headers recurse.
    message: Message[str, str] = message_from_string(text)
    return {field: _header(message, name) for field, name in _NAMES.items()}, _text_of(message)


def _header(message: Message[str, str], name: str) -> str:
    return " ".join(str(message.get(name, ""))[:MAX_HEADER_CHARS].split())


def _text_of(message: Message[str, str]) -> str:
    """Return the first plain text, else the text of the first HTML part."""
    texts = {"text/plain": "", "text/html": ""}
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind in texts and not texts[kind] and part.get_content_disposition() != "attachment":
            texts[kind] = _content(part)
    return texts["text/plain"] or html_to_text(texts["text/html"])


def _leaves(message: Message[str, str]) -> Iterator[Message[str, str]]:
    """Yield the parts without subparts in order."""
    waiting = [message]
    while waiting:
        check_time()
        part = waiting.pop()
        inner: Any = part.get_payload()
        if isinstance(inner, list):
            waiting += reversed(inner)
        else:
            yield part


def _content(part: Message[str, str]) -> str:
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    plain: Any = part.get_payload()
    if encoding not in ("base64", "quoted-printable"):
        # Pasted text is decoded already, whatever charset the email names.
        return str(plain)
    data: Any = part.get_payload(decode=True)
    return decode_charset(bytes(data), part.get_content_charset("utf-8"))


def html_to_text(html: str) -> str:
    """Return the text of HTML, one line per block."""
    collector = _TextCollector()
    with suppress(AssertionError):
        # The parser raises this for an invalid declaration; the text before it is used.
        collector.feed(html[:MAX_HTML_CHARS])
    return re.sub(r"\n{3,}", "\n\n", "".join(collector.texts)).strip()


class _TextCollector(HTMLParser):
    """Collect the text outside scripts, styles and heads."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        check_time()
        self.hidden += tag in ("script", "style", "head")
        self.texts += ["\n"] if tag in ("br", "p", "div", "tr", "li", "h1", "h2") else []

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style", "head")

    def handle_data(self, data: str) -> None:
        self.texts += [] if self.hidden > 0 else [data]
