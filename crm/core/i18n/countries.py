"""Countries by any name: ISO letters or digits, English, Chinese (both scripts) and Spanish names."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel.core import Locale, get_global

#: Common names that are missing in the locale data.
_EVERYDAY = {
    "usa": "US",
    "u s a": "US",
    "u s": "US",
    "united states of america": "US",
    "america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "uae": "AE",
    "prc": "CN",
    "p r china": "CN",
    "pr china": "CN",
    "p r c": "CN",
    "mainland china": "CN",
    "peoples republic of china": "CN",
    "people s republic of china": "CN",
    "中华人民共和国": "CN",
    "中国大陆": "CN",
    "中国香港": "HK",
    "香港": "HK",
    "hong kong": "HK",
    "hong kong sar": "HK",
    "hongkong": "HK",
    "macau": "MO",
    "macao": "MO",
    "澳门": "MO",
    "澳門": "MO",
    "中国台湾": "TW",
    "台灣": "TW",
    "臺灣": "TW",
    "taiwan r o c": "TW",
    "korea": "KR",
    "south korea": "KR",
    "republic of korea": "KR",
    "korea south": "KR",
    "czech republic": "CZ",
    "slovak republic": "SK",
    "turkey": "TR",
    "russia": "RU",
    "russian federation": "RU",
    "viet nam": "VN",
    "holland": "NL",
    "burma": "MM",
}
#: Codes in the locale data that aren't countries; ZZ is "unknown", code 999.
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"})
#: Words without which a name is the same: the locale data has "Trinidad & Tobago" and "Bahamas".
_NOT_COMPARED = frozenset({"and", "y", "the"})
_LOCALES = ("en", "zh_Hans", "zh_Hant", "es")


def country_code(text: str) -> str | None:
    """Return the ISO 3166 code of two letters; None if the text isn't a country."""
    key = _key(text)
    if key.isdecimal():
        return _by_number(key)
    return _names().get(key)


def _by_number(digits: str) -> str | None:
    codes = get_global("territory_aliases").get(digits.zfill(3))
    return codes[0] if codes and codes[0] not in _NO_COUNTRIES else None


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.strip()).casefold()
    spaced = "".join(" " if not c.isalnum() else c for c in plain if not unicodedata.combining(c))
    words = unicodedata.normalize("NFC", spaced).split()
    return " ".join("st" if word == "saint" else word for word in words if word not in _NOT_COMPARED)


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for locale in _LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES:
                names.setdefault(_key(name), code)
                names[code.casefold()] = code
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(codes) == 1:
            names.setdefault(alias.casefold(), codes[0])
    return names | {_key(name): code for name, code in _EVERYDAY.items()}
