"""Fields of work: terms that belong together although their words differ, such as switchgear and circuit breakers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from crm.matching.scoring.data_files import read_lines
from crm.matching.scoring.texts import extract_words

_Term = tuple[str, frozenset[str]]


@cache
def _load_terms() -> dict[str, list[_Term]]:
    """Return field and words of each term by one of its words."""
    terms: dict[str, list[_Term]] = defaultdict(list)
    for line in read_lines("related_terms.txt"):
        field = line.partition(",")[0]
        for term in line.split(","):
            words = frozenset(extract_words(term))
            if words:
                terms[min(words)].append((field, words))
    return terms


def find_fields(words: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that words belong to, with the written forms of their first term."""
    fields: dict[str, str] = {}
    for word in words:
        for field, term in _load_terms().get(word, ()):
            if field not in fields and all(part in words for part in term):
                fields[field] = " ".join(dict.fromkeys(words[part] for part in words if part in term))
    return fields
