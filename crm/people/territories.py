"""Territories of China reps: regions, provinces and cities in English and Chinese, and whether two overlap."""

from __future__ import annotations

import re
from functools import cache

from crm.names.folding import simplify_char
from crm.reference.cities import load_cities
from crm.reference.services import shipped_rows

SEPARATORS = re.compile(r"[,;/&+，；、\n]|\band\b|(?<=\w\w)[和与與及](?=\w\w)")
"""What separates the places of a territory; 呼和浩特 and 和田 are one place each."""
WHOLE_COUNTRY = frozenset(
    {"china", "mainland china", "greater china", "all china", "all of china", "prc"}
    | {"中国", "全国", "中国大陆", "大中华"}
)
REGION_NAMES = {
    "North China": ("northern china", "华北"),
    "Northeast China": ("northeastern china", "东北", "东三省"),
    "East China": ("eastern china", "华东"),
    "Central China": ("华中",),
    "South China": ("southern china", "华南"),
    "Southwest China": ("southwestern china", "西南"),
    "Northwest China": ("northwestern china", "西北"),
    "Yangtze River Delta": ("yangtze delta", "yrd", "长三角", "长江三角洲"),
    "Pearl River Delta": ("prd", "珠三角", "珠江三角洲"),
    "Greater Bay Area": ("gba", "大湾区", "粤港澳大湾区"),
}
"""Other names of the regions in china_provinces.csv, in small letters and simplified characters."""
_ARTICLE = re.compile(r"^the\s")
_KIND = re.compile(r"\s(?:province|city|municipality|region)$|(?:省|市|地区)$")


def territories_overlap(one: str | None, other: str | None) -> bool:
    """Return whether two territories, each one place or several, may overlap; an unknown one overlaps with each."""
    places, other_places = _split_territory(one), _split_territory(other)
    if not places or not other_places or not WHOLE_COUNTRY.isdisjoint(places | other_places):
        return True
    return any(_places_overlap(a, b) for a in places for b in other_places)


def _split_territory(text: str | None) -> set[str]:
    """Return the places of a text such as "Jiangsu, Zhejiang province and 福建省": jiangsu, zhejiang, 福建."""
    folded = "".join(map(simplify_char, (text or "").casefold()))
    places = (_ARTICLE.sub("", place.strip()) for place in SEPARATORS.split(folded))
    return {_KIND.sub("", place) for place in places if place}


def _places_overlap(one: str, other: str) -> bool:
    """Return whether a place contains another one: by the areas of both if known, else by their names."""
    areas, other_areas = _load_areas().get(one), _load_areas().get(other)
    if areas and other_areas:
        return any(a.startswith(b) or b.startswith(a) for a in areas for b in other_areas)
    return one in other or other in one


@cache
def _load_areas() -> dict[str, set[str]]:
    """Return the areas of each known place: "zhejiang/" for a province, "zhejiang/ningbo/" for a city."""
    cities = load_cities()
    areas: dict[str, set[str]] = {}
    for row in shipped_rows("china_provinces"):
        province = f"{row['name'].casefold()}/"
        names = [row["name"].casefold(), row["native"]]
        for region in row["regions"].split("/"):
            names += [region.casefold(), *REGION_NAMES.get(region, ())]
        for name in names:
            areas.setdefault(name, set()).add(province)
        for name in row["cities"].split():
            city = cities[name.casefold()]
            areas[name.casefold()] = areas[_KIND.sub("", city.native)] = {f"{province}{name.casefold()}/"}
    return areas
