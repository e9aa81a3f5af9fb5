"""Numbers with decimals and amounts of money: how they are read, shown and rounded."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import wtforms as w

from crm.core.words import _

MAX_DIGITS = 15
MAX_CHARS = 40
UNITS = {
    **dict.fromkeys(("k", "thousand"), 10**3),
    **dict.fromkeys(("万", "萬"), 10**4),
    **dict.fromkeys(("m", "mn", "million", "百万", "百萬"), 10**6),
    **dict.fromkeys(("千万", "千萬"), 10**7),
    **dict.fromkeys(("亿", "億"), 10**8),
    **dict.fromkeys(("b", "bn", "billion"), 10**9),
}
# A comma only before three digits: "1,5" is 1.5 in many countries, and would be read as 15.
_NUMBER = re.compile(r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(\D*)")


def read_amount(text: str) -> str:
    """Return an amount such as "1.2M", "24 million" or "3.5亿" in digits; a text that isn't one as it is."""
    match = _NUMBER.fullmatch(text.strip()) if len(text) <= MAX_CHARS else None
    factor = UNITS.get(match[2].lower()) if match and match[2] else 1
    return f"{Decimal(match[1].replace(',', '')) * factor:f}" if match and factor else text


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
        """Parse "1200000.50", "1,200,000.50" and "12.5%"."""
        super().process_formdata([self._to_digits(text) for text in valuelist])

    def _to_digits(self, text: str) -> str:
        match = _NUMBER.fullmatch(text.strip()) if len(text) <= MAX_CHARS else None
        return match[1].replace(",", "") if match and match[2] in ("", "%") else text

    def _value(self) -> str:
        is_whole = isinstance(self.data, Decimal) and self.data == self.data.to_integral_value()
        return f"{self.data:.0f}" if is_whole and not self.raw_data else str(super()._value())


class AmountField(DecimalField):
    """An amount of money without its currency; it may have a unit: "1.2M", "500K", "3.5亿"."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse "1,200,000" and "1.2M"."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Enter only a number, such as 1,200,000 or 1.2M.")) from None

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
