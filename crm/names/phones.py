"""Phone numbers as people write them: the raw text is kept, E.164 is added if the number is valid."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import phonenumbers

_EXTENSION = re.compile(r"(?:转|轉|分机|分機|ext(?:ension)?\.?|x|#)\s*[:.]?\s*(\d{1,7})\s*$", re.IGNORECASE)
_EXTENSION_WORD = re.compile(r"(?:转|轉|分机|分機|ext(?:ension)?\.?)\s*[:.]?\s*\d{1,7}\s*$", re.IGNORECASE)
"""An extension after the end of a number: `1200 x 800` is a size and `9001 #14` a part."""
_CHINA = re.compile(r"(?:86)?(1[3-9]\d{9}|400\d{7}|800\d{7})")
_HONG_KONG = re.compile(r"(?:852)?([2-9]\d{7})")
_TAIWAN = re.compile(r"(?:886)?(09\d{8}|9\d{8})")
_TYPED = re.compile(r"[+\d\s().\-]+")
_US_STYLE = re.compile(r"1[\s.(\-]+\d{3}[\s.)\-]+\d{3}[\s.\-]+\d{4}")
_PLAIN = re.compile(r"\+?[0-9 ().\-]+")
_CODES = {"CN": "86", "US": "1"}
_EXIT_CODES = re.compile(r"^(?:011|00)(?=[1-9])")
_MIN_TYPED = 7
_MIN_WITH_TRUNK = 10
_MAX_DIGITS = 20
_LOCAL_ENDS = (8, 7, 4)


class Phone(NamedTuple):
    """A number: `raw` as written, `e164` if valid (+8613800138000), `ext` in digits."""

    raw: str
    e164: str | None
    ext: str | None


def parse_phone(raw: str, country: str | None = None) -> Phone:
    """Parse a number; `country` is the ISO code of the address. An invalid number keeps its raw text only."""
    written = " ".join(raw.split())
    text = unicodedata.normalize("NFKC", written)
    match = _EXTENSION.search(text)
    ext = match.group(1) if match else None
    if match:
        text = text[: match.start()].strip(" ,;、，")
    for number, region in _iterate_readings(text, country):
        e164 = _format_valid(number, region)
        if e164:
            return Phone(written, e164, ext)
    return Phone(written, None, ext)


def _iterate_readings(text: str, country: str | None) -> Iterator[tuple[str, str | None]]:
    """Yield the numbers and regions to try in order: international, the address's country, CN/HK/TW by pattern, US."""
    if "+" in text:
        yield text[text.index("+") :].replace("(0)", ""), None
    digits = re.sub(r"\D", "", text)
    if "+" not in text and digits.startswith(("00", "011")):
        yield "+" + _EXIT_CODES.sub("", digits), None
    if country:
        yield text, country.upper()
    # 1-650-555-0100 has the digits of a Chinese mobile number; only the grouping differs.
    if _US_STYLE.fullmatch(text.strip()):
        yield text, "US"
    for pattern, region in ((_CHINA, "CN"), (_TAIWAN, "TW"), (_HONG_KONG, "HK")):
        match = pattern.fullmatch(digits)
        # Eight or nine digits can be a local number in many countries: a known country is never overridden.
        if match and (region == "CN" or match.group(1) != digits or country in {None, "", region}):
            yield match.group(1), region
    if digits.startswith(("86", "852", "853", "886")):
        yield "+" + digits, None
    yield text, "US"
    if digits.startswith("0"):
        yield text, "CN"


@cache
def _common_patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Return the country code and the pattern of the most common numbers, which need no full check."""
    patterns = []
    for region, kind in (("CN", "mobile"), ("US", "fixed_line")):
        data = phonenumbers.PhoneMetadata.metadata_for_region(region)
        patterns.append((_CODES[region], re.compile(getattr(data, kind).national_number_pattern)))
    return patterns


def _parse_common(number: str, region: str | None) -> str | None:
    """Return E.164 of a Chinese mobile or a US number as the full check does; None for numbers that need the check."""
    if not _PLAIN.fullmatch(number):
        return None
    digits = re.sub(r"\D", "", number)
    if number[0] == "+":
        whole = digits
    elif region in _CODES:
        whole = f"{_CODES[region]}{digits}"
    else:
        return None
    for code, form in _common_patterns():
        if whole.startswith(code) and form.fullmatch(whole, len(code)):
            return f"+{whole}"
    return None


def _format_valid(number: str, region: str | None) -> str | None:
    common = _parse_common(number, region)
    if common:
        return common
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def phone_keys(phone: str) -> list[str]:
    """Return the digits that find a number: all, those without country code, the last eight, seven and four."""
    e164 = phone if re.fullmatch(r"\+\d+", phone) else parse_phone(phone).e164
    digits = re.sub(r"\D", "", e164 or unicodedata.normalize("NFKC", phone))[:_MAX_DIGITS]
    if not digits:
        return []
    bare = _EXIT_CODES.sub("", digits)
    keys = [bare, _national(e164) if e164 else bare.lstrip("0")]
    keys += [bare[-size:] for size in _LOCAL_ENDS if len(bare) > size]
    return [key for key in dict.fromkeys(keys) if key]


def _national(e164: str) -> str:
    common = _parse_common(e164, None)
    if common:
        return common[3:] if common.startswith("+86") else common[2:]
    try:
        return str(phonenumbers.parse(e164, None).national_number)
    except phonenumbers.NumberParseException:
        return e164[1:]


def parse_typed_digits(text: str) -> str | None:
    """Return the digits of a query that is a phone number, without extension, exit code and trunk zero; else None."""
    text = unicodedata.normalize("NFKC", text).strip()
    number = _EXTENSION.sub("", text).strip(" ,;")
    digits = re.sub(r"\D", "", number)
    least = min(_LOCAL_ENDS) if _EXTENSION_WORD.search(text) else _MIN_TYPED
    if not _TYPED.fullmatch(number) or not least <= len(digits) <= _MAX_DIGITS:
        return None
    # Fewer digits are the end of a local number: keep its leading zeros.
    return (_EXIT_CODES.sub("", digits).lstrip("0") or None) if len(digits) >= _MIN_WITH_TRUNK else digits
