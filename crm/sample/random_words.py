"""Lists of words, written as one text."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text."""
    return tuple(text.split())


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Words in two scripts, written as 王/Wang."""
    split_words = (word.partition("/") for word in text.split())
    return tuple((native, latin) for native, _slash, latin in split_words)
