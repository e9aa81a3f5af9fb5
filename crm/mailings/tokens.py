"""The signed tokens of unsubscribe links: 24 lowercase letters and digits, nothing stored. They don't expire."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import struct
from base64 import b32decode, b32encode

_LAYOUT = struct.Struct(">BI")
_VERSION = 1
_MAC_BYTES = 10
_TOKEN_CHARS = 24


def build_unsubscribe_token(secret_key: str, recipient_id: int) -> str:
    """Return the token of a recipient of a mailing."""
    content = _LAYOUT.pack(_VERSION, recipient_id)
    return b32encode(content + _mac(secret_key, content)).decode().lower()


def read_unsubscribe_token(secret_key: str, text: str) -> int | None:
    """Return the recipient of a genuine token; None for anything else."""
    if len(text) != _TOKEN_CHARS or not text.isascii():
        return None
    try:
        raw = b32decode(text.upper())
    except binascii.Error:
        return None
    content, mac = raw[: _LAYOUT.size], raw[_LAYOUT.size :]
    version, recipient_id = _LAYOUT.unpack(content)
    is_genuine = version == _VERSION and hmac.compare_digest(_mac(secret_key, content), mac)
    return int(recipient_id) if is_genuine else None


def _mac(secret_key: str, content: bytes) -> bytes:
    key = hmac.digest(secret_key.encode(), b"causeway unsubscribe link", hashlib.sha256)
    return hmac.digest(key, content, hashlib.sha256)[:_MAC_BYTES]
