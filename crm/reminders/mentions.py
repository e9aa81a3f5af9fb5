"""Which texts mention a user: @ with the first or full name, the native name or the mail name. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

NOTE_COLUMNS = ("note", "notes")
"""The columns with notes of follow-ups and interactions, as the history names them."""
MAX_SIGNS = 1000
"""How many at signs of a note are looked at: a note can have a million of them, and each user is compared."""
MAX_CHARS = 200
"""More than the at sign and the longest name have."""
_SIGN = re.compile("[@＠]")


class NoteChange(NamedTuple):
    """What follows the at signs of a note, before a change of it and after."""

    before: Sequence[str]
    after: Sequence[str]


def mention_pattern(name: str, native_name: str | None, email: str) -> re.Pattern[str]:
    """Return the pattern of a user's mentions, to be matched with what begins at an at sign."""
    names = {name, name.split(maxsplit=1)[0], native_name or name, email.partition("@")[0]}
    words = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
    return re.compile(rf"[@＠](?:{words})(?![A-Za-z0-9_])", re.IGNORECASE)


def list_note_changes(diff: Mapping[str, Any]) -> list[NoteChange]:
    """Return the notes with at signs that a change of a row wrote."""
    pairs = [diff[column] for column in NOTE_COLUMNS if column in diff]
    changes = [NoteChange(_cut(old or ""), _cut(new or "")) for old, new in pairs]
    return [change for change in changes if change.after]


def _cut(text: str) -> list[str]:
    """Return what follows each at sign, as far as a name can reach."""
    signs = islice(_SIGN.finditer(text), MAX_SIGNS)
    return [text[sign.start() : sign.start() + MAX_CHARS] for sign in signs]


def is_newly_mentioned(pattern: re.Pattern[str], changes: Sequence[NoteChange]) -> bool:
    """Return whether one of these notes mentions a user and didn't before."""
    return any(_has_match(pattern, change.after) and not _has_match(pattern, change.before) for change in changes)


def _has_match(pattern: re.Pattern[str], texts: Sequence[str]) -> bool:
    return any(pattern.match(text) for text in texts)
