"""Passwords: hash, verify in constant time, and refuse weak ones."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

from flask import current_app
from flask_security.utils import hash_password as library_hash
from flask_security.utils import verify_password as library_verify

from crm.core.errors import Invalid
from crm.core.words import _

from .common_passwords import find_personal_words, is_common_password
from .policy import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH

MIN_SCORE = 2
"""The lowest accepted zxcvbn score (0 to 4): more than a million guesses."""
MAX_SCORED_CHARS = 72
"""The maximum number of characters that zxcvbn accepts."""


def normalize_password(password: str) -> str:
    """Return a password in Unicode form NFKC, so that keyboards that compose characters differently agree."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Return the hash that is stored for a password."""
    return str(library_hash(normalize_password(password)))


def verify_password(password: str, password_hash: str | None) -> bool:
    """Return whether a password matches a hash. Takes the same time if there is no hash or no such account."""
    if len(password) > MAX_PASSWORD_LENGTH:
        return False
    is_correct = bool(library_verify(normalize_password(password), password_hash or _dummy_hash(current_app.name)))
    return is_correct and bool(password_hash)


@functools.cache
def _dummy_hash(_application: str) -> str:
    return hash_password("a password that nobody has")


def check_new_password(password: str, *about: str, field: str = "password") -> str:
    """Return a new password, normalized; `about` are names and words that an attacker would try first.

    Raises Invalid on `field` if it is too short or too long, leaked, made of `about`, or quickly guessed. There are no
    rules about kinds of characters.
    """
    password = normalize_password(password)
    if len(password) < MIN_PASSWORD_LENGTH:
        raise Invalid(
            _("Use at least %(n)d characters. A few unrelated words work best.", n=MIN_PASSWORD_LENGTH), field
        )
    if len(password) > MAX_PASSWORD_LENGTH:
        raise Invalid(_("Use at most %(n)d characters.", n=MAX_PASSWORD_LENGTH), field)
    if is_common_password(password):
        raise Invalid(_("This password appears in known data leaks. Use three or four unrelated words."), field)
    if words := find_personal_words(password, about):
        listed_words = ", ".join(words)
        text = _("Leave out words others can guess (%(w)s). Use three or four unrelated words.", w=listed_words)
        raise Invalid(text, field)
    # Imported here because its word lists are large and few processes need them.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    if zxcvbn(password[:MAX_SCORED_CHARS], user_inputs=_hints(("causeway", *about)))["score"] < MIN_SCORE:
        raise Invalid(_("This password is too easy to guess. Use three or four unrelated words."), field)
    return password


def _hints(about: Iterable[str]) -> list[str]:
    """Return what an attacker who knows the user tries first: names and addresses, whole, in parts, and joined."""
    hints: list[str] = []
    for text in about:
        parts = re.split(r"[@.\s]+", text)
        hints += [text, "".join(parts), "".join(reversed(parts)), *parts]
    return [hint for hint in dict.fromkeys(hints) if hint]
