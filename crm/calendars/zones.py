"""Time zones: the instant of a local time, and the zones of countries and cities."""

import datetime as dt
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import get_day_names, get_timezone_location

from config import is_time_zone

# Businesses in all of China use Beijing time, even where a map or a phone says Urumqi.
_BUSINESS_ZONES = {"Asia/Urumqi": "Asia/Shanghai", "Asia/Kashgar": "Asia/Shanghai"}
# Codes that stand for the world and for an unknown country.
_NO_COUNTRY = {"001", "ZZ"}
# Users on each side of the Pacific see the clock and the office hours of the other side.
_HOME, _CHINA = "America/Los_Angeles", "Asia/Shanghai"
_NEAR_CHINA = {"CN", "HK", "TW", "MO", "SG"}
# The main business zone of countries with several zones.
_MAIN_ZONES = {
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


def is_zone(zone: str | None) -> bool:
    """Whether this system knows the zone."""
    return bool(zone) and is_time_zone(str(zone))


def resolve_local(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """Return the instant (aware, UTC) of a local time.

    A time that a clock change skips moves to the first instant after it; of a time that occurs twice, the first counts.
    Raises ZoneInfoNotFoundError (a KeyError) for an unknown zone.
    """
    local = ZoneInfo(zone)
    wall = dt.datetime.combine(day, time.replace(tzinfo=None, fold=0))
    early = wall.replace(tzinfo=local).astimezone(dt.UTC)
    if early.astimezone(local).replace(tzinfo=None, fold=0) == wall:
        return early
    return _end_of_gap(wall.replace(tzinfo=local, fold=1).astimezone(dt.UTC), early, local)


def day_bounds(day: dt.date, zone: str) -> tuple[dt.datetime, dt.datetime]:
    """Return the instants at which a local day and the day after it begin."""
    return resolve_local(day, dt.time(0), zone), resolve_local(day + dt.timedelta(days=1), dt.time(0), zone)


def local_day(moment: dt.date | dt.datetime, zone: str) -> dt.date:
    """Return the date of a moment (aware) in a zone; a date is returned unchanged."""
    return moment.astimezone(ZoneInfo(zone)).date() if isinstance(moment, dt.datetime) else moment


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


def day_name(weekday: int, locale: str = "en") -> str:
    """Return the short name of a weekday; 0 is Monday."""
    return str(get_day_names("abbreviated", locale=locale)[weekday])


def city_of(zone: str, locale: str = "en") -> str:
    """Return the city that a zone is named after, in the reader's language: Asia/Shanghai -> Shanghai, 上海."""
    if not is_zone(zone) or "/" not in zone:
        return zone
    city = str(get_timezone_location(zone, locale=locale, return_city=True))
    return city or zone.rsplit("/", 1)[1].replace("_", " ")


def zone_of_country(country: str | None, *, near: str | None = None) -> str | None:
    """Return the zone of a country (ISO code), its main business zone if it has several; None if unknown.

    `near`, the center's own zone, is preferred if it is in that country.
    """
    code = (country or "").upper()
    if near and country_of_zone(near) == code:
        return _BUSINESS_ZONES.get(near, near)
    zones = get_global("territory_zones").get(code) or []
    return _MAIN_ZONES.get(code) or next((zone for zone in zones if is_zone(zone)), None)


def country_of_zone(zone: str | None) -> str | None:
    """Return the ISO code of the country of a zone; None for UTC and unknown zones."""
    name = get_global("zone_aliases").get(zone or "", zone or "")
    code = get_global("zone_territories").get(name)
    return code if code and code not in _NO_COUNTRY else None


def opposite_zone(zone: str) -> str:
    """Return the zone on the other side of the Pacific: Los Angeles for zones in or near China, else Shanghai."""
    return _HOME if country_of_zone(zone) in _NEAR_CHINA else _CHINA
