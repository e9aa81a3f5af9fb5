"""How values are written for a reader: days, moments, money, numbers, scripts. Jinja filters of the same names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale, dates, numbers
from flask import Flask, g, has_app_context
from flask_babel import get_locale, ngettext

from . import clock
from .choices import country_name
from .i18n import LANGUAGES
from .policy import Actor
from .words import _, _l

T = TypeVar("T")

# Where we write a date otherwise than the language's own short form: the day stands before the month, as in "8 Dec".
STYLES = {
    "day": ({"en": "d MMM"}, "MMMd"),
    "full": ({"en": "d MMM y"}, "yMMMd"),
    "weekday": ({"en": "EEE, d MMM"}, "MMMEd"),
    "weekday full": ({"en": "EEE, d MMM y"}, "yMMMEd"),
    "long": ({"en": "EEEE d MMMM"}, "MMMMEEEEd"),
}
MONEY = {"en": {"USD": "US$", "CNY": "CN¥", "HKD": "HK$", "TWD": "NT$", "SGD": "S$", "EUR": "€"}}
KIB = 1024
# Farther than that nobody counts: "9 Mar" says more than "260 days ago".
COUNTED_DAYS = 99
# Characters that only one of the two ways of writing has; enough to tell which font a name wants.
TRADITIONAL = re.compile(
    "[東車馬門風飛龍國學書長來時會電業機開關無為員華達億紅綠經線豐興陳張劉楊黃趙吳鄭馮許鄧蕭"
    "葉呂蘇盧蔣賈韓鐘譚鄒陸陽寶島統務術環資農實險際歐亞廣灣臺聯總廠區縣鎮鄉過進遠運選還邊體點]"
)
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def locale() -> Locale:
    """The language of the reader."""
    found = get_locale() if has_app_context() else None
    return found or Locale("en")


def _actor() -> Actor | None:
    found: Actor | None = g.get("actor") if has_app_context() else None
    return found


def zone_of_reader() -> str:
    """The IANA zone of the reader; UTC for a guest."""
    actor = _actor()
    return actor.zone if actor else "UTC"


@lru_cache(maxsize=4096)
def _date(day: date, style: str, language: str) -> str:
    at = Locale.parse(language)
    own, skeleton = STYLES[style]
    pattern = own.get(at.language)
    if pattern:
        return str(dates.format_date(day, pattern, locale=at))
    return str(dates.format_skeleton(skeleton, datetime.combine(day, time()), locale=at))


def day(value: date | None, *, full: bool | None = None, weekday: bool = False) -> str:
    """Write "8 Dec", with its year when that is not this one (or as `full` says); `weekday` puts "Tue" before."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone_of_reader())).date()
    if full is None:
        full = value.year != clock.today(zone_of_reader()).year
    style = ("weekday full" if full else "weekday") if weekday else "full" if full else "day"
    return _date(value, style, str(locale()))


def long_day(value: date) -> str:
    """Write "Tuesday 8 December", as a heading."""
    return _date(value, "long", str(locale()))


def hour(value: datetime | None, zone: str | None = None) -> str:
    """Write "17:00" in a zone, the reader's by default."""
    return f"{value.astimezone(ZoneInfo(zone or zone_of_reader())):%H:%M}" if value else ""


def moment(value: datetime | None, zone: str | None = None) -> str:
    """Write "Tue, 8 Dec, 17:00" in a zone, the reader's by default."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone or zone_of_reader()))
    full = local.year != clock.today(zone_of_reader()).year
    return f"{day(local.date(), weekday=True, full=full)}, {local:%H:%M}"


def both(value: datetime | None, there: str | None = None) -> str:
    """Write ours, then theirs: "17:00 = Wed 09:00 Shanghai"; only ours where both clocks agree."""
    if value is None:
        return ""
    here = zone_of_reader()
    ours = value.astimezone(ZoneInfo(here))
    if not there or value.astimezone(ZoneInfo(there)).utcoffset() == ours.utcoffset():
        return f"{ours:%H:%M}"
    theirs = value.astimezone(ZoneInfo(there))
    name = "" if theirs.date() == ours.date() else dates.format_date(theirs.date(), "EEE", locale=locale()) + " "
    return f"{ours:%H:%M} = {name}{theirs:%H:%M} {place(there)}"


def language_name(code: str | None) -> str:
    """Write a language by its own name; "" for none."""
    return LANGUAGES.get(code or "", code or "")


def place(zone: str) -> str:
    """The city that an IANA zone is named for."""
    return str(dates.get_timezone_location(dates.get_timezone(zone), locale=locale(), return_city=True))


def ago(value: date | datetime | None, today: date | None = None) -> str:
    """Write "today", "yesterday", "13 days ago", "in 3 days"; what is far away as its day."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone_of_reader())).date()
    days = (value - (today or clock.today(zone_of_reader()))).days
    return _ago(days, str(locale())) if abs(days) <= COUNTED_DAYS else day(value)


@lru_cache(maxsize=4096)
def _ago(days: int, language: str) -> str:
    near = {0: _l("today"), -1: _l("yesterday"), 1: _l("tomorrow")}
    if days in near:
        return str(near[days])
    # Babel turns to weeks and months by itself; a silence is counted in days.
    span = timedelta(days=days)
    return str(dates.format_timedelta(span, granularity="day", threshold=10**9, add_direction=True, locale=language))


def light(due: date | None, today: date | None = None) -> tuple[str, str]:
    """The state of a next step and its words: planned, due (within 2 days), late, none."""
    if due is None:
        return "none", _("No next step")
    days = (due - (today or clock.today(zone_of_reader()))).days
    if days < -1:
        return "late", ngettext("%(num)d day late", "%(num)d days late", -days)
    if days < 0:
        return "late", _("Yesterday")
    words = _("Today") if days == 0 else _("Tomorrow") if days == 1 else day(due)
    return ("due" if days <= 2 else "planned"), words


def money(amount: Decimal | float | None, currency: str = "USD", *, short: bool = True) -> str:
    """Write "US$1.24M" (`short`), or "US$1,240,000"; cents only where there are any, and only when not short."""
    return "" if amount is None else _money(amount, currency, str(locale()), short)


@lru_cache(maxsize=4096)
def _money(amount: Decimal | float, currency: str, language: str, short: bool) -> str:  # noqa: FBT001 - lru_cache
    at = Locale.parse(language)
    sign = MONEY.get(at.language, {}).get(currency)
    if short and abs(float(amount)) >= 10_000:
        text = str(numbers.format_compact_decimal(amount, locale=at, fraction_digits=2))
        symbol = sign or numbers.get_currency_symbol(currency, locale=at)
        return f"-{symbol}{text[1:]}" if text.startswith("-") else f"{symbol}{text}"
    whole = amount == int(amount)
    pattern = "¤#,##0" if whole else "¤#,##0.00"
    text = str(numbers.format_currency(amount, currency, pattern, locale=at, currency_digits=False))
    return text.replace(numbers.get_currency_symbol(currency, locale=at), sign) if sign else text


def num(value: Decimal | float | None) -> str:
    """Write "1,240"; nothing for None."""
    return "" if value is None else _num(value, str(locale()))


@lru_cache(maxsize=4096)
def _num(value: Decimal | float, language: str) -> str:
    return str(numbers.format_decimal(value, locale=language))


def lang(text: object) -> str | None:
    """The tag of a text's script: zh-Hans, zh-Hant, or None for a Latin one."""
    written = str(text or "")
    if written.isascii() or not HAN.search(written):
        return None
    return "zh-Hant" if TRADITIONAL.search(written) else "zh-Hans"


def initials(text: object) -> str:
    """One or two letters for a face; of a Chinese name its first character."""
    parts = str(text or "").split()
    if not parts:
        return "?"
    if lang(parts[0]):
        return parts[0][0]
    return "".join(p[0] for p in ([parts[0], parts[-1]] if len(parts) > 1 else parts)).upper()


def filesize(count: int | None) -> str:
    """Write bytes as "820 B", "12 kB", "3.4 MB"."""
    if count is None:
        return ""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < KIB or unit == "GB":
            digits = 1 if unit in ("MB", "GB") and size < 100 else 0
            return f"{numbers.format_decimal(round(size, digits), locale=locale())} {unit}"
        size /= KIB
    raise AssertionError


def phone(text: str | None, region: str | None = None) -> str:
    """Write a number the international way, as it was typed where it is not one; `region` is its likely country."""
    if not text:
        return ""
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(parsed):
        return text
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return f"{written} ext. {parsed.extension}" if parsed.extension and "ext" not in written else written


def remembered(write: Callable[[Any], T]) -> Callable[[Any], T]:
    """Write each distinct value once: for the columns of one page."""
    seen: dict[Any, T] = {}

    def wrapped(value: Any) -> T:
        if value not in seen:
            seen[value] = write(value)
        return seen[value]

    return wrapped


@contextmanager
def as_read_by(actor: Actor) -> Iterator[None]:
    """Write for this reader inside the block: for mails, which are made without a request."""
    before = g.get("actor")
    g.actor = actor
    try:
        yield
    finally:
        g.actor = before


FILTERS: dict[str, Callable[..., Any]] = {
    "ago": ago,
    "both": both,
    "country": country_name,
    "date": day,
    "day": day,
    "filesize": filesize,
    "hour": hour,
    "initials": initials,
    "lang": lang,
    "language": language_name,
    "light": light,
    "long_day": long_day,
    "moment": moment,
    "money": money,
    "num": num,
    "phone": phone,
    "place": place,
    "weekday": partial(day, weekday=True),
}


def register(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(FILTERS)
