"""The dictionaries of readings, cut down while they are read to what keys need: 8 MB a process instead of 50."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

MAX_PHRASE_CHARS = 4
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))
_STRING = re.compile(r'"([^"]+)"')
_FIRST_HAN = "\u3000"


class Readings(NamedTuple):
    """Toneless syllables: `chars` by code point, `phrases` only where they differ from their characters'."""

    chars: dict[int, str]
    phrases: dict[str, tuple[str, ...]]


@cache
def load_readings() -> Readings:
    """The readings, loaded when first asked for."""
    pairs = _strings("pinyin_dict.json")
    chars = {int(code): _toneless(said.split(",")[0]) for code, said in zip(pairs, pairs, strict=True)}
    phrases: dict[str, tuple[str, ...]] = {}
    regular: list[str] = []
    for phrase, said in _phrases():
        if len(phrase) > MAX_PHRASE_CHARS or len(said) != len(phrase):
            continue
        if said == _by_character(phrase, chars):
            regular.append(phrase)
        else:
            phrases[phrase] = said
    # A longer phrase read character by character still hides a shorter one within it.
    hiding = [phrase for phrase in regular if any(part in phrases for part in _parts(phrase))]
    return Readings(chars, phrases | {phrase: _by_character(phrase, chars) for phrase in hiding})


def _phrases() -> Iterator[tuple[str, tuple[str, ...]]]:
    phrase = ""
    said: list[str] = []
    for text in _strings("phrases_dict.json"):
        if text > _FIRST_HAN:
            yield phrase, tuple(said)
            phrase, said = text, []
        else:
            said.append(_toneless(text))
    yield phrase, tuple(said)


def _by_character(phrase: str, chars: dict[int, str]) -> tuple[str, ...]:
    return tuple(chars.get(ord(char), "") for char in phrase)


def _parts(phrase: str) -> Iterator[str]:
    for size in range(2, len(phrase)):
        for start in range(len(phrase) - size + 1):
            yield phrase[start : start + size]


def _strings(name: str) -> Iterator[str]:
    # The data file of the package, string by string: importing the package would keep all of it in memory.
    spec = find_spec("pypinyin")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("pypinyin is not installed")
    text = (Path(spec.submodule_search_locations[0]) / name).read_text(encoding="utf-8")
    return (found.group(1) for found in _STRING.finditer(text))


@lru_cache(maxsize=4096)
def _toneless(reading: str) -> str:
    return _shared(unicodedata.normalize("NFC", unicodedata.normalize("NFD", reading).translate(_TONES)))


@cache
def _shared(syllable: str) -> str:
    return syllable
