"""Generates names of people, as they are usual in a country."""

from __future__ import annotations

import random
from typing import NamedTuple

from . import chinese_names, western_names


class GeneratedName(NamedTuple):
    """The parts of a name."""

    family_latin: str
    given_latin: str
    family_native: str | None = None
    given_native: str | None = None
    english_name: str | None = None


def draw_name(rng: random.Random, country: str) -> GeneratedName:
    """Return a name in the scripts and spelling of the country."""
    if country in ("HK", "TW"):
        families, first_names = (
            (chinese_names.HONG_KONG, chinese_names.HONG_KONG_GIVEN)
            if country == "HK"
            else (chinese_names.TAIWAN, chinese_names.TAIWAN_GIVEN)
        )
        (family, family_pinyin), (own, own_pinyin) = rng.choice(families), rng.choice(first_names)
        return GeneratedName(family_pinyin, own_pinyin, family, own, _english(rng))
    if country == "CN":
        family, family_pinyin = rng.choice(chinese_names.FAMILIES)
        own, own_pinyin = _draw_given_name(rng)
        return GeneratedName(family_pinyin, own_pinyin, family, own, _english(rng))
    given_names, families_abroad = western_names.ABROAD.get(country, (western_names.GIVEN, western_names.FAMILY))
    if country == "US" and rng.random() < 0.06:
        family, family_pinyin = rng.choice(chinese_names.FAMILIES)
        return GeneratedName(family_pinyin, rng.choice(chinese_names.ENGLISH))
    return GeneratedName(rng.choice(families_abroad), rng.choice(given_names))


def _draw_given_name(rng: random.Random) -> tuple[str, str]:
    if rng.random() < 0.2:
        native, reading = rng.choice(chinese_names.SINGLES)
        return native, reading
    (first, reading), (second, second_pinyin) = rng.choice(chinese_names.FIRST), rng.choice(chinese_names.SECOND)
    joint = "'" if second_pinyin[0] in "aeo" else ""
    return first + second, f"{reading}{joint}{second_pinyin}".capitalize()


def _english(rng: random.Random) -> str | None:
    return rng.choice(chinese_names.ENGLISH) if rng.random() < 0.2 else None
