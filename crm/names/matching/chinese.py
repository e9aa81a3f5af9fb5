"""Comparison of Chinese names: characters with characters, characters with spellings, spellings with spellings."""

from __future__ import annotations

from crm.names.pinyin import fold_u, given_readings, split_latin, syllables
from crm.names.surnames import COMPOUND

from .initials import compare_character_initials
from .parts import NameParts
from .readings import ChineseReading, is_syllables, read_chinese, segment, word_windows
from .reasons import ReasonKind
from .scoring import NO_MATCH, Match
from .sounds import (
    HONG_KONG,
    PINYIN,
    ROMANIZATIONS,
    SOUTHERN,
    TAIWAN,
    character_spellings,
    family_index,
    family_spellings,
)

_KINDS = {
    PINYIN: (ReasonKind.PINYIN, 0.93),
    TAIWAN: (ReasonKind.TAIWAN, 0.9),
    HONG_KONG: (ReasonKind.HONG_KONG, 0.9),
    SOUTHERN: (ReasonKind.SOUTHERN, 0.86),
}
_MIXED, _LEFT_WORD, _REVERSED, _SPELLINGS = 0.8, 0.97, 0.98, 0.85
_ONE_SYLLABLE, _RARE_FAMILY = 0.9, 0.85
_ONE_SYSTEM, _TWO_PINYIN = 0.9, 0.75
"""Names that one romanization can read, or pinyin, although they are spelled differently."""
_SEVERAL = -1
"""A name whose parts are spelled in different romanizations."""
_RARE = 8
"""A family name this many times lower in rank than the usual one of a spelling is unlikely."""


def compare_characters(a: NameParts, b: NameParts) -> Match:
    """Compare two names in characters."""
    if a.han == b.han and a.han:
        same = a.native == b.native
        kind = ReasonKind.SAME_CHARACTERS if same else ReasonKind.SAME_SIMPLIFIED
        return Match(1.0 if same else 0.99).add_reason(kind, a.native, b.native)
    if a.foreign and a.foreign == b.foreign:
        return Match(1.0).add_reason(ReasonKind.SAME_CHARACTERS, a.native)
    if "".join(a.foreign) == "".join(b.foreign) and a.foreign:
        return Match(0.98).add_reason(ReasonKind.SPACING)
    if a.han and b.han and syllables(a.han) == syllables(b.han):
        return Match(0.5).add_reason(ReasonKind.OTHER_CHARACTERS, a.native, b.native)
    if a.family == b.family and a.family:
        return Match(0.3).add_reason(ReasonKind.ONLY_FAMILY_NAME, a.family)
    return NO_MATCH


def compare_character_spelling(a: NameParts, b: NameParts) -> Match:
    """Compare a name in characters with one in Latin letters."""
    best = NO_MATCH
    if not (a.han and 2 <= len(a.han) <= 5 and b.words):
        return best
    for family, given_latin, is_reversed, rest in word_windows(b.words, b.family_words):
        if any(map(is_syllables, rest)):
            continue
        for family_name, given_name in _family_cuts(a):
            romanization = _find_romanization(family_name, given_name, family, given_latin)
            if not romanization or _is_other_pinyin(romanization, family_name, family, given_latin):
                continue
            kind, score = _KINDS.get(romanization, (ReasonKind.MIXED, _MIXED))
            match = Match(score).add_reason(kind, a.native, b.latin)
            if rest:
                match = match.add_reason(ReasonKind.EXTRA_NAME, " ".join(rest).title(), factor=_LEFT_WORD ** len(rest))
            if is_reversed:
                match = match.add_reason(ReasonKind.REVERSED, factor=_REVERSED)
            best = max(best, match, key=lambda one: one.score)
        if best.score > _MIXED * _REVERSED:
            break
    return best if best.score else compare_character_initials(a, b)


def _is_other_pinyin(romanization: int, family_name: str, family: str, given_latin: str) -> bool:
    """Whether the Latin name is the pinyin of other characters: Wang Hui is 王慧, although 飞 is Hui in the south."""
    is_mixed_or_southern = romanization not in (PINYIN, TAIWAN, HONG_KONG)
    is_family_pinyin = bool(family_spellings(family_name).get(family, 0) & PINYIN)
    return is_mixed_or_southern and is_family_pinyin and bool(split_latin(given_latin))


def _family_cuts(a: NameParts) -> list[tuple[str, str]]:
    cuts = [(a.family, a.given_name)] if a.given_name else []
    if len(a.family) > 1 and a.family not in COMPOUND:
        cuts.append((a.han[0], a.han[1:]))
    return cuts


def _find_romanization(family_name: str, given_name: str, family: str, given_latin: str) -> int:
    """Return the romanization in which Latin letters spell a name; _SEVERAL for mixed ones, 0 if they don't."""
    family_bits = family_spellings(family_name).get(family, 0)
    given_bits = _given_bits(given_name, given_latin) if family_bits else []
    if not given_bits:
        return 0
    common = _first_romanization([family_bits & bits for bits in given_bits])
    if common:
        return common
    if family_bits == PINYIN:
        return _SEVERAL
    return _first_romanization(given_bits) or _SEVERAL


def _first_romanization(readings: list[int]) -> int:
    """Return the most usual romanization that one of the readings has; 0 if none has any."""
    return next((romanization for romanization in ROMANIZATIONS if any(bits & romanization for bits in readings)), 0)


def _given_bits(given_name: str, given_latin: str) -> list[int]:
    """Return the romanizations of each way to read the Latin letters as the characters; without one in common: 0."""
    if not given_name:
        return [] if given_latin else [15]
    out = []
    for spelling, bits in character_spellings(given_name[0]).items():
        if given_latin.startswith(spelling):
            out += [bits & rest for rest in _given_bits(given_name[1:], given_latin[len(spelling) :])]
    if not out and len(given_name) > 1:
        usual = ["".join(reading).replace("ü", u) for reading in given_readings(given_name) for u in ("u", "v", "yu")]
        out = [PINYIN] if given_latin in usual else []
    return out


def compare_spellings(a: NameParts, b: NameParts) -> Match:
    """Compare two names in Latin letters that can be read as Chinese ones, in any romanizations."""
    best = NO_MATCH
    for one in read_chinese(a.words, a.family_words):
        for other in read_chinese(b.words, b.family_words):
            score = _compare_readings(one, other)
            if not score:
                continue
            match = Match(score).add_reason(ReasonKind.SAME_CHINESE_NAME, a.latin, b.latin)
            if one.is_reversed != other.is_reversed:
                match = match.add_reason(ReasonKind.REVERSED, factor=_REVERSED)
            unmatched = [*one.rest, *other.rest]
            if unmatched and set(one.rest) != set(other.rest):
                match = match.add_reason(ReasonKind.EXTRA_NAME, " ".join(unmatched).title(), factor=_LEFT_WORD)
                if one.rest and other.rest:
                    match = match._replace(score=match.score * 0.8)
            best = max(best, match, key=lambda match: match.score)
    return best


def _compare_readings(one: ChineseReading, other: ChineseReading) -> float:
    if fold_u(one.family) == fold_u(other.family) and fold_u(one.given_latin) == fold_u(other.given_latin):
        return 0.97
    is_one_system = one.romanizations & other.romanizations
    if is_one_system & PINYIN and one.family == other.family:
        return 0.0
    rank = _shared_family(one, other)
    if not rank:
        return 0.0
    if is_one_system & PINYIN and not _is_usual_elsewhere(one, other):
        rank *= _TWO_PINYIN
    elif is_one_system:
        rank *= _ONE_SYSTEM
    if fold_u(one.given_latin) == fold_u(other.given_latin):
        return 0.9 * rank
    if not _same_given(one, other):
        return 0.0
    syllable_count = min(
        len(syllable_bits) for r in ROMANIZATIONS for syllable_bits in segment(one.given_latin, r) or ((0,) * 9,)
    )
    return _SPELLINGS * rank * (1.0 if syllable_count > 1 else _ONE_SYLLABLE)


def _shared_family(one: ChineseReading, other: ChineseReading) -> float:
    """Return 1.0 if two spellings share a usual family name, less for a rare one, else 0."""
    if one.family == other.family:
        return 1.0
    first, second = _family_characters(one), _family_characters(other)
    both = first & second
    if not both:
        return 0.0
    rank = _lowest_bit(both) + 3
    usual = min(_lowest_bit(first), _lowest_bit(second)) + 3
    return 1.0 if rank <= usual * _RARE else _RARE_FAMILY


def _is_usual_elsewhere(one: ChineseReading, other: ChineseReading) -> bool:
    """Whether the shared family name is a more usual reading of one spelling than its pinyin: Chang is 张."""
    shared = _lowest_bit(_family_characters(one) & _family_characters(other))
    own = [family_index().characters(PINYIN, reading.family) for reading in (one, other)]
    return any(not bits or _lowest_bit(bits) > shared for bits in own)


def _family_characters(reading: ChineseReading) -> int:
    characters = 0
    for romanization in ROMANIZATIONS:
        if reading.romanizations & romanization:
            characters |= family_index().characters(romanization, reading.family)
    return characters


def _lowest_bit(bits: int) -> int:
    return (bits & -bits).bit_length()


def _same_given(one: ChineseReading, other: ChineseReading) -> bool:
    """Whether the given names can be the same characters, spelled in two romanizations."""
    firsts = [romanization for romanization in ROMANIZATIONS if one.romanizations & romanization]
    seconds = [romanization for romanization in ROMANIZATIONS if other.romanizations & romanization]
    return any(
        first != second and _shares(one.given_latin, other.given_latin, first, second)
        for first in firsts
        for second in seconds
    )


def _shares(a: str, b: str, first: int, second: int) -> bool:
    return any(
        len(one) == len(other) and all(x & y for x, y in zip(one, other, strict=True))
        for one in segment(a, first)
        for other in segment(b, second)
    )


def share_romanization(a: NameParts, b: NameParts) -> bool:
    """Whether one romanization can read both: a letter that differs is then another name, not a typo."""
    bits = [0, 0]
    for index, parts in enumerate((a, b)):
        for reading in read_chinese(parts.words, parts.family_words):
            bits[index] |= reading.romanizations
    return bool(bits[0] & bits[1])
