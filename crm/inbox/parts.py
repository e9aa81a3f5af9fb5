"""The parts of an email: the text that is shown, and the files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from email.policy import Compat32
from typing import Any

from crm.core.deadline import check_time
from crm.imports.readers.charset import decode_bytes
from crm.imports.readers.errors import ReadError
from crm.interactions.mail_addresses import decode_header_text
from crm.interactions.mail_charsets import decode_charset, remove_unstorable
from crm.interactions.raw_mail import html_to_text

TEXT_TYPES = ("text/plain", "text/html")
UNKNOWN_CHARSETS = ("", "us-ascii", "ascii", "unknown-8bit", "x-unknown")
"""What programs write that don't know the charset of a text."""


@dataclass(frozen=True)
class AttachedFile:
    """A file of an email."""

    name: str
    data: bytes = field(repr=False)


class HeaderPolicy(Compat32):
    """Headers as text, also those with Chinese characters that old programs didn't encode."""

    def header_fetch_parse(self, _name: str, value: str) -> str:
        """Return the value of a header; the parser stores bytes beyond ASCII as halves of surrogate pairs."""
        return value if value.isascii() else _guess(value.encode("utf-8", "surrogateescape"))


def list_parts(message: Message[str, str]) -> Iterator[Message[str, str]]:
    """Yield the parts without subparts in order; an attached email is one part."""
    waiting = [message]
    while waiting:
        check_time()
        part = waiting.pop()
        inner = list_inner(part)
        if inner and part.get_content_maintype() == "multipart":
            waiting += reversed(inner)
        else:
            yield part


def list_inner(part: Message[str, str]) -> list[Message[str, str]]:
    """Return the parts directly in a part."""
    # Only of one with subparts: the library decodes a text, and fails for some names of charsets.
    inner: Any = part.get_payload() if part.is_multipart() else []
    return inner if isinstance(inner, list) else []


def find_attached_email(message: Message[str, str]) -> Message[str, str] | None:
    """Return the first email that is attached as a file; None without one."""
    emails = (list_inner(part) for part in list_parts(message) if part.get_content_type() == "message/rfc822")
    return next((inner[0] for inner in emails if inner), None)


def read_text(part: Message[str, str]) -> str:
    """Return the text of an email: of alternatives the plain one, of several parts all that are shown."""
    return _read_shown(part, {id(each) for each in _list_shown(part)})


def _list_shown(message: Message[str, str]) -> list[Message[str, str]]:
    """Return the parts with text that is shown. Those with a name are files if the email has other text.

    Some programs name the text, too: without a disposition the first part is no file.
    """
    parts = [part for part in list_parts(message) if part.get_content_type() in TEXT_TYPES]
    parts = [part for part in parts if part.get_content_disposition() != "attachment"]
    unnamed = [part for part in parts if not _read_parameter(part.get_filename)]
    if not unnamed:
        return parts
    return unnamed if parts[0].get_content_disposition() else [parts[0], *unnamed]


def _read_shown(part: Message[str, str], part_ids: Collection[int]) -> str:
    """Return the text of a part and those in it, of those whose `id` is among `part_ids`.

    It calls itself at most as often as containers are nested, of which a message has few (`message.MAX_CONTAINERS`).
    """
    check_time()
    if part.get_content_maintype() == "multipart":
        inner = list_inner(part)
        texts = [(each.get_content_type(), text) for each in inner if (text := _read_shown(each, part_ids)).strip()]
        if part.get_content_subtype() == "alternative":
            plain = [text for kind, text in texts if kind == "text/plain"]
            return next(iter(plain or [text for _kind, text in texts]), "")
        return "\n\n".join(text for _kind, text in texts)
    if id(part) not in part_ids:
        return ""
    text = decode_part(part)
    return html_to_text(text) if part.get_content_type() == "text/html" else text


def decode_part(part: Message[str, str]) -> str:
    """Return the text of a part in its charset."""
    data, charset = _bytes_of(part), _read_parameter(part.get_content_charset)
    return _guess(data) if charset in UNKNOWN_CHARSETS else decode_charset(data, charset)


def _guess(data: bytes) -> str:
    """Return a text without a declared charset, guessed like that of an imported file."""
    if not data.isascii():
        with suppress(ReadError):
            return remove_unstorable(decode_bytes(data).text)
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


def read_files(message: Message[str, str]) -> Iterator[AttachedFile]:
    """Yield the files, without images in the text and attached emails."""
    for part in list_parts(message):
        check_time()
        name, kind = _read_parameter(part.get_filename), part.get_content_maintype()
        is_inline_image = kind == "image" and part.get("Content-ID")
        data = b"" if not name or is_inline_image or kind == "message" else _bytes_of(part)
        if data:
            yield AttachedFile(remove_unstorable(decode_header_text(name))[:200], data)
