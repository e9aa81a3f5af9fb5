"""Numbers with decimals: how they are shown and rounded."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import wtforms as w

MAX_DIGITS = 15


class DecimalField(w.DecimalField):
    """A number with decimals; a whole one is shown without them: 24000000, not 24000000.00."""

    data: Any

    def _value(self) -> str:
        is_whole = isinstance(self.data, Decimal) and self.data == self.data.to_integral_value()
        return f"{self.data:.0f}" if is_whole and not self.raw_data else str(super()._value())


def round_to(places: int) -> Callable[[Any], Any]:
    """Return a filter that rounds as the database does, so that what is checked is what is stored."""
    unit = Decimal(1).scaleb(-places)

    def rounded(value: Any) -> Any:
        # Numbers that are too large to round are refused by the range.
        is_short = isinstance(value, Decimal) and value.is_finite() and value.adjusted() < MAX_DIGITS
        return value.quantize(unit, ROUND_HALF_UP) if is_short and value % unit else value

    return rounded
