"""Secrets of links to surveys: the database has only their hash. Pure."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return a secret for a link: 43 letters and digits, 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()
