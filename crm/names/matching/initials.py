"""Comparison of initials with given names: C. H. Tung, 董建华; X. M. Huang, Huang Xiaoming; JC Smith, John C. Smith."""

from __future__ import annotations

import re

from crm.names.pinyin import split_latin

from .parts import NameParts
from .readings import read_chinese
from .reasons import ReasonKind
from .scoring import NO_MATCH, Match
from .sounds import character_spellings, family_spellings

_INITIALS = re.compile(r"[b-df-hj-np-tv-z]{2,3}")
"""Two or three letters without a vowel, which are no name."""
_SCORE = 0.72


def compare_character_initials(a: NameParts, b: NameParts) -> Match:
    """Compare characters with a family name and initials: 董建华, C. H. Tung."""
    letters, family = _split_initials(b.words)
    if not letters or not family_spellings(a.family).get(family):
        return NO_MATCH
    if len(letters) != len(a.given_name):
        return NO_MATCH
    fits = all(
        any(spelling.startswith(letter) for spelling in character_spellings(char))
        for char, letter in zip(a.given_name, letters, strict=True)
    )
    return Match(_SCORE).add_reason(ReasonKind.INITIAL, b.latin, a.native) if fits else NO_MATCH


def _split_initials(words: tuple[str, ...]) -> tuple[str, str]:
    """Return the initials and the family name of a name that has no more: (ch, tung) of C. H. Tung and of CH Tung."""
    initials = [word for word in words if len(word) == 1 or (len(words) == 2 and _INITIALS.fullmatch(word))]
    families = [word for word in words if word not in initials]
    return ("".join(initials), families[0]) if len(families) == 1 else ("", "")


def compare_spelled_initials(a: NameParts, b: NameParts) -> Match:
    """Compare a family name and the initials of a given name with a name in pinyin: X. M. Huang, Huang Xiaoming."""
    letters, family = _split_initials(a.words)
    for reading in read_chinese(b.words, b.family_words) if len(letters) > 1 else ():
        parts = split_latin(reading.given_latin) or ()
        if reading.family == family and "".join(part[0] for part in parts) == letters:
            return Match(_SCORE).add_reason(ReasonKind.INITIAL, a.latin, b.latin)
    return NO_MATCH


def compare_word_initials(a: NameParts, b: NameParts) -> Match:
    """Compare a family name and the initials of several given names with these: JC Smith, John Carl Smith."""
    letters, family = _split_initials(a.words)
    given_names = [word for word in b.words if word != family]
    if len(letters) < 2 or len(given_names) == len(b.words) or "".join(word[0] for word in given_names) != letters:
        return NO_MATCH
    return Match(_SCORE).add_reason(ReasonKind.INITIAL, a.latin, b.latin)
