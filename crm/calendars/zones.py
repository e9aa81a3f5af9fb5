"""Zones and wall clocks: one instant in UTC, and how it reads here and there."""

import datetime as dt
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import get_day_names, get_timezone_location

# Business in all of China runs on Beijing time, also where a map or a phone says Urumqi.
_BUSINESS = {"Asia/Urumqi": "Asia/Shanghai", "Asia/Kashgar": "Asia/Shanghai"}
_NOWHERE = {"001", "ZZ"}
# The two sides of the ocean, for whom the clock and the office hours of the other are shown.
_HOME, _CHINA = "America/Los_Angeles", "Asia/Shanghai"
_NEAR_CHINA = {"CN", "HK", "TW", "MO", "SG"}
# Where business is mostly done, for countries of several zones.
_MAIN = {
    "US": "America/New_York",
    "CN": "Asia/Shanghai",
    "HK": "Asia/Hong_Kong",
    "MO": "Asia/Macau",
    "TW": "Asia/Taipei",
    "CA": "America/Toronto",
    "MX": "America/Mexico_City",
    "BR": "America/Sao_Paulo",
    "AU": "Australia/Sydney",
    "RU": "Europe/Moscow",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "AR": "America/Argentina/Buenos_Aires",
    "CL": "America/Santiago",
    "ES": "Europe/Madrid",
    "PT": "Europe/Lisbon",
    "NZ": "Pacific/Auckland",
    "MY": "Asia/Kuala_Lumpur",
    "UA": "Europe/Kyiv",
    "DE": "Europe/Berlin",
    "UZ": "Asia/Tashkent",
    "EC": "America/Guayaquil",
    "CD": "Africa/Kinshasa",
    "CY": "Asia/Nicosia",
    "PG": "Pacific/Port_Moresby",
}


class BothClocks(NamedTuple):
    """One instant on two walls; `day_shift` is 1 when it is already tomorrow there, -1 when still yesterday."""

    here: dt.datetime
    there: dt.datetime
    day_shift: int


def is_zone(zone: str | None) -> bool:
    """Whether the zone is known here."""
    try:
        return bool(zone) and ZoneInfo(str(zone)) is not None
    except (OSError, ValueError, KeyError):
        return False


def resolve_local(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """The instant (aware, UTC) of a wall time.

    A time that the clock change leaves out moves to the first instant after; a time that comes twice is the first one.
    Raises ZoneInfoNotFoundError (a KeyError) for an unknown zone.
    """
    local = ZoneInfo(zone)
    wall = dt.datetime.combine(day, time.replace(tzinfo=None, fold=0))
    early = wall.replace(tzinfo=local).astimezone(dt.UTC)
    if early.astimezone(local).replace(tzinfo=None, fold=0) == wall:
        return early
    return _end_of_gap(wall.replace(tzinfo=local, fold=1).astimezone(dt.UTC), early, local)


def _end_of_gap(before: dt.datetime, after: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    old = before.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if dt.datetime.fromtimestamp(middle, zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return dt.datetime.fromtimestamp(high, dt.UTC)


def both_clocks(instant: dt.datetime, here_zone: str, there_zone: str) -> BothClocks:
    """An aware instant on the clock here and on theirs."""
    here = instant.astimezone(ZoneInfo(here_zone))
    there = instant.astimezone(ZoneInfo(there_zone))
    return BothClocks(here, there, (there.date() - here.date()).days)


def both(instant: dt.datetime, here: str, there: str, locale: str = "en", *, with_day: bool = True) -> str:
    """`Tue 17:00 = Wed 09:00 Shanghai`; their day only when it differs, only one clock when both agree.

    `with_day=False` leaves out the day here, where the page has said it.
    """
    clocks = both_clocks(instant, here, there)
    ours = _clock(clocks.here, locale, with_day=with_day)
    if clocks.here.utcoffset() == clocks.there.utcoffset():
        return ours
    theirs = _clock(clocks.there, locale, with_day=clocks.day_shift != 0)
    return f"{ours} = {theirs} {city_of(there, locale)}"


def _clock(wall: dt.datetime, locale: str, *, with_day: bool) -> str:
    return f"{day_name(wall.weekday(), locale)} {wall:%H:%M}" if with_day else f"{wall:%H:%M}"


def day_name(weekday: int, locale: str = "en") -> str:
    """The short name of a weekday, 0 is Monday."""
    return str(get_day_names("abbreviated", locale=locale)[weekday])


@lru_cache(maxsize=1024)
def city_of(zone: str, locale: str = "en") -> str:
    """The city that names a zone, in the reader's language: Asia/Shanghai -> Shanghai, 上海."""
    if not is_zone(zone) or "/" not in zone:
        return zone
    city = str(get_timezone_location(zone, locale=locale, return_city=True))
    return city or zone.rsplit("/", 1)[1].replace("_", " ")


def hours_ahead(here_zone: str, there_zone: str, instant: dt.datetime) -> float:
    """By how many hours the clock there is ahead of the clock here at an instant; negative when behind."""
    ours = instant.astimezone(ZoneInfo(here_zone)).utcoffset() or dt.timedelta()
    theirs = instant.astimezone(ZoneInfo(there_zone)).utcoffset() or dt.timedelta()
    return (theirs - ours) / dt.timedelta(hours=1)


def zone_of_country(country: str | None, *, near: str | None = None) -> str | None:
    """The zone of a country (ISO code), or where it has several the main one for business; None when unknown.

    `near`, the center's own zone, wins when it lies in that country.
    """
    code = (country or "").upper()
    if near and country_of_zone(near) == code:
        return business_zone(near)
    zones = get_global("territory_zones").get(code) or []
    return _MAIN.get(code) or next((zone for zone in zones if is_zone(zone)), None)


def country_of_zone(zone: str | None) -> str | None:
    """The ISO code of the country of a zone; None for UTC and the unknown."""
    name = get_global("zone_aliases").get(zone or "", zone or "")
    code = get_global("zone_territories").get(name)
    return code if code and code not in _NOWHERE else None


def other_side(zone: str) -> str:
    """The zone of those across the ocean: China's for who is at home, home's for who is in China or near it."""
    return _HOME if country_of_zone(zone) in _NEAR_CHINA else _CHINA


def business_zone(zone: str) -> str:
    """The zone that business keeps: Beijing time for Urumqi."""
    return _BUSINESS.get(zone, zone)


def iana_zone(name: str | None) -> str | None:
    """The IANA zone for a name in a calendar file, also of Windows: `China Standard Time` -> Asia/Shanghai, or None."""
    tidy = (name or "").strip().strip('"')
    if is_zone(tidy):
        return tidy
    mapped = get_global("windows_zone_mapping").get(tidy)
    return mapped if is_zone(mapped) else None
