"""Search a page for hundreds of words at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that matches each of the words in either case, and nothing if there are none.

    The letters that all of them begin with are compared once: otherwise each position of a page would be compared with
    every word, which took longer than rendering the page.
    """
    lower = sorted({word.lower() for word in words}, key=lambda word: (-len(word), word))
    if not lower:
        return re.compile("(?!)")
    first, last = min(lower), max(lower)
    prefix = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
    endings = "|".join(re.escape(word[len(prefix) :]) for word in lower)
    return re.compile(f"{re.escape(prefix)}(?:{endings})", re.IGNORECASE)
