"""Authenticator apps: time-based one-time codes (TOTP, RFC 6238), their secrets encrypted at rest."""

from __future__ import annotations

import base64
import unicodedata
from datetime import datetime
from typing import Any, NamedTuple

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from passlib.exc import TokenError
from passlib.totp import TOTP

WINDOW_SECONDS = 30
"""Seconds by which the clock of a phone may differ from the server's."""


class QrCode(NamedTuple):
    """A QR code for the template: the number of modules per side, and the dark ones as the path of an SVG."""

    size: int
    path: str


class AppSetup(NamedTuple):
    """What a user needs to set up an authenticator app."""

    key: str
    """The secret for manual entry, in groups of four characters."""
    uri: str
    qr: QrCode


def _cipher() -> Fernet:
    secret_key = str(current_app.secret_key)
    key = HKDF(SHA256(), 32, salt=None, info=b"causeway authenticator apps").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def _totp(secret: str) -> Any:
    # A colon separates issuer and account in the address that the QR code holds.
    issuer = str(current_app.config["CRM_CENTER_NAME"]).replace(":", " ")
    return TOTP(key=_cipher().decrypt(secret.encode()).decode(), issuer=issuer)


def create_secret() -> str:
    """Create a secret; it is encrypted and signed, so that it can be stored."""
    return _cipher().encrypt(TOTP.new().base32_key.encode()).decode()


def build_setup(secret: str, email: str) -> AppSetup:
    """Return the key, URI and QR code of a secret for an authenticator app."""
    totp = _totp(secret)
    uri = str(totp.to_uri(email))
    return AppSetup(str(totp.pretty_key(sep=" ")), uri, qr_code(uri))


def find_accepted_step(secret: str, code: str, last_step: int, now: datetime) -> int | None:
    """Return the 30-second step of a code; None if the code is wrong, expired or used.

    Full-width digits, which Chinese keyboards can enter, are the same as others.
    """
    code = unicodedata.normalize("NFKC", code)
    try:
        match = _totp(secret).match(code, time=now, window=WINDOW_SECONDS, last_counter=last_step)
    except (TokenError, InvalidToken, ValueError, TypeError):
        # Also a secret that was encrypted with an earlier CRM_SECRET_KEY.
        return None
    return int(match.counter)


def qr_code(text: str) -> QrCode:
    """Draw a text as a QR code."""
    import qrcode  # noqa: PLC0415 - only the setup page needs it

    code = qrcode.QRCode(border=4)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, line in enumerate(matrix) for x, is_dark in enumerate(line) if is_dark)
    return QrCode(len(matrix), path)
