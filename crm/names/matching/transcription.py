"""Foreign names in Chinese characters, which are written as they sound: 贝拉克·奥巴马, Barack Obama."""

from __future__ import annotations

from crm.names.pinyin import syllables

from .parts import NameParts
from .reasons import ReasonKind
from .scoring import NO_MATCH, Match


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
    return Match(0.76).because(ReasonKind.SAME_SOUND, a.native, b.latin)


_SOUNDS = str.maketrans({"r": "l", "d": "t", "g": "k", "b": "p", "v": "w", "c": "k", "q": "k", "x": "s", "z": "s"})


def _skeleton(word: str) -> str:
    text = word.replace("zh", "j").replace("ph", "f").replace("ck", "k").translate(_SOUNDS)
    return "".join(char for char in text if char not in "aeiouyhn")


def _is_alike(one: str, other: str) -> bool:
    return bool(one and other) and (one == other or (min(len(one), len(other)) > 2 and one[:3] == other[:3]))
