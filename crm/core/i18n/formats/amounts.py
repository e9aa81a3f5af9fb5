"""Money, numbers and sizes."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel import Locale, numbers

from crm.core.i18n.formats.reader import locale

MONEY = {"en": {"USD": "US$", "CNY": "CN¥", "HKD": "HK$", "TWD": "NT$", "SGD": "S$", "EUR": "€"}}
# Three figures say enough of a large amount: "CN¥196k", "US$1.24M", "US$10.2M".
FIGURES = 3
KIB = 1024


def money(amount: Decimal | float | None, currency: str = "USD", *, short: bool = True) -> str:
    """Write "US$1.24M", "US$90k" (`short`, from 10,000 on), or "US$1,240,000".

    Cents only where there are any, and only when not short.
    """
    return "" if amount is None else _money(amount, currency, str(locale()), short)


@lru_cache(maxsize=4096)
def _money(amount: Decimal | float, currency: str, language: str, short: bool) -> str:  # noqa: FBT001 - lru_cache
    at = Locale.parse(language)
    sign = MONEY.get(at.language, {}).get(currency)
    if short and abs(float(amount)) >= 10_000:
        text = _compact(amount, at)
        symbol = sign or numbers.get_currency_symbol(currency, locale=at)
        return f"-{symbol}{text[1:]}" if text.startswith("-") else f"{symbol}{text}"
    whole = amount == int(amount)
    pattern = "¤#,##0" if whole else "¤#,##0.00"
    text = str(numbers.format_currency(amount, currency, pattern, locale=at, currency_digits=False))
    return text.replace(numbers.get_currency_symbol(currency, locale=at), sign) if sign else text


def _compact(amount: Decimal | float, at: Locale) -> str:
    rounded = Decimal(f"{amount:.{FIGURES}g}")
    text = str(numbers.format_compact_decimal(rounded, locale=at, fraction_digits=FIGURES - 1))
    # English readers here write "90k"; the common locale data has a large K.
    return text.replace("K", "k") if at.language == "en" else text


def num(value: Decimal | float | None) -> str:
    """Write "1,240"; nothing for None."""
    return "" if value is None else _num(value, str(locale()))


@lru_cache(maxsize=4096)
def _num(value: Decimal | float, language: str) -> str:
    return str(numbers.format_decimal(value, locale=language))


def hs(code: str | None) -> str:
    """Write a customs code of six digits as "9026.80"."""
    return f"{code[:4]}.{code[4:]}" if code and len(code) > 4 else code or ""


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
