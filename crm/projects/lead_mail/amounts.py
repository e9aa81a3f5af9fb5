"""Amounts of money in English and Chinese: "USD 24 million", "€12m", 约3.5亿元人民币."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from .text import Paragraph

SMALLEST, LARGEST = Decimal(10_000), Decimal(10) ** 12
"""Smaller amounts are fees and prices, not the value of a project."""
_CURRENCIES = {
    "CNY": "cny, cn¥, rmb, yuan, renminbi, ¥, ￥, 元, 人民币, 元人民币",
    "USD": "usd, us$, $, us dollars, u.s. dollars, dollars, 美元, 美金",
    "EUR": "eur, €, euro, euros, 欧元",
    "HKD": "hkd, hk$, 港元, 港币",
    "TWD": "twd, nt$, ntd, 新台币, 台币, 元新台币",
    "GBP": "gbp, £, 英镑",
    "JPY": "jpy, 日元",
    "SGD": "sgd, s$, 新加坡元",
    "KZT": "kzt, tenge, 坚戈",
    "AED": "aed, dirhams, 迪拉姆",
    "SAR": "sar, riyals, 里亚尔",
}
_CODES = {word.strip(): code for code, words in _CURRENCIES.items() for word in words.split(",")}
_UNITS = {
    **dict.fromkeys(("k", "thousand"), 10**3),
    **dict.fromkeys(("m", "mn", "million", "百万"), 10**6),
    **dict.fromkeys(("b", "bn", "billion"), 10**9),
    "万": 10**4,
    "千万": 10**7,
    "亿": 10**8,
}
_DIGITS = {han: number for number, han in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_HAN = "".join([*_DIGITS, *_PLACES, "零〇"])
# Digits in a row, such as 二〇二四, are no amount in full: they would lose all but the last.
_HAN_NUMBER = rf"(?![{_HAN}]{{0,8}}[{''.join(_DIGITS)}]{{2}})[{''.join(_DIGITS)}十][{_HAN}]{{0,8}}(?=[亿万])"
_NUMBER = (
    r"(?<![\d.,亿万])(?P<n>\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,2})?|\d{1,13}(?:\.\d{1,4})?"
    rf"|(?<![几数{_HAN}]){_HAN_NUMBER})"
)
_UNIT = (
    r"(?P<unit>thousand|million|billion|mn|bn|千万|百万|亿|万|[kmb](?![a-z]))?"
    rf"(?:(?<=亿)零?(?P<rest>\d{{1,4}}|{_HAN_NUMBER})万)?"
)
_SYMBOLS, _VAGUE = "$¥￥", ("$", "¥", "￥", "元", "dollars")
"""Symbols of several currencies, and words that don't say which one is meant."""


def _one_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_BEFORE = [word for word in _CODES if not word.endswith(("元", "元人民币"))]
_AMOUNT = re.compile(
    rf"(?:(?<![A-Za-z])(?P<before>{_one_of(_BEFORE)})\s{{0,2}})?{_NUMBER}\s{{0,2}}{_UNIT}"
    rf"(?:\s{{0,2}}(?P<after>{_one_of(list(_CODES))})(?![A-Za-z]))?",
    re.IGNORECASE,
)
_VALUE_WORD = re.compile(
    r"\b(?:value|valued|worth|budget|investment|cost|capex|funding)\b|投资|金额|预算|造价|合同额|规模|总额|标的",
    re.IGNORECASE,
)
NEAR = 40
"""Characters between a word such as "worth" and its amount."""


class MoneyMention(NamedTuple):
    """An amount of money with its currency as an ISO code, and where it begins in its paragraph."""

    value: Decimal
    currency: str
    start: int


def find_amounts(plain: str) -> list[MoneyMention]:
    """Return the amounts of a text that may be the value of a project."""
    amounts = []
    for match in _AMOUNT.finditer(plain):
        word, value = _find_currency(match), _value_of(match)
        if word and SMALLEST <= value < LARGEST:
            amounts.append(MoneyMention(value, _CODES[word.lower()], match.start()))
    return amounts


def _find_currency(match: re.Match[str]) -> str | None:
    """Return the word for the currency: that after the amount if it says which dollars or yuan are meant."""
    before, after = match["before"], match["after"]
    if before and after and before in _SYMBOLS and after.lower() not in _VAGUE:
        return str(after)
    return before or after


def _value_of(match: re.Match[str]) -> Decimal:
    unit = (match["unit"] or "").lower()
    value = _read_number(match["n"]) * _UNITS.get(unit, 1)
    if match["rest"]:
        value += _read_number(match["rest"]) * _UNITS["万"]
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.quantize(Decimal("0.01"))


def _read_number(text: str) -> Decimal:
    """Return a number in digits or in characters: 三十五 is 35."""
    if text[0] not in _HAN:
        return Decimal(text.replace(",", ""))
    total = digit = 0
    for char in text:
        if char in _PLACES:
            total, digit = total + (digit or 1) * _PLACES[char], 0
        else:
            digit = _DIGITS.get(char, 0)
    return Decimal(total + digit)


def find_value(labeled: Paragraph | None, paragraphs: list[Paragraph]) -> MoneyMention | None:
    """Return the amount of the labeled line, else one near a word for value, else the only one of the email."""
    if labeled is not None:
        return next(iter(find_amounts(labeled.plain)), None)
    pairs = [(p.plain, amount) for p in paragraphs for amount in find_amounts(p.plain)]
    for plain, amount in pairs:
        if _VALUE_WORD.search(plain, max(0, amount.start - NEAR), amount.start):
            return amount
    return pairs[0][1] if len(pairs) == 1 else None
