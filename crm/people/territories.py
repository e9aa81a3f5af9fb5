"""Territories of China reps: regions, provinces and cities in English and Chinese, and whether two overlap.

A region is its whole provinces: Shantou counts to the Pearl River Delta, because Guangdong does.
"""

from __future__ import annotations

import re
from functools import cache

from crm.names.folding import simplify_char
from crm.reference.cities import load_cities
from crm.reference.services import shipped_rows

WHOLE_COUNTRY = ""
"""The area that contains the areas of all provinces."""
COUNTRY_NAMES = frozenset({"china", "mainland china", "prc", "pr china", "peoples republic of china"})
"""Folded names of the country that end an address such as "Jiangsu, China"."""
SEPARATORS = re.compile(r"[;/&+；、\n]|\band\b|(?<=\w\w)(?<!共)[和与及](?=\w\w)")
"""What separates the places of a territory; 呼和浩特, 和田 and 中华人民共和国 are one place each."""
_COMMA = re.compile(r"[,，(（]")
"""What separates the places of a territory, or a city from its province: Suzhou, Jiangsu; Suzhou (Jiangsu)."""
_PUNCTUATION = str.maketrans("-‐‑", "   ", ".'’‘ʼ")
_EASTERN = re.compile(r"(?<=east|west|orth|outh)ern\b")
_SOUTH_WEST = re.compile(r"\b(north|south) (?=east|west)")
_KIND = re.compile(r"\s(?:province|city|municipality|(?:autonomous )?region|sar)$|(?<=..)(?:省|市|地区)$")
_EXCEPTION = re.compile(r"\b(?:except|excl|outside|without)|除|不含")
_BETWEEN = re.compile(r"\s*(?:province|city|省|市|(?:壮族|回族|维吾尔)?自治区)?\s*")
"""What may stand between a city and its province: 江苏省苏州市, Suzhou Jiangsu."""


def territories_overlap(one: str | None, other: str | None) -> bool:
    """Return whether two territories, each one place or several, may overlap; an unknown one overlaps with each."""
    places, other_places = _split_territory(one), _split_territory(other)
    return not places or not other_places or any(_places_overlap(a, b) for a in places for b in other_places)


def _split_territory(text: str | None) -> set[str]:
    """Return the folded places of a text: "Jiangsu, Zhejiang and 福建省" has three, "Ningbo, Zhejiang" only Ningbo."""
    places: set[str] = set()
    for part in SEPARATORS.split(_fold(text or "")):
        names = [name for name in (name.strip(" )）") for name in _COMMA.split(part)) if name]
        while len(names) > 1 and all(_is_address(name, names[-1]) for name in names[:-1]):
            names.pop()
        places.update(names)
    return places


def _fold(text: str) -> str:
    """Return a text with one spelling: Xi’an as xian, South-western China as southwest china, 廣東 as 广东."""
    plain = "".join(map(simplify_char, text.casefold().translate(_PUNCTUATION)))
    return _SOUTH_WEST.sub(r"\1", _EASTERN.sub("", plain))


def _is_address(name: str, end: str) -> bool:
    """Return whether a known place lies in the province, city or country that follows it."""
    areas, end_areas = _find_areas(name), _load_areas().get(_KIND.sub("", end), set())
    is_one_area = len(end_areas) == 1 and WHOLE_COUNTRY not in end_areas
    is_end = end in COUNTRY_NAMES or (is_one_area and _contain(end_areas, areas))
    return bool(areas) and is_end and not _EXCEPTION.search(name)


def _places_overlap(one: str, other: str) -> bool:
    """Return whether a place contains another one: by the areas of both if known, else by their names."""
    areas, other_areas = _find_areas(one), _find_areas(other)
    if areas and other_areas:
        return any(a.startswith(b) or b.startswith(a) for a in areas for b in other_areas)
    name, other_name = _KIND.sub("", one), _KIND.sub("", other)
    return WHOLE_COUNTRY in areas | other_areas or name in other_name or other_name in name


def _find_areas(place: str) -> set[str]:
    """Return the areas of the known names in a folded place; of a city and its province those of the city."""
    areas_of, end = _load_areas(), 0
    areas: list[set[str]] = []
    for match in _compile_names().finditer(place):
        name_areas = areas_of[match[0]]
        is_next = areas and _BETWEEN.fullmatch(place, end, match.start())
        if is_next and _contain(areas[-1], name_areas):
            areas[-1] = name_areas
        elif not is_next or not _contain(name_areas, areas[-1]):
            areas.append(name_areas)
        end = match.end()
    bare = _KIND.sub("", place)
    return set().union(*areas) or areas_of.get(f"{bare} china") or areas_of.get(f"中国{bare}") or set()


def _contain(areas: set[str], parts: set[str]) -> bool:
    return all(any(part.startswith(area) for area in areas) for part in parts)


@cache
def _compile_names() -> re.Pattern[str]:
    """Return a pattern of all known names, the longest first; those in English are whole words."""
    names = sorted(_load_areas(), key=len, reverse=True)
    return re.compile("|".join(rf"\b{name}\b" if name.isascii() else name for name in names))


@cache
def _load_areas() -> dict[str, set[str]]:
    """Return the areas of each known folded place: "zhejiang/" for a province, "zhejiang/ningbo/" for a city."""
    cities = load_cities()
    areas: dict[str, set[str]] = {}
    for row in shipped_rows("china_provinces"):
        areas[_fold(row["name"])] = areas[row["native"]] = {f"{row['name']}/"}
        for path in row["cities"].split():
            city = cities[path.rpartition("/")[2].casefold()]
            areas[_fold(city.name)] = areas[city.native.removesuffix("市")] = {f"{row['name']}/{path}/"}
    for row in shipped_rows("china_regions"):
        provinces = {f"{name}/" for name in row["provinces"].split("/")} if row["provinces"] else {WHOLE_COUNTRY}
        areas |= dict.fromkeys(map(_fold, row["names"].split("/")), provinces)
    return areas
