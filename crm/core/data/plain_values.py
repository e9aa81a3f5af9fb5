"""Values and keys of rows as history stores them."""

from __future__ import annotations

import enum
from typing import Any

import sqlalchemy as sa

PLAIN_TYPES = frozenset({type(None), str, int, float, bool, list, dict})


def plain(value: Any) -> Any:
    """Return a value as history stores it."""
    if type(value) in PLAIN_TYPES:
        return value
    if isinstance(value, enum.Enum):
        return value.value
    return value if isinstance(value, str | int | float | bool | list | dict) else str(value)


def row_key(row: Any) -> str:
    """Return the primary key of a row as history stores it: its parts, separated by slashes."""
    return "/".join(str(plain(part)) for part in sa.inspect(row).mapper.primary_key_from_instance(row))
