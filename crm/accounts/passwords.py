"""Passwords: hashing, checking in constant time, and which are refused."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

from flask import current_app
from flask_security.utils import hash_password as hashed_by_library
from flask_security.utils import verify_password as verified_by_library

from crm.core.errors import Invalid
from crm.core.words import _

from .common_passwords import find_personal_words, is_common_password
from .policy import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH

WEAKEST = 2
"""Of zxcvbn's five steps the first that takes more than a million guesses: common passwords and names stay below."""
ESTIMATED_PART = 72
"""More characters than these the estimator does not take."""


def normalized(password: str) -> str:
    """The same characters however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return str(hashed_by_library(normalized(password)))


def is_password(password: str, kept: str | None) -> bool:
    """Whether the password is the one kept. Takes the same time where none is kept or the account is unknown."""
    if len(password) > MAX_PASSWORD_LENGTH:
        return False
    right = bool(verified_by_library(normalized(password), kept or _nobodys(current_app.name)))
    return right and bool(kept)


@functools.cache
def _nobodys(_application: str) -> str:
    return hash_password("a password that nobody has")


def check_new_password(password: str, *about: str, field: str = "password") -> str:
    """Return a password that may be chosen, normalized; `about` are words an attacker would try first.

    Raises Invalid on `field`. Length and commonness count, not which kinds of characters are in it: leaked passwords,
    those built from names that people here know, and those that are quickly guessed are refused.
    """
    password = normalized(password)
    if len(password) < MIN_PASSWORD_LENGTH:
        raise Invalid(
            _("Use at least %(n)d characters. A few unrelated words work best.", n=MIN_PASSWORD_LENGTH), field
        )
    if len(password) > MAX_PASSWORD_LENGTH:
        raise Invalid(_("Use at most %(n)d characters.", n=MAX_PASSWORD_LENGTH), field)
    if is_common_password(password):
        raise Invalid(_("This password appears in known data leaks. Use three or four unrelated words."), field)
    if words := find_personal_words(password, about):
        shown = ", ".join(words)
        text = _("Leave out words others can guess (%(w)s). Use three or four unrelated words.", w=shown)
        raise Invalid(text, field)
    # Its lists of words are large, and few processes ever need them.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    if zxcvbn(password[:ESTIMATED_PART], user_inputs=_hints(("causeway", *about)))["score"] < WEAKEST:
        raise Invalid(_("This password is too easy to guess. Use three or four unrelated words."), field)
    return password


def _hints(about: Iterable[str]) -> list[str]:
    """What somebody who knows the person tries first: names and addresses, whole, in parts, and run together."""
    found: list[str] = []
    for text in about:
        parts = re.split(r"[@.\s]+", text)
        found += [text, "".join(parts), "".join(reversed(parts)), *parts]
    return [hint for hint in dict.fromkeys(found) if hint]
