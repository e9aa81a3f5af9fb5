"""Form tokens that look different in every response, so that a compressed page's size says nothing about them."""

from __future__ import annotations

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import g
from flask_wtf.csrf import _FlaskFormCSRF, generate_csrf


def csrf_token() -> str:
    """Return the token for the forms of this response: the session's signed token under a random mask."""
    if "csrf_token" not in g:
        # The library reads the token of a response from here, too.
        g.csrf_token = mask_token(generate_csrf())
    return str(g.csrf_token)


def mask_token(token: str) -> str:
    """Return a token behind a random mask of the same length; the same token never looks the same twice.

    Attackers who can add text to a page and see its compressed size could otherwise guess it piece by piece (BREACH).
    """
    mask = secrets.token_bytes(len(token))
    return urlsafe_b64encode(mask + _xor(mask, token.encode())).decode()


def unmask_token(text: str) -> str:
    """Return the token behind a mask; "" for a text that isn't a masked token."""
    try:
        data = urlsafe_b64decode(text)
        half = len(data) // 2
        return _xor(data[:half], data[half:]).decode()
    except (binascii.Error, ValueError):
        return ""


def _xor(mask: bytes, data: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(mask, data, strict=True))


class MaskedTokens(_FlaskFormCSRF):
    """The token field of forms."""

    def generate_csrf_token(self, csrf_token_field: object) -> str:  # noqa: ARG002 - the library's signature
        """Return the same token as other forms of the response."""
        return csrf_token()
