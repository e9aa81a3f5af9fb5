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


class NamedUser(NamedTuple):
    """A user with the pattern of their mentions, to be matched with what begins at an at sign."""

    id: int
    pattern: re.Pattern[str]


def build_named_user(row: Any) -> NamedUser:
    """Return a user from a row with id, name, native name and email address."""
    return NamedUser(row.id, mention_pattern(row.name, row.native_name, row.email))


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


def list_newly_mentioned(users: Sequence[NamedUser], changes: Sequence[NoteChange]) -> set[int]:
    """Return which of all users one of these notes mentions and didn't before.

    The longest name counts: “@Anna Smith” mentions her, and no other Anna.
    """
    ids: set[int] = set()
    for change in changes:
        ids |= _list_mentioned(users, change.after) - _list_mentioned(users, change.before)
    return ids


def _list_mentioned(users: Sequence[NamedUser], texts: Sequence[str]) -> set[int]:
    ids: set[int] = set()
    for text in texts:
        lengths = {user.id: len(match[0]) for user in users if (match := user.pattern.match(text))}
        longest = max(lengths.values(), default=0)
        ids.update(id for id, length in lengths.items() if length == longest)
    return ids
