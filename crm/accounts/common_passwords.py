"""Passwords that are easy to guess: on a list of leaked ones, or built from words that people here know."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable
from pathlib import Path

COMMON = Path(__file__).parent / "data" / "common_passwords.txt"
PRODUCT_WORDS = ("causeway", "trade", "center", "centre", "crm", "password", "passwort", "welcome", "login", "admin")
"""Known to everybody who sees the sign-in page."""
MIN_LETTERS = 6
"""Letters that must be left when known words, years and other digits are taken out."""
MIN_WORD_LENGTH = 3
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")


def is_common_password(password: str) -> bool:
    """Whether a password, in whatever case, is on the list of leaked ones.

    The file is sorted by bytes and searched in place: 15 looks into it, nothing of it stays in memory.
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


def find_personal_words(password: str, known: Iterable[str]) -> list[str]:
    """Return the known words a password is built from, when little else is in it; empty when enough else is.

    `known` are names, email addresses and names of teams; their parts count. "C4useway" counts as "causeway".
    """
    words = sorted(_parts([*known, *PRODUCT_WORDS]), key=lambda word: (-len(word), word))
    plain = password.casefold()
    for text in (plain, plain.translate(_LOOKALIKES)):
        used = []
        for word in words:
            if word in text:
                used.append(word)
                text = text.replace(word, " ")  # noqa: PLW2901 - what is left of it
        if used and len(re.sub(r"[\W\d_]", "", text)) < MIN_LETTERS:
            return used
    return []


def _parts(texts: Iterable[str]) -> set[str]:
    """Return the words in these texts that are long enough to matter; two characters are a name in Chinese."""
    parts = {part for text in texts for part in re.split(r"[\W\d_]+", text.casefold())}
    return {part for part in parts if len(part) >= MIN_WORD_LENGTH or (len(part) > 1 and not part.isascii())}
