"""Sectors of a project by its words, as codes of the shipped list."""

from __future__ import annotations

import re

from .text import Paragraph
from .word_lists import load_word_lists

MOST = 2
_WORDS = load_word_lists("sector_words")
_LATIN = {code: [word for word in words if word.isascii()] for code, words in _WORDS.items()}
_HAN = {code: [word for word in words if not word.isascii()] for code, words in _WORDS.items()}
_PATTERNS = {
    code: re.compile(rf"\b(?:{'|'.join(map(re.escape, _LATIN[code]))})\b|{'|'.join(_HAN[code])}", re.IGNORECASE)
    for code in _WORDS
}


def find_sectors(labeled: Paragraph | None, title: Paragraph, paragraphs: list[Paragraph]) -> tuple[str, ...]:
    """Return at most two sectors: of a labeled line, else of the project's name, else the first of the text."""
    for texts in ([labeled] if labeled is not None else [], [title], paragraphs):
        first: dict[str, tuple[int, int]] = {}
        for number, paragraph in enumerate(texts):
            for code, pattern in _PATTERNS.items():
                match = pattern.search(paragraph.plain)
                if match and code not in first:
                    first[code] = (number, match.start())
        if first:
            return tuple(sorted(first, key=lambda code: first[code])[:MOST])
    return ()
