"""Comparison of names word by word: typos, short forms, initials, further names."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from .given_names import is_given_name, is_short_form
from .readings import is_syllables
from .reasons import Reason, ReasonKind
from .scoring import NO_MATCH, Match
from .sounds import is_family, share_family

PARTICLES = frozenset(
    [
        "de",
        "la",
        "le",
        "van",
        "von",
        "der",
        "den",
        "del",
        "da",
        "di",
        "do",
        "dos",
        "du",
        "bin",
        "bn",
        "ibn",
        "ben",
        "al",
        "el",
        "y",
        "e",
        "abu",
        "zu",
        "st",
        "ul",
    ]
)
_SON_OF = frozenset(["bin", "ibn", "ben", "bn"])
_TYPO, _NICKNAME, _SOUND, _INITIAL, _FAMILY = 0.1, 0.9, 0.86, 0.85, 0.85
_OLD_SPELLING, _SHORT = 0.95, 3
_CONFLICT, _ONE_WORD, _INITIAL_CAP = 0.8, 0.6, 0.78
_MARRIED_WORDS = 4
"""Lam Cheng Yuet Ngor: the husband's family name before a Chinese name of three syllables."""

Words = tuple[str, ...]


class WordPair(NamedTuple):
    """Two words that belong together, and how well."""

    score: float
    a: int
    b: int
    kind: ReasonKind | None


def compare_words(a: str, b: str, *, may_differ: bool = True) -> tuple[float, ReasonKind | None]:
    """Return how well two folded words match, from 0 to 1, and why; `may_differ` allows typos."""
    if a == b:
        return 1.0, None
    if len(a) == 1 or len(b) == 1:
        return (_INITIAL, ReasonKind.INITIAL) if a[0] == b[0] else (0.0, None)
    if is_short_form(a, b):
        return _NICKNAME, ReasonKind.NICKNAME
    if not may_differ or (is_given_name(a) and is_given_name(b)):
        return 0.0, None
    if is_family(a) and is_family(b):
        return (_FAMILY, ReasonKind.SAME_CHINESE_NAME) if share_family(a, b) else (0.0, None)
    score = _compare_letters(a, b)
    return score, ReasonKind.TYPO if score else None


def _allowed_edits(length: int) -> int:
    """Return how many typing errors a name of this length can have."""
    return sum(length > most for most in (3, 6, 10))


def _compare_letters(a: str, b: str) -> float:
    longest = max(len(a), len(b))
    if min(len(a), len(b)) > _SHORT and _modern_spelling(a) == _modern_spelling(b):
        return _OLD_SPELLING
    edits = OSA.distance(a, b, score_cutoff=3)
    if edits <= _allowed_edits(longest) and (a[0] == b[0] or edits == 1 or longest > 6):
        return 1.0 - _TYPO * edits
    return _SOUND if sound_of(a) == sound_of(b) and len(sound_of(a)) > 2 else 0.0


def _modern_spelling(word: str) -> str:
    """Return an Indonesian name in today's spelling: Boedi is Budi."""
    return word.replace("oe", "u").replace("tj", "c").replace("dj", "j")


_SPOKEN = "sch=s tch=c sh=s ch=c ph=f kh=k gh=g th=t ck=k qu=k q=k x=ks z=s w=v j=y c=k"
_PAIRS = [pair.split("=") for pair in _SPOKEN.split()]


@lru_cache(maxsize=16_384)
def sound_of(word: str) -> str:
    """Return the consonants of a word as they sound, after its first letter."""
    text = word
    for written, spoken in _PAIRS:
        text = text.replace(written, spoken)
    out = text[:1] if text[:1] not in "aeiouy" else "a"
    for char in text[1:]:
        if char not in "aeiouyh" and char != out[-1]:
            out += char
    return out


def compare_word_lists(a: Words, b: Words, texts: tuple[str, str] = ("", ""), *, may_differ: bool = True) -> Match:
    """Compare two names word by word; the order counts little. `may_differ` allows typos."""
    if not a or not b:
        return NO_MATCH
    if a == b:
        return Match(1.0).add_reason(ReasonKind.SAME_NAME)
    if sorted(a) == sorted(b) and not _is_swapped_father(a, b):
        return Match(0.95).add_reason(ReasonKind.REVERSED)
    if sorted(a) == sorted(b):
        return Match(_ONE_WORD).add_reason(ReasonKind.REVERSED)
    joined = _compare_joined(a, b, texts, may_differ=may_differ)
    aligned = _compare_aligned(*(_merge_split(a, b) if may_differ else (a, b)), may_differ=may_differ)
    return max(joined, aligned, key=lambda match: match.score)


def _is_swapped_father(a: Words, b: Words) -> bool:
    """Whether the son of one name is the father of the other: Salman bin Muhammad, Muhammad bin Salman."""
    return any((father, son) in list_fathers(b) for son, father in list_fathers(a))


def list_fathers(words: Words) -> list[tuple[str, str]]:
    """Return the words before and after each "son of"."""
    indexes = range(1, len(words) - 1)
    return [(words[index - 1], words[index + 1]) for index in indexes if words[index] in _SON_OF]


def _compare_joined(a: Words, b: Words, texts: tuple[str, str], *, may_differ: bool) -> Match:
    one, other = "".join(a), "".join(b)
    if one == other or one == "".join(reversed(b)):
        return Match(0.97).add_reason(ReasonKind.SPACING)
    shorter = min(len(one), len(other))
    if len(a) == len(b) or shorter < 7 or not may_differ:
        return NO_MATCH
    edits = OSA.distance(one, other, score_cutoff=3)
    if edits <= shorter // 7:
        return Match(0.95 - _TYPO * edits / 2).add_reason(ReasonKind.TYPO, *texts)
    return NO_MATCH


def _merge_split(a: Words, b: Words) -> tuple[Words, Words]:
    """Join neighbors of one name that are one word of the other: Mohammad Hasni, Mohammadhasni. Drop repeated words."""
    one, other = (a, b) if len(a) == len(b) else (tuple(dict.fromkeys(a)), tuple(dict.fromkeys(b)))
    return _joined_like(one, other), _joined_like(other, one)


def _joined_like(words: Words, like: Words) -> Words:
    out, start = [], 0
    while start < len(words):
        for size in (4, 3, 2):
            if start + size <= len(words) and "".join(words[start : start + size]) in like:
                out.append("".join(words[start : start + size]))
                start += size
                break
        else:
            out.append(words[start])
            start += 1
    return tuple(out)


def _weight(word: str) -> float:
    if word in PARTICLES:
        return 0.25
    return 0.5 if len(word) == 1 else 1.0


def _compare_aligned(a: Words, b: Words, *, may_differ: bool) -> Match:
    pairs = _align(a, b, may_differ=may_differ)
    if not pairs:
        return NO_MATCH
    hit_a = sum(pair.score * min(_weight(a[pair.a]), _weight(b[pair.b])) for pair in pairs)
    weight_a = sum(map(_weight, a)) - sum(_initial_penalty(pair, a, b) for pair in pairs)
    weight_b = sum(map(_weight, b)) - sum(_initial_penalty(pair, b, a, flipped=True) for pair in pairs)
    low, high = sorted((min(1.0, hit_a / weight_a), min(1.0, hit_a / weight_b)))
    score = 0.85 * high + 0.15 * low
    unmatched_a, unmatched_b = (
        _list_unmatched(a, {pair.a for pair in pairs}),
        _list_unmatched(b, {pair.b for pair in pairs}),
    )
    if unmatched_a and unmatched_b:
        score *= _CONFLICT
    if not may_differ and _is_other_given_name(a, b, [*unmatched_a, *unmatched_b]):
        score = min(score, _ONE_WORD)
    whole = [pair for pair in pairs if min(len(a[pair.a]), len(b[pair.b])) > 1 and a[pair.a] not in PARTICLES]
    if not whole or (len(whole) < 2 and (unmatched_a or unmatched_b)):
        score = min(score, _ONE_WORD)
    elif any(pair.kind is ReasonKind.INITIAL for pair in pairs) and len(whole) < 2:
        score = min(score, _INITIAL_CAP)
    reasons = [Reason(pair.kind, a[pair.a].title(), b[pair.b].title()) for pair in pairs if pair.kind]
    if unmatched_a or unmatched_b:
        reasons.append(Reason(ReasonKind.EXTRA_NAME, " ".join([*unmatched_a, *unmatched_b]).title()))
    elif [pair.b for pair in pairs] != sorted(pair.b for pair in pairs):
        reasons.append(Reason(ReasonKind.REVERSED))
    return Match(score, tuple(reasons))


def _is_other_given_name(a: Words, b: Words, unmatched: list[str]) -> bool:
    """Whether one Chinese name has a further syllable: Wang Wei isn't Wang Wei Min. A name of marriage isn't one.

    With an English given name it can be the same person: Susan Lee, Susan Lee Chen.
    """
    if any(map(is_given_name, (*a, *b))):
        return False
    syllables = [word for word in unmatched if is_syllables(word)]
    longer = max(a, b, key=len)
    is_married = len(longer) >= _MARRIED_WORDS and syllables == [longer[0]] and is_family(longer[0])
    return bool(syllables) and not is_married


def _initial_penalty(pair: WordPair, words: Words, other: Words, *, flipped: bool = False) -> float:
    """Return what an initial on the other side takes from the weight of a word."""
    own, opposite = (words[pair.b], other[pair.a]) if flipped else (words[pair.a], other[pair.b])
    return max(0.0, _weight(own) - _weight(opposite)) if len(opposite) == 1 else 0.0


def _list_unmatched(words: Words, used: set[int]) -> list[str]:
    return [word for index, word in enumerate(words) if index not in used and word not in PARTICLES]


def _align(a: Words, b: Words, *, may_differ: bool) -> list[WordPair]:
    candidates = []
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            score, kind = compare_words(one, other, may_differ=may_differ)
            if score:
                candidates.append(WordPair(score, i, j, kind))
    candidates.sort(key=lambda pair: (-pair.score, abs(pair.a - pair.b)))
    used_a, used_b, out = set(), set(), []
    for pair in candidates:
        if pair.a not in used_a and pair.b not in used_b:
            used_a.add(pair.a)
            used_b.add(pair.b)
            out.append(pair)
    return sorted(out, key=lambda pair: pair.a)
