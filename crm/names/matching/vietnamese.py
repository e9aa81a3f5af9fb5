"""Vietnamese names: one letter or mark makes another name, Lan and Loan, Hùng and Hưng."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from crm.names.folding import fold

_VIETNAMESE = frozenset("ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")


def are_other_vietnamese(a: str, b: str) -> bool:
    """Whether two names with Vietnamese marks have different words; a name that left them out can be either."""
    one, other = _words(a), _words(b)
    if not _is_vietnamese(one) or not _is_vietnamese(other):
        return False
    only_one, only_other = one - other, other - one
    is_unmarked = all(map(str.isascii, only_one)) or all(map(str.isascii, only_other))
    return bool(only_one and only_other) and not (
        is_unmarked and set(map(fold, only_one)) == set(map(fold, only_other))
    )


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(unicodedata.normalize("NFC", text).casefold().split())


def _is_vietnamese(words: frozenset[str]) -> bool:
    return any(char in _VIETNAMESE for word in words for char in word)
