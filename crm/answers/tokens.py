"""The signed tokens of links and reply addresses: 34 lowercase letters and digits, nothing stored.

A token names its purpose, the user, a record or an answer, and the day of the email. The signature (80 bits) depends on
`CRM_SECRET_KEY` and on a value of the account that changes with the password and with deactivation. Letter case doesn't
matter, because some mail servers change it in addresses.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import struct
from base64 import b32decode, b32encode
from datetime import date
from enum import IntEnum
from typing import NamedTuple

_LAYOUT = struct.Struct(">BIIH")
_MAC_BYTES = 10
_TOKEN_CHARS = 34
_FIRST_DAY = date(2020, 1, 1).toordinal()


class TokenPurpose(IntEnum):
    """What a token is for; one purpose never serves another."""

    item = 1
    digest = 2
    reply_to_item = 3
    reply_to_digest = 4
    undo = 5
    file = 6
    invitation = 7
    meeting = 8
    guest = 9


DIGEST_PURPOSES = frozenset((TokenPurpose.digest, TokenPurpose.reply_to_digest))
"""Purposes whose target is the number of a digest, not an item."""


class AnswerToken(NamedTuple):
    """The content of a token.

    `target` is a record, a meeting at a show, an answer (undo) or an invitation; of a digest
    how many of the same day came before.
    """

    purpose: TokenPurpose
    user_id: int
    target: int
    made_on: date


def build_token(secret_key: str, account_key: str, token: AnswerToken) -> str:
    """Return the text of a token."""
    content = _LAYOUT.pack(token.purpose, token.user_id, token.target, token.made_on.toordinal() - _FIRST_DAY)
    return b32encode(content + _mac(secret_key, account_key, content)).decode().rstrip("=").lower()


def read_token(text: str) -> AnswerToken | None:
    """Return the content of a token, not verified; None for another text."""
    raw = _decode(text)
    if raw is None:
        return None
    purpose, user_id, target, day = _LAYOUT.unpack(raw[: _LAYOUT.size])
    if purpose not in set(TokenPurpose):
        return None
    return AnswerToken(TokenPurpose(purpose), user_id, target, date.fromordinal(_FIRST_DAY + day))


def is_genuine(secret_key: str, account_key: str, text: str) -> bool:
    """Return whether a token was signed for this account."""
    raw = _decode(text)
    if raw is None:
        return False
    return hmac.compare_digest(_mac(secret_key, account_key, raw[: _LAYOUT.size]), raw[_LAYOUT.size :])


def _decode(text: str) -> bytes | None:
    if len(text) != _TOKEN_CHARS or not text.isascii():
        return None
    try:
        raw = b32decode(text.upper() + "=" * (-len(text) % 8))
    except binascii.Error:
        return None
    return raw if len(raw) == _LAYOUT.size + _MAC_BYTES else None


def _mac(secret_key: str, account_key: str, content: bytes) -> bytes:
    key = hmac.digest(secret_key.encode(), b"causeway answer link", hashlib.sha256)
    return hmac.digest(key, account_key.encode() + b"\x00" + content, hashlib.sha256)[:_MAC_BYTES]
