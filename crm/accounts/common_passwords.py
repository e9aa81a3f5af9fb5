"""Passwords that are easy to guess: in a list of leaked passwords, or made of names that colleagues know."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable
from pathlib import Path

COMMON = Path(__file__).parent / "data" / "common_passwords.txt"
PRODUCT_WORDS = ("causeway", "trade", "center", "centre", "crm", "password", "passwort", "welcome", "login", "admin")
"""Words that anyone who sees the sign-in page would try."""
MIN_LETTERS = 6
"""Letters that must remain after names, years and other digits are removed."""
MIN_WORD_LENGTH = 3
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")


def is_common_password(password: str) -> bool:
    """Return whether a password is in the list of leaked passwords, ignoring case.

    The file is sorted by bytes and searched in place by bisection, so that it is not loaded into memory.
    """
    word = password.lower().encode()
    with COMMON.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        low, high = 0, len(lines)
        while low < high:
            middle = (low + high) // 2
            start, end = lines.rfind(b"\n", 0, middle) + 1, lines.find(b"\n", middle)
            line = lines[start:end]
            if line == word:
                return True
            low, high = (end + 1, high) if line < word else (low, start)
    return False


def find_personal_words(password: str, names: Iterable[str]) -> list[str]:
    """Return the names a password is built from if it contains little else; empty if the rest is long enough.

    `names` are names of people and teams and email addresses; each part counts. "C4useway" counts as "causeway".
    """
    words = sorted(_parts([*names, *PRODUCT_WORDS]), key=lambda word: (-len(word), word))
    plain = password.casefold()
    for text in (plain, plain.translate(_LOOKALIKES)):
        used = []
        for word in words:
            if word in text:
                used.append(word)
                text = text.replace(word, " ")  # noqa: PLW2901 - the remaining text
        if used and len(re.sub(r"[\W\d_]", "", text)) < MIN_LETTERS:
            return used
    return []


def _parts(texts: Iterable[str]) -> set[str]:
    """Return the words in these texts that are long enough to check; in Chinese two characters are a name."""
    parts = {part for text in texts for part in re.split(r"[\W\d_]+", text.casefold())}
    return {part for part in parts if len(part) >= MIN_WORD_LENGTH or (len(part) > 1 and not part.isascii())}
