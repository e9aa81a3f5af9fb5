"""Choices that are facts of the world: countries, time zones, currencies, languages; and lists of our own people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import wtforms as w
from babel import Locale
from flask import current_app, g
from flask_babel import get_locale
from markupsafe import Markup, escape
from wtforms import validators as v

from crm import calendars
from crm.core import clock
from crm.core.data.access import AccessProfile, of_own_teams, question
from crm.core.data.base import Select
from crm.core.data.identity import Membership, Team, User
from crm.core.i18n import formats
from crm.core.i18n.translations import LANGUAGES, SHIPPED
from crm.core.policy import Actor
from crm.core.words import _

# Where our people and those they deal with live; other zones come in by a record's own value.
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


@lru_cache(maxsize=8)
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names = {
        c: n
        for c, n in Locale.parse(language).territories.items()
        if len(c) == 2 and c.isalpha() and c not in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO")
    }
    first = [(c, names[c]) for c in FIRST_COUNTRIES]
    return (*first, *sorted(((c, n) for c, n in names.items() if c not in FIRST_COUNTRIES), key=lambda x: x[1]))


def language_now() -> str:
    """The reader's language as Babel writes it."""
    return str(get_locale() or "en")


def countries() -> list[tuple[str, str]]:
    """ISO code and name, those we deal with most first."""
    return list(_countries(language_now()))


def zones() -> list[tuple[str, str]]:
    """IANA name, and "Shanghai, UTC+8" as of now, from west to east of the list above."""
    return list(_zones(clock.now().replace(minute=0, second=0, microsecond=0), language_now()))


@lru_cache(maxsize=8)
def _zones(moment: datetime, _language: str) -> tuple[tuple[str, str], ...]:
    # No zone of the list changes its clocks but at a full hour.
    choices = []
    for name in ZONES:
        offset = moment.astimezone(ZoneInfo(name)).utcoffset()
        hours = offset.total_seconds() / 3600 if offset else 0
        choices.append((name, f"{formats.place(name)}, UTC{hours:+g}"))
    return tuple(choices)


def zone_for(country: str | None) -> str | None:
    """The time zone to take for a country when nothing else is said: of several, the one nearest to the center."""
    return calendars.zone_of_country(country, near=current_app.config["CRM_TIMEZONE"]) if country else None


def currencies() -> list[tuple[str, str]]:
    """ISO code and name."""
    names = Locale.parse(language_now()).currencies
    return [(c, f"{c}, {names.get(c, c)}") for c in CURRENCIES]


def languages() -> list[tuple[str, str]]:
    """Code and own name of each language."""
    return list(LANGUAGES.items())


def shipped_languages() -> list[tuple[str, str]]:
    """Those the program itself speaks."""
    return [(code, name) for code, name in languages() if code in SHIPPED]


def hours() -> list[tuple[str, str]]:
    """Whole hours of a day."""
    return [(str(hour), formats.clock_time(time(hour))) for hour in range(24)]


def teams(actor: Actor) -> list[tuple[int, str]]:
    """The teams an actor may put a record in: own ones; all for who sees all."""
    return [(i, n) for i, n in _teams(actor)]


@question
def _teams(viewer: AccessProfile) -> Select:
    stmt = sa.select(Team.id, Team.name).order_by(Team.name)
    return stmt if viewer.sees_all_teams else stmt.where(of_own_teams(viewer, Team.id))


def colleagues(actor: Actor) -> list[tuple[int, str]]:
    """Active users, those of the actor's teams first."""
    return [(i, n) for i, n in _colleagues(actor)]


@question
def _colleagues(viewer: AccessProfile) -> Select:
    in_own_teams = sa.exists().where(Membership.user_id == User.id, of_own_teams(viewer, Membership.team_id))
    return sa.select(User.id, User.name).where(User.active).order_by(sa.not_(in_own_teams), User.name)


class ChoiceSelect(w.widgets.Select):
    """A choice whose options are written as they are: a page has hundreds, and none with attributes of its own."""

    @classmethod
    def render_option(cls, choice: w.Choice, **kwargs: Any) -> Any:
        """Write one option, as the library does."""
        if choice.render_kw or kwargs:
            return super().render_option(choice, **kwargs)
        chosen = " selected" if choice.selected else ""
        label = escape(choice.label or choice.value)
        return Markup(f'<option{chosen} value="{escape(choice.value)}">{label}</option>')  # noqa: S704 - escaped


class CodeChoice(w.SelectField):
    """A choice whose list is asked for when it is shown; empty is None; a value not in the list is kept as it is."""

    widget = ChoiceSelect()

    def __init__(
        self,
        label: object = None,
        validators: Any = None,
        *,
        ask: Any,
        blank: bool,
        number: bool = False,
        write: Callable[[str], str] = str,
        **kw: Any,
    ) -> None:
        """`write` names a kept value that is not offered."""
        self.blank, self.number, self.write = blank, number, write
        super().__init__(label, validators, choices=lambda: self._load_choices(ask), coerce=self._read, **kw)

    def _read(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        return int(value) if self.number else value

    def _load_choices(self, ask: Any) -> list[Any]:
        choices = [w.SelectChoice(str(value), label) for value, label in ask()]
        return [w.SelectChoice("", ""), *choices] if self.blank else choices

    def iter_choices(self) -> Any:
        """Give the choices, with the kept value among them."""
        chosen = "" if self.data is None else str(self.data)
        choices = [(c.value, c.label) for c in self.choices]
        if chosen and self.object_data == self.data and chosen not in [value for value, _label in choices]:
            choices.append((chosen, self.write(chosen)))
        for value, label in choices:
            yield w.Choice(value, label, value == chosen, {})

    def pre_validate(self, form: w.Form) -> None:  # noqa: ARG002
        """Refuse what is not offered."""
        if not self._is_offered():
            raise v.ValidationError(_("Choose one from the list."))

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a value; of what is not offered there is no data, so that nothing computes with it."""
        if not valuelist:
            return
        try:
            self.data = self._read(valuelist[0])
        except ValueError:
            self.data = None
            raise ValueError(_("Choose one from the list.")) from None
        if not self._is_offered():
            self.data = None
            raise ValueError(_("Choose one from the list."))

    def _is_offered(self) -> bool:
        if self.data is None or self.data == self.object_data:
            return True
        return str(self.data) in [choice.value for choice in self.choices]


class ChoiceSource(NamedTuple):
    """Who lists the choices, whether the value is a number, and how a kept value that is not offered is written."""

    ask: Callable[[], Sequence[tuple[Any, str]]]
    number: bool = False
    write: Callable[[str], str] = str


WIDGETS: dict[str, ChoiceSource] = {
    "country": ChoiceSource(countries, write=formats.country),
    "zone": ChoiceSource(zones, write=formats.place),
    "currency": ChoiceSource(currencies),
    "language": ChoiceSource(languages, write=formats.language_name),
    "own language": ChoiceSource(shipped_languages, write=formats.language_name),
    "hour": ChoiceSource(hours, number=True),
    "team": ChoiceSource(lambda: teams(g.actor), number=True),
    "user": ChoiceSource(lambda: colleagues(g.actor), number=True),
}
"""Widget of a column -> what it offers."""
