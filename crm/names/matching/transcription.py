"""Names as another script writes them, by sound: 贝拉克·奥巴马 is Barack Obama, محمد بن سلمان Mohammed bin Salman."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import islice, product

from crm.names.folding import is_abjad
from crm.names.pinyin import syllables

from .data_files import read_words
from .given_names import is_short_form
from .parts import NameParts
from .reasons import ReasonKind
from .scoring import NO_MATCH, Match
from .western import PARTICLES, list_fathers

_SAME_SOUND = 0.76
_CONSONANTS = frozenset("bcdfgjklmpqrstvwxz")
_WORDS_OF_NAME, _MAX_KEYS = 2, 4
_MIN_CONSONANTS = 4
"""Fewer are in too many names: Hamid Ali and Matt Lowe."""


def compare_transcription(a: NameParts, b: NameParts) -> Match:
    """Compare a foreign name in characters with one in Latin letters, by the consonants of each part."""
    parts = a.foreign or ((a.han,) if len(a.han) > 1 else ())
    if not parts or not b.words:
        return NO_MATCH
    if len(parts) < 2 or not all(any(_is_spelled(part, word) for word in b.words) for part in parts):
        return NO_MATCH
    return Match(_SAME_SOUND).add_reason(ReasonKind.SAME_SOUND, a.native, b.latin)


def _is_spelled(part: str, word: str) -> bool:
    """Whether a part of a name in characters can be a Latin word: 史密斯 Smith. A known name has only its own forms."""
    names = _transcribed_names().get(part)
    if names:
        return any(word == name or is_short_form(word, name) for name in names)
    return _is_alike(_skeleton("".join(syllables(part))), _skeleton_of_word(word))


def transcription_keys(parts: NameParts) -> list[str]:
    """Return what a foreign name in characters and in Latin letters share; none for other names."""
    if parts.foreign:
        sounds = [_list_skeletons(part) for part in parts.foreign]
    else:
        sounds = [[_skeleton_of_word(word)] for word in parts.words if len(word) > 1 and word not in PARTICLES]
    if len(sounds) != _WORDS_OF_NAME:
        return []
    return ["2".join(sorted(pair)) for pair in islice(product(*sounds), _MAX_KEYS) if all(pair)]


def _list_skeletons(part: str) -> list[str]:
    names = _transcribed_names().get(part)
    return list(map(_skeleton_of_word, names)) if names else [_skeleton("".join(syllables(part)))]


def _skeleton_of_word(word: str) -> str:
    return _skeleton(_SILENT.sub("", word))


@cache
def _transcribed_names() -> dict[str, tuple[str, ...]]:
    """Return foreign names by their Chinese forms."""
    return {han: tuple(names) for han, *names in read_words("transcribed_names.txt")}


def compare_consonants(a: NameParts, b: NameParts) -> Match:
    """Compare a name in Arabic or Hebrew letters, which leave out most vowels, with one in Latin letters."""
    if not is_abjad(a.latin) or is_abjad(b.latin):
        return NO_MATCH
    fathers = [{tuple(map(_read_consonants, pair)) for pair in list_fathers(name.words)} for name in (a, b)]
    if any((father, son) in fathers[1] for son, father in fathers[0]):
        return NO_MATCH
    one, other = sorted((_count_consonants(a.words), _count_consonants(b.words)), key=Counter.total)
    if one.total() < 2 or len("".join(one.elements())) < _MIN_CONSONANTS or not one <= other:
        return NO_MATCH
    return Match(_SAME_SOUND).add_reason(ReasonKind.OTHER_SCRIPT, a.latin, b.latin)


def _count_consonants(words: Iterable[str]) -> Counter[str]:
    """Return the consonants of each word without particles, and how often each word occurs."""
    text = " ".join(word for word in words if word not in PARTICLES).replace("abdul", "abd ").replace("abdal", "abd ")
    return Counter(filter(None, map(_read_consonants, text.split())))


def _read_consonants(word: str) -> str:
    """Return the consonants of a word as Arabic and Hebrew letters distinguish them; doubled ones are written once."""
    for latin, plain in _LOOSE_CONSONANTS.items():
        word = word.replace(latin, plain)
    return _VOWELS.sub("", _REPEATED.sub(r"\1", word))


_LOOSE_CONSONANTS = {
    "sh": "s",
    "ch": "k",
    "kh": "k",
    "gh": "j",
    "ph": "b",
    "th": "t",
    "dh": "t",
    "ck": "k",
    **dict.fromkeys("pvf", "b"),
    **dict.fromkeys("qcx", "k"),
    "g": "j",
    "z": "s",
    "d": "t",
}
"""Consonants between which spellings vary."""
_VOWELS, _REPEATED = re.compile("[aeiouwyh]"), re.compile(r"(.)\1+")


_SILENT = re.compile(r"(?<=[aeiou])r(?![aeiouy])|(?<=[aeiou])w(?![aeiou])|(?<=[aeio])l(?=[kmf])")
"""Letters that Chinese forms leave out: the r of Robert (罗伯特), the w of Brown (布朗)."""
_SOUNDS = str.maketrans({"r": "l", "d": "t", "g": "k", "b": "p", "v": "w", "c": "k", "q": "k", "x": "s", "z": "s"})


def _skeleton(word: str) -> str:
    text = word.replace("th", "s").replace("zh", "j").replace("ph", "f").replace("ck", "k").replace("ng", "n")
    return _REPEATED.sub(r"\1", "".join(char for char in text.translate(_SOUNDS) if char in _CONSONANTS))


def _is_alike(one: str, other: str) -> bool:
    return bool(one and other) and (one == other or (min(len(one), len(other)) > 2 and one[:3] == other[:3]))
