"""Sort keys for names, equal on every database: Latin letters folded, Han by pinyin, compared by byte."""

import unicodedata
from functools import lru_cache

from crm.names.folding import fold, has_han, is_latin, split_word, split_words
from crm.names.pinyin import family_readings, given_readings, syllables
from crm.names.surnames import split_family

MAX_CHARS = 120
MAX_CITY_CHARS = 80
_LAST = "~"


@lru_cache(maxsize=2048)
def sort_key(text: str | None) -> str:
    """Return a lower-case ASCII key of 1 to MAX_CHARS characters; texts without Latin reading sort last."""
    words: list[str] = []
    for word in split_words(text or ""):
        words += split_word(word) if is_latin(word) else _spell(word, syllables(word))
    return _key(words, text or "")


def city_key(city: str | None) -> str:
    """Return the key under which a city is found and sorted; "" without one."""
    return sort_key(city)[:MAX_CITY_CHARS] if city else ""


def person_sort_key(
    family_native: str | None, given_native: str | None, family_latin: str | None, given_latin: str | None
) -> str:
    """Return a key that begins with the family name: the person's own Latin spelling if any, else the pinyin."""
    latin = sort_key(f"{family_latin or ''} {given_latin or ''}")
    if family_latin and not latin.startswith(_LAST):
        return latin
    family_name, given_name = fold(family_native or "").strip(), fold(given_native or "").strip()
    if family_name and not given_name and len(family_name) > 1 and has_han(family_name):
        family_name, given_name = split_family(family_name)
    if has_han(family_name) and " " not in family_name + given_name:
        readings = family_readings(family_name)[0] + given_readings(given_name)[0]
        return _key(_spell(family_name + given_name, readings), family_name + given_name)
    native = sort_key(f"{family_name} {given_name}")
    return native if latin.startswith(_LAST) else latin


def _spell(run: str, readings: list[str]) -> list[str]:
    # Written with v, lü sorts after luo, as in dictionaries.
    return [syllable.replace("ü", "v") for syllable in readings] or [_LAST + run.encode("utf-32-be").hex()]


def _key(words: list[str], text: str) -> str:
    key = " ".join(words)
    if not key or not key.isascii():
        rest = unicodedata.normalize("NFKC", text).casefold().split()
        key = _LAST + "".join(f"{ord(char):05x}" for word in rest for char in word)
    return key[:MAX_CHARS].rstrip()
