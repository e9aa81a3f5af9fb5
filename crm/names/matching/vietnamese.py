"""Vietnamese names: one letter or mark makes another name, Lan and Loan, Hùng and Hưng."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from crm.names.folding import fold

_LETTERS = frozenset("ơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")
"""Letters that other languages don't have."""
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD = re.compile(r"[^\W\d_]+")


def are_vietnamese(a: str, b: str) -> bool:
    """Whether two names have Vietnamese letters."""
    return all(not _LETTERS.isdisjoint(unicodedata.normalize("NFC", text).casefold()) for text in (a, b))


def have_other_marks(a: str, b: str) -> bool:
    """Whether two Vietnamese names have a word with different marks; a word without marks can be either."""
    if not are_vietnamese(a, b):
        return False
    first, second = _marked_words(a), _marked_words(b)
    return any(first[word].isdisjoint(second[word]) for word in first.keys() & second.keys())


@lru_cache(maxsize=4096)
def _marked_words(text: str) -> dict[str, set[tuple[str, str]]]:
    """Return the words with marks by their letters: without tone, and the tone, whose place in the word varies."""
    words: dict[str, set[tuple[str, str]]] = {}
    for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold()):
        if not word.isascii():
            parts = unicodedata.normalize("NFD", word)
            letters = "".join(char for char in parts if char not in _TONES)
            tones = "".join(char for char in parts if char in _TONES)
            words.setdefault(fold(word), set()).add((letters, tones))
    return words
