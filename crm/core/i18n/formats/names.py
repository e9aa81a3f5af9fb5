"""Names and their short forms: scripts, initials, phones, countries, languages, cities of zones."""

from __future__ import annotations

import re

import phonenumbers
from babel import dates
from markupsafe import Markup, escape

from crm.core.i18n.formats.reader import locale, locale_name
from crm.core.i18n.translations import LANGUAGES

# Characters that exist in only one of the two scripts; enough to choose the font for a name.
TRADITIONAL = re.compile(
    "[東車馬門風飛龍國學書長來時會電業機開關無為員華達億紅綠經線豐興陳張劉楊黃趙吳鄭馮許鄧蕭"
    "葉呂蘇盧蔣賈韓鐘譚鄒陸陽寶島統務術環資農實險際歐亞廣灣臺聯總廠區縣鎮鄉過進遠運選還邊體點]"
)
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WIDE = "\u3000-\u303f\uff00-\uffef"
"""Chinese punctuation and full-width letters."""
HAN = re.compile(f"[{_HAN}]")
LATIN = re.compile("[A-Za-z]")
CAPITALIZED = frozenset({"China", "Chinese", "English"})
"""Words that are capitalized within a sentence, too."""
HAN_RUN = re.compile(f"[{_HAN}](?:[{_HAN}{_WIDE}0-9 ]*[{_HAN}{_WIDE}])?")
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
"""Hebrew, Arabic and other letters that are written from right to left."""
RIGHT_TO_LEFT_RUN = re.compile(f"[{_RIGHT_TO_LEFT}](?:[^<>&A-Za-z\n{_HAN}]*[{_RIGHT_TO_LEFT}])?")
_MARKED = re.compile(f"[{_HAN}{_RIGHT_TO_LEFT}]")


def lang(text: object) -> str | None:
    """Return the language tag of a text's script: zh-Hans, zh-Hant, or None for a Latin one."""
    written = str(text or "")
    if written.isascii() or not HAN.search(written):
        return None
    return "zh-Hant" if TRADITIONAL.search(written) else "zh-Hans"


def mark_lang(text: object) -> Markup:
    """Return escaped text in which each run of Chinese characters is marked with its script.

    Screen readers then pronounce it as Chinese, and browsers choose its font; on a Chinese page they do so anyway. Runs
    that are written from right to left are isolated, so that they don't reorder the numbers and marks beside them.
    Markup with tags is returned unchanged.
    """
    html = text if isinstance(text, Markup) else escape(text)
    if html.isascii() or "<" in html or not _MARKED.search(html):
        return html
    marked = str(html)
    if locale().language != "zh":
        marked = HAN_RUN.sub(rf'<span lang="{lang(html)}">\g<0></span>', marked)
    return Markup(RIGHT_TO_LEFT_RUN.sub(r"<bdi>\g<0></bdi>", marked))  # noqa: S704 - escaped


def breakable_address(address: str) -> Markup:
    """Return an escaped address that may break after the @ and before each dot, instead of within a word."""
    html = str(escape(address)).replace("@", "@<wbr>").replace(".", "<wbr>.")
    return Markup(html)  # noqa: S704 - escaped


def mark_address(text: object) -> Markup:
    """Return an email or web address that breaks only between its parts; any other text as `mark_lang` returns it."""
    written = str(text or "")
    is_address = ("@" in written or "://" in written) and not any(char.isspace() for char in written)
    return breakable_address(written) if is_address else mark_lang(text)


def lang_attribute(text: str) -> str:
    """Return the `lang` attribute of an element that holds only text, like an option.

    "" for Latin words, and on a Chinese page.
    """
    tag = None if LATIN.search(text) or locale().language == "zh" else lang(text)
    return f' lang="{tag}"' if tag else ""


def initials(text: object) -> str:
    """Return one or two letters for an avatar; the first character of a Chinese name."""
    parts = str(text or "").split()
    if not parts:
        return "?"
    if lang(parts[0]):
        return parts[0][0]
    return "".join(p[0] for p in ([parts[0], parts[-1]] if len(parts) > 1 else parts)).upper()


def within(word: object) -> str:
    """Return a label for use within a sentence: in lower case, but not names ("WeChat", "China rep")."""
    text = str(word)
    is_name = text.partition(" ")[0] in CAPITALIZED or text[1:] != text[1:].lower()
    return text if is_name else text[:1].lower() + text[1:]


def phone(text: str | None, region: str | None = None) -> str:
    """Format a phone number internationally, or return it as typed if it is not valid.

    `region` is its likely country.
    """
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
    """Return the country's name in the reader's language, or the code itself; "" for none."""
    return str(locale().territories.get(code, code)) if code else ""


def language_name(code: str | None) -> str:
    """Return the native name of a language; "" for none."""
    return LANGUAGES.get(code or "", code or "")


def place(zone: str) -> str:
    """Return the city that an IANA zone is named after, in the reader's language."""
    city = str(dates.get_timezone_location(dates.get_timezone(zone), locale=locale_name(), return_city=True))
    return city.rsplit("/", 1)[-1]  # a zone without a city of its own in the locale data: "Argentina/Buenos Aires"
