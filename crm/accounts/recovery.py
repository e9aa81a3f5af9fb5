"""Recovery codes: each replaces the second factor once. 120 random bits: a plain hash protects them."""

from __future__ import annotations

import hashlib
import re
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import clock

from .models import RecoveryCode

CODES = 10
LENGTH = 24
ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
"""Without 0, 1, l and o, which are mistaken for others."""


def _plain(text: str) -> str:
    return re.sub(r"[\s-]", "", text).lower()


def is_recovery_code(text: str) -> bool:
    """Whether a text has the form of a recovery code."""
    return len(_plain(text)) == LENGTH


def code_hash(text: str) -> str:
    """Return what is stored of a code."""
    return hashlib.sha256(_plain(text).encode()).hexdigest()


def replace_codes(session: Session, user_id: int) -> list[str]:
    """Make new recovery codes for a user in place of all earlier ones; they can be read only now."""
    delete_codes(session, user_id)
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(CODES)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=code_hash(code)) for code in codes)
    return ["-".join(code[i : i + 4] for i in range(0, LENGTH, 4)) for code in codes]


def delete_codes(session: Session, user_id: int) -> None:
    """Delete the recovery codes of a user."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def use_code(own: Session, user_id: int, text: str) -> bool:
    """Use a code up; False when it isn't one of the user's, or was used."""
    unused = RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash(text), RecoveryCode.used_at.is_(None)
    used = own.execute(sa.update(RecoveryCode).where(*unused).values(used_at=clock.now()))
    return bool(used.rowcount)  # type: ignore[attr-defined]


def count_unused(session: Session, user_id: int) -> int:
    """Count the codes a user has left."""
    stmt = sa.select(sa.func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(stmt.select_from(RecoveryCode)) or 0
