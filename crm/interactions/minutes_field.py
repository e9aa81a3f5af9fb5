"""The field for minutes in forms."""

from __future__ import annotations

from typing import Any

from wtforms import validators as v

from crm.core.forms.fields import InRange, IntegerField
from crm.core.words import _l

from .sentence.durations import read_length
from .sentence.offsets import read_as

MAX_MINUTES = 24 * 60
MAX_LENGTH_CHARS = 40
INVALID_MINUTES = _l("Enter minutes, such as 15, 20m or 1h 30.")


class MinutesField(IntegerField):
    """Minutes from 0 to 1440, also a length such as "20m" or "1h 30"; empty is None."""

    def __init__(self, label: object = None, validators: Any = None, **kw: Any) -> None:
        bounds = InRange(0, MAX_MINUTES, _l("Enter minutes from 0 to 1440, such as 15."))
        super().__init__(label, [*(validators or [v.Optional()]), bounds], INVALID_MINUTES, **kw)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a number or a length. A typed value is sent after the selected chip and wins over it."""
        text = next((x.strip() for x in reversed(valuelist) if x.strip()), "")
        # The form shows the first of the raw values again.
        self.raw_data = [text]
        if text:
            super().process_formdata([text])
        else:
            self.data = None

    def _to_digits(self, text: str) -> str:
        minutes = read_length(read_as(text)) if len(text) <= MAX_LENGTH_CHARS else None
        return super()._to_digits(text) if minutes is None else str(minutes)
