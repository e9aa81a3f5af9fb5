"""Numbers with decimals and amounts of money: how they are read, shown and rounded."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import wtforms as w

from crm.core.words import _l

MAX_DIGITS = 15
MAX_CHARS = 40
UNITS = {
    **dict.fromkeys(("k", "thousand"), 10**3),
    **dict.fromkeys(("万", "萬"), 10**4),
    **dict.fromkeys(("m", "mm", "mn", "million", "millions", "百万", "百萬"), 10**6),
    **dict.fromkeys(("千万", "千萬"), 10**7),
    **dict.fromkeys(("亿", "億"), 10**8),
    **dict.fromkeys(("b", "bn", "billion", "billions"), 10**9),
}
INVALID_AMOUNT = _l("Enter the amount without a currency, such as 1,200,000 or 1.2M.")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2212: "-"}
_HALF_WIDTH |= dict.fromkeys((0xA0, 0x2009, 0x202F, 0x3000), " ")
"""Full-width characters, the minus sign and spaces. NFKC would read "5²" as 52."""
# A comma only before three digits: "1,5" is 1.5 in many countries, and would be read as 15.
_NUMBER = re.compile(r"(-?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?)\s*(\D*)")


def _split_number(text: str) -> tuple[str, str]:
    """Return the digits and what follows them, in half-width characters; ("", "") if it doesn't start with a number."""
    if len(text) > MAX_CHARS:
        return "", ""
    match = _NUMBER.fullmatch(text.translate(_HALF_WIDTH).strip())
    return (re.sub("[, ]", "", match[1]), match[2].lower()) if match else ("", "")


def read_amount(text: str) -> str:
    """Return an amount such as "1.2M", "24 million" or "3.5亿元" in digits; a text that isn't one as it is."""
    digits, unit = _split_number(text)
    factor = UNITS.get(unit.removesuffix("元")) if unit else 1
    return f"{Decimal(digits) * factor:f}" if digits and factor else text


def read_number(text: str) -> str:
    """Return a number such as "1,200" or "1 200" in digits; a text that isn't one as it is."""
    digits, rest = _split_number(text)
    return digits if digits and not rest else text


def read_percent(text: str) -> str:
    """Return a percentage such as "12.5%" in digits; a text that isn't one as it is."""
    digits, rest = _split_number(text)
    return digits if digits and rest in ("", "%") else text


class DecimalField(w.DecimalField):
    """A number with decimals; a whole one is shown without them: 24000000, not 24000000.00.

    Its input takes any text, because one of the type "number" drops letters: "24M" would become 24.
    """

    widget = w.widgets.TextInput()
    data: Any

    def __init__(self, *args: Any, **kw: Any) -> None:
        render_kw = {"inputmode": "decimal", "autocomplete": "off"} | (kw.pop("render_kw", None) or {})
        super().__init__(*args, render_kw=render_kw, **kw)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse "1200000.50" and "1,200,000.50"."""
        super().process_formdata([self._to_digits(text) for text in valuelist])

    def _to_digits(self, text: str) -> str:
        return read_number(text)

    def _value(self) -> str:
        is_whole = isinstance(self.data, Decimal) and self.data == self.data.to_integral_value()
        return f"{self.data:.0f}" if is_whole and not self.raw_data else str(super()._value())


class PercentField(DecimalField):
    """A percentage, with or without its sign."""

    def _to_digits(self, text: str) -> str:
        return read_percent(text)


class AmountField(DecimalField):
    """An amount of money without its currency; it may have a unit: "1.2M", "500K", "3.5亿"."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse "1,200,000" and "1.2M"."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(INVALID_AMOUNT)) from None

    def _to_digits(self, text: str) -> str:
        return read_amount(text)


def round_to(places: int) -> Callable[[Any], Any]:
    """Return a filter that rounds as the database does, so that what is checked is what is stored."""
    unit = Decimal(1).scaleb(-places)

    def rounded(value: Any) -> Any:
        # Numbers that are too large to round are refused by the range.
        is_short = isinstance(value, Decimal) and value.is_finite() and value.adjusted() < MAX_DIGITS
        return value.quantize(unit, ROUND_HALF_UP) if is_short and value % unit else value

    return rounded
