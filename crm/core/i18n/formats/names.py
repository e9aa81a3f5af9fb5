"""Names and what stands for one: scripts, initials, phones, countries, languages, cities of zones."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from babel import dates
from markupsafe import Markup, escape

from crm.core.i18n.formats.reader import locale
from crm.core.i18n.translations import LANGUAGES

# Characters that only one of the two ways of writing has; enough to tell which font a name wants.
TRADITIONAL = re.compile(
    "[東車馬門風飛龍國學書長來時會電業機開關無為員華達億紅綠經線豐興陳張劉楊黃趙吳鄭馮許鄧蕭"
    "葉呂蘇盧蔣賈韓鐘譚鄒陸陽寶島統務術環資農實險際歐亞廣灣臺聯總廠區縣鎮鄉過進遠運選還邊體點]"
)
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def lang(text: object) -> str | None:
    """The tag of a text's script: zh-Hans, zh-Hant, or None for a Latin one."""
    written = str(text or "")
    if written.isascii() or not HAN.search(written):
        return None
    return "zh-Hant" if TRADITIONAL.search(written) else "zh-Hans"


def mark_lang(text: str) -> Markup:
    """Return a text marked with its script, so that it is pronounced and drawn correctly."""
    tag = lang(text)
    return Markup(f'<span lang="{tag}">{escape(text)}</span>') if tag else escape(text)  # noqa: S704 - escaped


def initials(text: object) -> str:
    """One or two letters for a face; of a Chinese name its first character."""
    parts = str(text or "").split()
    if not parts:
        return "?"
    if lang(parts[0]):
        return parts[0][0]
    return "".join(p[0] for p in ([parts[0], parts[-1]] if len(parts) > 1 else parts)).upper()


def within(word: object) -> str:
    """A word as it stands within a sentence: a name such as "WeChat" stays as it is."""
    text = str(word)
    return text[:1].lower() + text[1:] if text[1:] == text[1:].lower() else text


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


def country(code: str | None) -> str:
    """The country's name in the reader's language, or the code itself; "" for none."""
    return str(locale().territories.get(code, code)) if code else ""


def language_name(code: str | None) -> str:
    """Write a language by its own name; "" for none."""
    return LANGUAGES.get(code or "", code or "")


def place(zone: str) -> str:
    """The city that an IANA zone is named for, in the reader's language."""
    return _place(zone, str(locale()))


@lru_cache(maxsize=4096)
def _place(zone: str, language: str) -> str:
    city = str(dates.get_timezone_location(dates.get_timezone(zone), locale=language, return_city=True))
    return city.rsplit("/", 1)[-1]  # a zone without a city of its own in the locale data: "Argentina/Buenos Aires"
