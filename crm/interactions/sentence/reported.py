"""Reported speech: a date or 推迟 after "he says" or 他说 is news, and says nothing about the interaction itself."""

from __future__ import annotations

import re

_SAYING = re.compile(r"说(?!明)|告诉|告知|反馈|\b(?:says?|said|tells?|told|mention(?:s|ed))\b", re.IGNORECASE)


def find_end_of_statement(text: str, start: int, end: int) -> int:
    """Return where reported speech begins in a clause, or its end."""
    match = _SAYING.search(text, start, end)
    return match.start() if match else end
