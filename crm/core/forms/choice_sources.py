"""Choices of select fields: countries, time zones, currencies, languages, hours, teams, users."""

from __future__ import annotations

from datetime import datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from babel import Locale
from flask import current_app
from flask_babel import get_locale

from crm import calendars
from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query, of_own_teams
from crm.core.data.base import Select, fetch
from crm.core.data.identity import Membership, Team, User
from crm.core.data.once import once_per_request
from crm.core.i18n import formats
from crm.core.i18n.translations import LANGUAGES, SHIPPED
from crm.core.policy import Actor

ZONES = (
    "America/Los_Angeles",
    "America/Denver",
    "America/Phoenix",
    "America/Chicago",
    "America/New_York",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Toronto",
    "America/Mexico_City",
    "America/Bogota",
    "America/Lima",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Macau",
    "Asia/Taipei",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Ulaanbaatar",
    "Asia/Singapore",
    "Asia/Kuala_Lumpur",
    "Asia/Jakarta",
    "Asia/Manila",
    "Asia/Bangkok",
    "Asia/Ho_Chi_Minh",
    "Asia/Phnom_Penh",
    "Asia/Vientiane",
    "Asia/Yangon",
    "Asia/Dhaka",
    "Asia/Colombo",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Karachi",
    "Asia/Kabul",
    "Asia/Almaty",
    "Asia/Tashkent",
    "Asia/Bishkek",
    "Asia/Dushanbe",
    "Asia/Ashgabat",
    "Asia/Baku",
    "Asia/Tbilisi",
    "Asia/Yerevan",
    "Asia/Dubai",
    "Asia/Riyadh",
    "Asia/Qatar",
    "Asia/Kuwait",
    "Asia/Baghdad",
    "Asia/Tehran",
    "Asia/Jerusalem",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Rome",
    "Europe/Vienna",
    "Europe/Warsaw",
    "Europe/Belgrade",
    "Europe/Athens",
    "Europe/Budapest",
    "Africa/Cairo",
    "Africa/Addis_Ababa",
    "Africa/Nairobi",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "Africa/Casablanca",
    "Australia/Sydney",
    "Australia/Perth",
    "Pacific/Auckland",
    "UTC",
)
"""Time zones that forms offer; a record may have another one."""
CURRENCIES = (
    "USD",
    "CNY",
    "HKD",
    "TWD",
    "EUR",
    "GBP",
    "JPY",
    "SGD",
    "MYR",
    "THB",
    "VND",
    "IDR",
    "AED",
    "SAR",
    "KZT",
    "RUB",
)
FIRST_COUNTRIES = ("US", "CN", "HK", "TW", "MO", "SG")
NO_COUNTRIES = ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO")
"""Codes of territories of the locale data that are no countries."""


def current_language() -> str:
    """Return the reader's language as Babel writes it."""
    return str(get_locale() or "en")


def country_choices() -> list[tuple[str, str]]:
    """Return ISO codes and names; the countries used most come first."""
    names = {
        code: name
        for code, name in Locale.parse(current_language()).territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    }
    first = [(code, names.pop(code)) for code in FIRST_COUNTRIES]
    return [*first, *sorted(names.items(), key=lambda item: item[1])]


def zone_choices() -> list[tuple[str, str]]:
    """Return IANA names with texts such as "Shanghai, UTC+8" (the offset now), from west to east."""
    return list(_zones(clock.now().replace(minute=0, second=0, microsecond=0), current_language()))


@lru_cache(maxsize=8)
def _zones(moment: datetime, _language: str) -> tuple[tuple[str, str], ...]:
    # All zones of the list change their clocks at a full hour.
    choices = []
    for name in ZONES:
        offset = moment.astimezone(ZoneInfo(name)).utcoffset()
        hours = offset.total_seconds() / 3600 if offset else 0
        choices.append((name, f"{formats.place(name)}, UTC{hours:+g}"))
    return tuple(choices)


def default_zone(country: str | None) -> str | None:
    """Return the time zone to assume for a country; of several, the one nearest to the center."""
    return calendars.zone_of_country(country, near=current_app.config["CRM_TIMEZONE"]) if country else None


def currency_choices() -> list[tuple[str, str]]:
    """Return ISO codes and names."""
    names = Locale.parse(current_language()).currencies
    return [(c, f"{c}, {names.get(c, c)}") for c in CURRENCIES]


def language_choices() -> list[tuple[str, str]]:
    """Return the code and native name of each language."""
    return list(LANGUAGES.items())


def shipped_language_choices() -> list[tuple[str, str]]:
    """Return the languages of the interface."""
    return [(code, name) for code, name in language_choices() if code in SHIPPED]


def hour_choices() -> list[tuple[str, str]]:
    """Return the full hours of a day."""
    return [(str(hour), formats.clock_time(time(hour))) for hour in range(24)]


def team_choices(actor: Actor) -> list[tuple[int, str]]:
    """Return the teams that the actor may put a record in: own ones; all for those who see all teams."""
    return [(i, n) for i, n in _teams(actor)]


@once_per_request
@cached_query
def _teams(viewer: AccessProfile) -> Select:
    stmt = sa.select(Team.id, Team.name).order_by(Team.name)
    return stmt if viewer.sees_all_teams else stmt.where(of_own_teams(viewer, Team.id))


def user_choices(actor: Actor) -> list[tuple[int, str]]:
    """Return the active users, those of the actor's teams first."""
    return [(i, n) for i, n, is_active in _users(actor) if is_active]


def former_user_choices(actor: Actor) -> list[tuple[int, str]]:
    """Return the deactivated users, those of the actor's teams first."""
    return [(i, n) for i, n, is_active in _users(actor) if not is_active]


def name_team(team_id: int) -> str:
    """Return the name of a team, also of one that the actor isn't offered."""
    return next((name for (name,) in fetch(sa.select(Team.name).where(Team.id == team_id))), "")


def name_user(actor: Actor, user_id: int) -> str:
    """Return the name of a user, also of one who was deactivated."""
    return next((name for i, name, _is_active in _users(actor) if i == user_id), "")


@once_per_request
@cached_query
def _users(viewer: AccessProfile) -> Select:
    in_own_teams = sa.exists().where(Membership.user_id == User.id, of_own_teams(viewer, Membership.team_id))
    return sa.select(User.id, User.name, User.active).order_by(sa.not_(in_own_teams), User.name)
