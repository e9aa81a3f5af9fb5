"""Secrets of sessions and of links; the database has only their hash. Pure."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return a secret: 43 letters, digits, - and _ with 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return what is stored of a secret; with 256 random bits a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
