"""In which language to write to someone, and how to address them. Pure."""

from __future__ import annotations

import re

EMAIL_LANGUAGES = ("en", "zh_Hans", "zh_Hant", "es")
COUNTRY_LANGUAGES = {"CN": "zh_Hans", "TW": "zh_Hant", "HK": "zh_Hant", "MO": "zh_Hant"}
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def is_chinese(text: str) -> bool:
    """Return whether a text has Chinese characters."""
    return bool(_CHINESE.search(text))


def choose_language(mail_language: str | None, country: str | None, native_name: str) -> str:
    """Return the language of email to someone: the recorded one, else Chinese for a Chinese name in its countries."""
    if mail_language in EMAIL_LANGUAGES:
        return str(mail_language)
    return COUNTRY_LANGUAGES.get(country or "", "en") if is_chinese(native_name) else "en"


def choose_salutation(address_as: str | None, name: str, native_name: str, language: str) -> str:
    """Return how to address someone: as recorded if it is in the script of the language, else the name in it."""
    in_chinese = language.startswith("zh")
    if address_as and is_chinese(address_as) is in_chinese:
        return address_as
    return (native_name or name) if in_chinese else (name or native_name)
