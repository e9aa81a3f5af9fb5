"""Search words in the query syntax of the engines: prefixes, alternatives, and words with a typo."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from itertools import pairwise

from crm.core.data.engines import on_sqlite

TYPO_FROM = 4
"""The length from which words may have a typo."""
TYPO_TO = 24
"""The longest such word: each letter adds 53 words, and PostgreSQL accepts no query over a megabyte."""
UNFINISHED_FROM = 6
"""The length from which the last word may have a typo and be unfinished: shorter ones begin too many names."""

TYPO_KINDS = ("organization", "person", "project", "show")
"""Kinds of records that are looked for with a typo, if other kinds are searched, too."""


def prefix(word: str) -> str:
    """Return a Latin word as a prefix; Chinese characters unchanged."""
    return f"{word}*" if word.isascii() else word


def split_letters(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words to look up, and single letters beside them, which are looked for in the records found.

    An index reads all words that begin with the letter: a tenth of a second among a hundred thousand people.
    """
    letters = [word for word in words if len(word) == 1 and word.isascii()]
    longer = [word for word in words if word not in letters]
    return (longer, letters) if longer else (list(words), [])


def build_match_query(words: Sequence[str]) -> str:
    """Return the query for words that must all match, in the engine's syntax; Latin ones as prefixes."""
    return build_group_query([[prefix(word)] for word in words])


def build_either_query(words: Sequence[str], keys: Sequence[str]) -> str:
    """Return the query for records that have all words, or one of the keys."""
    or_operator = " OR " if on_sqlite() else " | "
    return or_operator.join(f"({query})" for query in (build_match_query(words), build_group_query([keys])) if query)


def build_group_query(groups: Sequence[Sequence[str]]) -> str:
    """Return the query for all groups, any word of each. Words are tokens, with a star for prefixes."""
    quote, star, or_operator, both = ('"', "*", " OR ", " AND ") if on_sqlite() else ("'", ":*", " | ", " & ")

    def one(word: str) -> str:
        return f"{quote}{word[:-1]}{quote}{star}" if word.endswith("*") else f"{quote}{word}{quote}"

    return both.join("(" + or_operator.join(map(one, group)) + ")" for group in groups)


def with_typo(words: Sequence[str]) -> Iterator[list[list[str]]]:
    """Return the queries with one word replaced by all words one typo away, for each word in turn, long ones first.

    The last query is for a last word that is unfinished, too: "zholim" for Zhou Limin.
    """
    groups = [[prefix(word)] for word in words]
    for index, word in sorted(enumerate(words[:4]), key=lambda pair: -len(pair[1])):
        if TYPO_FROM <= len(word) <= TYPO_TO and word.isascii() and word.isalpha():
            yield [*groups[:index], one_edit(word), *groups[index + 1 :]]
    last = words[-1]
    if UNFINISHED_FROM <= len(last) <= TYPO_TO and last.isascii() and last.isalpha():
        yield [*groups[:-1], [prefix(word) for word in one_edit(last)]]


def with_joined_words(words: Sequence[str]) -> Iterator[list[list[str]]]:
    """Return the queries with two neighboring words as one, as names have them: "clear air" for ClearAir Sensors.

    Two words alone may have a typo, too.
    """
    groups = [[prefix(word)] for word in words]
    for index, pair in enumerate(pairwise(words[:4])):
        word = "".join(pair)
        if word.isascii() and word.isalpha() and len(word) <= TYPO_TO:
            yield [*groups[:index], [prefix(word)], *groups[index + 2 :]]
            if len(words) == len(pair) and len(word) >= UNFINISHED_FROM:
                yield [one_edit(word)]


def one_edit(word: str) -> list[str]:
    """Return all words one typo away: a letter missing, doubled or wrong, two neighbors swapped.

    Those that only change the end are left out: as a prefix, the word without its end finds them all.
    """
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    letters = string.ascii_lowercase
    variants = {a + b[1:] for a, b in cuts if b}
    variants |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    variants |= {a + c + b[1:] for a, b in cuts if len(b) > 1 for c in letters}
    variants |= {a + c + b for a, b in cuts if b for c in letters}
    return sorted(variants - {word})
