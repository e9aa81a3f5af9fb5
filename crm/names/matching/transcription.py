"""Names as another script writes them, by sound: 贝拉克·奥巴马 is Barack Obama, محمد بن سلمان Mohammed bin Salman."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from crm.names.folding import is_abjad
from crm.names.pinyin import syllables

from .parts import NameParts
from .reasons import ReasonKind
from .scoring import NO_MATCH, Match
from .western import PARTICLES, list_fathers

_SAME_SOUND = 0.76
_MIN_CONSONANTS = 4
"""Fewer are in too many names: Hamid Ali and Matt Lowe."""


def compare_transcription(a: NameParts, b: NameParts) -> Match:
    """Compare a foreign name in characters with one in Latin letters, by the consonants of each part."""
    parts = a.foreign or ((a.han,) if len(a.han) > 1 else ())
    if not parts or not b.words:
        return NO_MATCH
    sounds = [_skeleton("".join(syllables(part))) for part in parts]
    words = [_skeleton(word) for word in b.words]
    if len(sounds) == 1:
        words = ["".join(words), *words] if a.foreign else []
    hits = sum(any(_is_alike(sound, word) for word in words) for sound in sounds)
    if len(sounds) < 2 or hits < len(sounds):
        return NO_MATCH
    return Match(_SAME_SOUND).because(ReasonKind.SAME_SOUND, a.native, b.latin)


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
    return Match(_SAME_SOUND).because(ReasonKind.OTHER_SCRIPT, a.latin, b.latin)


def _count_consonants(words: Iterable[str]) -> Counter[str]:
    """Return the consonants of each word without particles, and how often each word occurs."""
    text = " ".join(word for word in words if word not in PARTICLES).replace("abdul", "abd ")
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


_SOUNDS = str.maketrans({"r": "l", "d": "t", "g": "k", "b": "p", "v": "w", "c": "k", "q": "k", "x": "s", "z": "s"})


def _skeleton(word: str) -> str:
    text = word.replace("zh", "j").replace("ph", "f").replace("ck", "k").translate(_SOUNDS)
    return "".join(char for char in text if char not in "aeiouyhn")


def _is_alike(one: str, other: str) -> bool:
    return bool(one and other) and (one == other or (min(len(one), len(other)) > 2 and one[:3] == other[:3]))
