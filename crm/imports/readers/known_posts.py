"""Posts known by country and city, and the time zones of cities."""

from __future__ import annotations

import datetime as dt
import unicodedata
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global

#: Mainland, Hong Kong and Taiwan: (country, city) -> code and zone. Closed ones too, so that they are not doubled.
_POSTS = {
    ("CN", "beijing"): ("BJS", "Asia/Shanghai"),
    ("CN", "shanghai"): ("SHA", "Asia/Shanghai"),
    ("CN", "guangzhou"): ("CAN", "Asia/Shanghai"),
    ("CN", "shenyang"): ("SHE", "Asia/Shanghai"),
    ("CN", "wuhan"): ("WUH", "Asia/Shanghai"),
    ("CN", "chengdu"): ("CTU", "Asia/Shanghai"),
    ("HK", "hong kong"): ("HKG", "Asia/Hong_Kong"),
    ("TW", "taipei"): ("TPE", "Asia/Taipei"),
    ("TW", "kaohsiung"): ("KHH", "Asia/Taipei"),
}
#: Other names of these cities in lists.
_CITIES = {
    "peking": "beijing",
    "kiev": "kyiv",
    "北京": "beijing",
    "上海": "shanghai",
    "canton": "guangzhou",
    "广州": "guangzhou",
    "廣州": "guangzhou",
    "沈阳": "shenyang",
    "瀋陽": "shenyang",
    "武汉": "wuhan",
    "武漢": "wuhan",
    "成都": "chengdu",
    "香港": "hong kong",
    "hongkong": "hong kong",
    "台北": "taipei",
    "臺北": "taipei",
    "高雄": "kaohsiung",
}


def post_code(country: str, city: str) -> str:
    """Return the code of the post in this city, "" if unknown."""
    return _POSTS.get((country, city_key(city)), ("", ""))[0]


def post_zone(country: str, city: str) -> str:
    """Return the zone of a city: of a known post, named after the city, or the only one of the country; else ""."""
    if not country:
        return ""
    post = _POSTS.get((country, city_key(city)))
    if post:
        return post[1]
    zones = _zones_of(country)
    matching = [zone for zone in zones if city_key(zone.rpartition("/")[2].replace("_", " ")) == city_key(city)]
    if matching:
        return matching[0]
    return zones[0] if zones and len({_offsets(zone) for zone in zones}) == 1 else ""


def city_key(city: str) -> str:
    """Return the normalized name of a city, for comparing posts."""
    plain = unicodedata.normalize("NFKD", city).casefold()
    key = " ".join(
        "".join(c for c in plain if not unicodedata.combining(c)).replace("-", " ").removesuffix("市").split()
    )
    return _CITIES.get(key, key)


@cache
def _zones_of(country: str) -> tuple[str, ...]:
    territories = get_global("zone_territories")
    return tuple(sorted(zone for zone, territory in territories.items() if territory == country and "/" in zone))


@cache
def _offsets(zone: str) -> tuple[dt.timedelta | None, ...]:
    """Return the offsets in January and July: zones that share both show the same time."""
    return tuple(ZoneInfo(zone).utcoffset(dt.datetime(2026, month, 15)) for month in (1, 7))  # noqa: DTZ001 - wall time
