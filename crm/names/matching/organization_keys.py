"""Keys that names of one organization share: by its own name in pinyin or by sound, in English, by initials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from crm.names.pinyin import split_latin, syllables

from .keys import MAX_KEYS, limit_keys
from .name_variants import list_names
from .organization_parts import (
    ACRONYM_LENGTHS,
    OrganizationName,
    OrganizationParts,
    abbreviations_of,
    prepare_organization,
    shorten_han,
)
from .organization_words import HanWord, company_words, generic_words, place_words
from .sounds import HONG_KONG, TAIWAN, usual_spellings
from .western import sound_of

_SHORT_WORD, _LONGEST_SKELETON = 3, 16


def organization_keys(*texts: str | None) -> tuple[str, ...]:
    names = list_names(OrganizationName(aliases=tuple(text for text in texts if text)).texts)
    # In turns, so that each name has some.
    rounds = zip_longest(*map(_name_keys, names))
    return limit_keys((key for keys in rounds for key in keys if key is not None), MAX_KEYS)


def _name_keys(text: str) -> Iterator[str]:
    parts = prepare_organization(text)
    yield from _han_keys(parts) if parts.han else _latin_keys(parts)


def _han_keys(parts: OrganizationParts) -> Iterator[str]:
    short = prepare_organization(shorten_han(parts))
    core = short.core or "".join(word.text for word in short.han)
    without_place = "".join(word.text for word in short.han if not (word.is_descriptive or word.is_place))
    for own_name in dict.fromkeys(filter(None, (core, without_place))):
        yield "3" + own_name
        yield "4" + _skeleton("".join(syllables(own_name)).replace("ü", "v"))
    yield from _spelled_keys(parts.han)
    yield from _english_keys(parts.han)
    if all(word.english for word in parts.han):
        yield _translated_key(part for word in parts.han for part in word.english[0])


def _spelled_keys(words: Iterable[HanWord]) -> Iterator[str]:
    """Yield the keys of the first unknown name as companies of Hong Kong and Taiwan spell it: 永隆 is Wing Lung."""
    name = next((word.text for word in words if not word.english), "")
    for romanization in (HONG_KONG, TAIWAN) if len(name) > 1 else ():
        yield from ("4" + _skeleton(spelled) for spelled in usual_spellings(name, romanization))


def _english_keys(words: Iterable[HanWord]) -> Iterator[str]:
    """Yield the keys of the English names of a company that isn't called by its sound: 吉利 is Geely."""
    names = (word for word in words if word.english and not word.is_descriptive and not word.is_place)
    first = next(names, None)
    for form in first.english if first else ():
        yield "4" + _skeleton("".join(part for part in form if part not in generic_words()) or "".join(form))


def _translated_key(words: Iterable[str]) -> str:
    """Return the key of a name all of whose words are known: 长滩港, Port of Long Beach."""
    return "6" + "".join(sorted(generic_words().get(word, word) for word in words))


def _latin_keys(parts: OrganizationParts) -> Iterator[str]:
    core_words = [word for word in parts.words if word not in generic_words()] or list(parts.words)
    yield "4" + _skeleton("".join(core_words))
    yield "4" + _skeleton("".join(parts.words))
    yield "4" + _skeleton(parts.joined)
    if len(core_words) > 1:
        own_words = [word for word in core_words if word not in place_words()] or core_words
        for words in (core_words[:2], sorted(core_words), own_words, own_words[:2], own_words[:3]):
            yield "4" + _skeleton("".join(words))
        for word in (core_words[0], own_words[0]):
            if len(word) > _SHORT_WORD or word in company_words():
                yield "4" + _skeleton(word)
    else:
        yield "4" + _skeleton("".join(parts.words[:2]))
    if len(parts.words) > 1:
        yield _translated_key(parts.words)
    yield from _acronym_keys(parts)


def _acronym_keys(parts: OrganizationParts) -> Iterator[str]:
    """Yield the keys of an abbreviation, and of a name that can be abbreviated so: CNPC."""
    if len(parts.words) == 1 and len(parts.words[0]) in ACRONYM_LENGTHS:
        yield "5" + parts.words[0]
    for letters in abbreviations_of(parts):
        if len(parts.words) > 2 and len(letters) in ACRONYM_LENGTHS:
            yield "5" + letters


def _skeleton(text: str) -> str:
    """Return the consonants of a text, in which most typos don't show; pinyin as it is: it differs in vowels."""
    return text if split_latin(text) else sound_of(text)[:_LONGEST_SKELETON]
