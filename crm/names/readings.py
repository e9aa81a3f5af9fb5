"""Dictionaries of pinyin readings, reduced while loading to what keys need: 8 MB per process instead of 50."""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

MAX_PHRASE_CHARS = 4
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))
_CHUNK_CHARS = 65_536
_FIRST_HAN = "\u3000"


class Readings(NamedTuple):
    """Syllables without tones: `chars` by code point; `phrases` only if they differ from those of their characters."""

    chars: dict[int, str]
    phrases: dict[str, tuple[str, ...]]


@cache
def load_readings() -> Readings:
    """Return the readings; they are loaded on first use."""
    strings = _strings("pinyin_dict.json")
    chars = {int(code): _remove_tone(readings.split(",")[0]) for code, readings in zip(strings, strings, strict=True)}
    phrases: dict[str, tuple[str, ...]] = {}
    regular: list[str] = []
    for phrase, readings in _phrases():
        if len(phrase) > MAX_PHRASE_CHARS or len(readings) != len(phrase):
            continue
        if readings == _by_character(phrase, chars):
            regular.append(phrase)
        else:
            phrases[phrase] = readings
    # A longer phrase with regular readings still overrides a shorter irregular phrase inside it.
    overriding = [phrase for phrase in regular if not phrases.keys().isdisjoint(_parts(phrase))]
    return Readings(chars, phrases | {phrase: _by_character(phrase, chars) for phrase in overriding})


def _phrases() -> Iterator[tuple[str, tuple[str, ...]]]:
    phrase = ""
    readings: list[str] = []
    for text in _strings("phrases_dict.json"):
        if text > _FIRST_HAN:
            yield phrase, tuple(readings)
            phrase, readings = text, []
        else:
            readings.append(_remove_tone(text))
    yield phrase, tuple(readings)


def _by_character(phrase: str, chars: dict[int, str]) -> tuple[str, ...]:
    return tuple([chars.get(ord(char), "") for char in phrase])


def _parts(phrase: str) -> list[str]:
    size = len(phrase)
    return [phrase[start : start + length] for length in range(2, size) for start in range(size - length + 1)]


def _strings(name: str) -> Iterator[str]:
    # Read the data file of the package as strings, in parts: importing the package would keep all of it in memory,
    # and so would a list, whose memory isn't returned to the system.
    spec = find_spec("pypinyin")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("pypinyin is not installed")
    with (Path(spec.submodule_search_locations[0]) / name).open(encoding="utf-8") as file:
        while chunk := file.read(_CHUNK_CHARS):
            # No string has a quotation mark or more than one line.
            yield from (chunk + file.readline()).split('"')[1::2]


@lru_cache(maxsize=4096)
def _remove_tone(reading: str) -> str:
    return _intern_syllable(unicodedata.normalize("NFC", unicodedata.normalize("NFD", reading).translate(_TONES)))


@cache
def _intern_syllable(syllable: str) -> str:
    return syllable
