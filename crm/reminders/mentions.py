"""Which texts mention a user: @ with the first or full name, the native name or the mail name. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

NOTE_COLUMNS = ("note", "notes")
"""The columns with notes of follow-ups and interactions, as the history names them."""


def mention_pattern(name: str, native_name: str | None, email: str) -> re.Pattern[str]:
    """Return the pattern of a user's mentions."""
    names = {name, name.split(maxsplit=1)[0], native_name or name, email.partition("@")[0]}
    words = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
    return re.compile(rf"[@＠](?:{words})(?![A-Za-z0-9_])", re.IGNORECASE)


def is_newly_mentioned(pattern: re.Pattern[str], diff: Mapping[str, Any]) -> bool:
    """Return whether a change of a row mentions a user in a note that didn't before."""
    pairs = [diff.get(column, (None, None)) for column in NOTE_COLUMNS]
    return any(bool(new and pattern.search(new) and not (old and pattern.search(old))) for old, new in pairs)
