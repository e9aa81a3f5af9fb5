"""Keys by which names sort bytewise alike on every database: Latin letters folded, Han by pinyin."""

import unicodedata
from functools import lru_cache

from crm.names.folding import fold, has_han, is_latin, split_word, split_words
from crm.names.pinyin import family_readings, given_readings, syllables
from crm.names.surnames import split_family

MAX_CHARS = 120
_LAST = "~"


@lru_cache(maxsize=2048)
def sort_key(text: str | None) -> str:
    """A lower-case ASCII key of 1 to MAX_CHARS characters; what has no Latin reading sorts last, by code point."""
    found: list[str] = []
    for word in split_words(text or ""):
        found += split_word(word) if is_latin(word) else _said(word, syllables(word))
    return _key(found, text or "")


def person_sort_key(
    family_native: str | None, given_native: str | None, family_latin: str | None, given_latin: str | None
) -> str:
    """A key by family name first: the person's own Latin spelling where there is one, else the reading."""
    latin = sort_key(f"{family_latin or ''} {given_latin or ''}")
    if family_latin and not latin.startswith(_LAST):
        return latin
    family, given = fold(family_native or "").strip(), fold(given_native or "").strip()
    if family and not given and len(family) > 1 and has_han(family):
        family, given = split_family(family)
    if has_han(family) and " " not in family + given:
        said = family_readings(family)[0] + given_readings(given)[0]
        return _key(_said(family + given, said), family + given)
    native = sort_key(f"{family} {given}")
    return native if latin.startswith(_LAST) else latin


def _said(run: str, said: list[str]) -> list[str]:
    # v sorts lü after luo, as dictionaries do.
    return [syllable.replace("ü", "v") for syllable in said] or [_LAST + run.encode("utf-32-be").hex()]


def _key(found: list[str], text: str) -> str:
    key = " ".join(found)
    if not key or not key.isascii():
        rest = unicodedata.normalize("NFKC", text).casefold().split()
        key = _LAST + "".join(f"{ord(char):05x}" for word in rest for char in word)
    return key[:MAX_CHARS].rstrip()
