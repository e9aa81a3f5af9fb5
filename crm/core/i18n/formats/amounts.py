"""Money, numbers, percent and sizes."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel import Locale, numbers

from crm.core.i18n.formats.reader import locale, locale_name

FIGURES = 3
"""Significant figures of a short amount: "$1.24M", "$10.2M", "CN¥196K"."""
SHORT_FROM = 10_000
KIB = 1024


def money(amount: Decimal | float | None, currency: str = "USD", *, short: bool = True) -> str:
    """Format "$1.24M", "$90K" (`short`, from 10,000 on), or "$1,240,000"; cents only when not short and not zero."""
    return "" if amount is None else _money(amount, currency, locale_name(), short)


def amount(value: Decimal | float | None, currency: str | None, *, short: bool = True) -> str:
    """Format an amount of money; without a known currency as a plain number."""
    return money(value, currency, short=short) if currency else num(value)


@lru_cache(maxsize=4096)
def _money(amount: Decimal | float, currency: str, language: str, short: bool) -> str:  # noqa: FBT001 - lru_cache
    if short and abs(float(amount)) >= SHORT_FROM:
        rounded = Decimal(f"{amount:.{FIGURES}g}")
        return str(numbers.format_compact_currency(rounded, currency, locale=language, fraction_digits=FIGURES - 1))
    pattern = Locale.parse(language).currency_formats["standard"].pattern
    if amount == int(amount):
        pattern = pattern.replace(".00", "")
    return str(numbers.format_currency(amount, currency, pattern, locale=language, currency_digits=False))


def num(value: Decimal | float | None) -> str:
    """Format "1,240"; "" for None."""
    return "" if value is None else _num(value, locale_name())


@lru_cache(maxsize=4096)
def _num(value: Decimal | float, language: str) -> str:
    return str(numbers.format_decimal(value, locale=language))


def percent_of(part: Decimal | int, whole: Decimal | int) -> int:
    """Return a share in whole percent: 0 and 100 only for none and all of it, so 1 for 0.4% and 99 for 99.6%."""
    rounded = round(100 * part / whole)
    return min(max(rounded, 1), 99) if 0 < part < whole else rounded


def percent(value: Decimal | float | None) -> str:
    """Format 60 as "60%"; "" for None."""
    if value is None:
        return ""
    share = Decimal(str(value)) / 100
    return str(numbers.format_percent(share, locale=locale_name(), decimal_quantization=False))


def rate(value: Decimal) -> str:
    """Format an exchange rate with two to six decimals: "0.14", "0.006412"."""
    return str(numbers.format_decimal(value, format="#,##0.00####", locale=locale()))


def hs(code: str | None) -> str:
    """Format a customs code of six digits as "9026.80"."""
    return f"{code[:4]}.{code[4:]}" if code and len(code) > 4 else code or ""


def filesize(count: int | None) -> str:
    """Format bytes as "820 B", "12 kB", "3.4 MB"."""
    if count is None:
        return ""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < KIB or unit == "GB":
            digits = 1 if unit in ("MB", "GB") and size < 100 else 0
            return f"{numbers.format_decimal(round(size, digits), locale=locale())} {unit}"
        size /= KIB
    raise AssertionError
