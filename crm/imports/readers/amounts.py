"""Numbers and the marks of currencies in cells."""

from __future__ import annotations

import re

NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)")
CURRENCY_MARKS = re.compile(r"US\$|USD|RMB|CNY|EUR|[$¥￥€元%]")


def strip_marks(text: str) -> str:
    """Return an amount without blanks, its currency and its sign for percent."""
    return CURRENCY_MARKS.sub("", text).replace(" ", "")


def is_amount(text: str) -> bool:
    """Return whether a text is a number, with or without a currency."""
    return NUMBER.fullmatch(strip_marks(text)) is not None
