"""Parse reports on failed delivery (RFC 3464): the addresses, and which of our emails they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from crm.interactions.mail_charsets import decode_charset

from .message import IncomingMail
from .parts import list_inner
from .policy import FailedRecipient, is_permanent

_MESSAGE_ID = re.compile(r"(?im)^message-id:\s*(<[^<>\s]{1,250}>)")
_ADDRESS = re.compile(r"[\w.+'%=-]{1,64}@[\w.-]{1,190}")
MAX_CHARS = 200_000
MAX_RECIPIENTS = 20


def list_failed(mail: IncomingMail) -> list[FailedRecipient]:
    """Return the addresses to which delivery failed for good; none for delays and for reports without a status.

    Of an address that forwards, both are returned: where the email went last, and the one that it was sent to.
    """
    return [
        FailedRecipient(address, _reason(block))
        for block in _status_blocks(mail.message)
        if is_permanent(str(block.get("Action", "")), str(block.get("Status", "")))
        for address in _list_addresses(block)
    ][:MAX_RECIPIENTS]


def list_original_ids(mail: IncomingMail) -> list[str]:
    """Return the Message-IDs in the report, of which one may be of an email of ours."""
    text = decode_charset(mail.raw[:MAX_CHARS], "utf-8")
    ids = [each for each in _MESSAGE_ID.findall(text) if each != mail.message_id]
    return list(dict.fromkeys(ids))[:MAX_RECIPIENTS]


def _status_blocks(message: Message[str, str]) -> Iterator[Message[str, str]]:
    for part in list_inner(message):
        if part.get_content_type() == "message/delivery-status":
            yield from list_inner(part)


def _list_addresses(block: Message[str, str]) -> list[str]:
    texts = (str(block.get(name, ""))[:400] for name in ("Final-Recipient", "Original-Recipient"))
    return list(dict.fromkeys(match.group().lower() for text in texts if (match := _ADDRESS.search(text))))


def _reason(block: Message[str, str]) -> str:
    text = str(block.get("Diagnostic-Code") or block.get("Status") or "")
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text.partition(";")[2] or text).strip()[:300]
