"""Recovery codes: each replaces the second factor once. They have 120 random bits, so that a plain hash is enough."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import clock

from .models import RecoveryCode

CODES = 10
LENGTH = 24
ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
"""Without 0, 1, l and o, which are easy to confuse."""


def _plain(text: str) -> str:
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).lower()


def is_recovery_code(text: str) -> bool:
    """Return whether a text has the format of a recovery code."""
    return len(_plain(text)) == LENGTH


def code_hash(text: str) -> str:
    """Return the hash that is stored for a code."""
    return hashlib.sha256(_plain(text).encode()).hexdigest()


def replace_codes(session: Session, user_id: int) -> list[str]:
    """Replace the recovery codes of a user, and return the new ones; only their hashes are stored."""
    delete_codes(session, user_id)
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(CODES)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=code_hash(code)) for code in codes)
    return ["-".join(code[i : i + 4] for i in range(0, LENGTH, 4)) for code in codes]


def delete_codes(session: Session, user_id: int) -> None:
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def use_code(own: Session, user_id: int, text: str) -> bool:
    """Mark a code as used; return False if it isn't one of the user's unused codes."""
    unused = RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash(text), RecoveryCode.used_at.is_(None)
    used = own.execute(sa.update(RecoveryCode).where(*unused).values(used_at=clock.now()))
    return bool(used.rowcount)  # type: ignore[attr-defined]


def count_unused(session: Session, user_id: int) -> int:
    """Return the number of unused codes of a user."""
    stmt = sa.select(sa.func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(stmt.select_from(RecoveryCode)) or 0
