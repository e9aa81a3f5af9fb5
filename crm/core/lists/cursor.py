"""The position in a list as in its URL: the row at the edge of a page."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from crm.core.lists.declare import Col

LARGEST = 10**18
"""Larger than every stored number: larger values are refused before they reach the database."""


@dataclass(frozen=True)
class Cursor:
    """A row at the edge of a page; `back` goes toward the first page."""

    key: Any
    id: int
    back: bool = False


def encode(cursor: Cursor, sort: str) -> str:
    """Encode a cursor for a URL."""
    text = json.dumps(
        [sort, int(cursor.back), _to_json(cursor.key), cursor.id], ensure_ascii=False, separators=(",", ":")
    )
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _to_json(key: Any) -> Any:
    if isinstance(key, date):
        return key.isoformat()
    return str(key) if isinstance(key, Decimal) else getattr(key, "value", key)


def decode(text: str, sort: str, column: Col) -> Cursor:
    """Decode a cursor of the same sort. Raises ValueError for anything else."""
    try:
        parts = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        sort_name, back, key, id = parts
        if sort_name != sort or back not in (0, 1) or type(id) is not int or not 0 <= id < 2**63:
            raise ValueError(text)
        return Cursor(_convert_key(key, column), id, bool(back))
    except (TypeError, ArithmeticError, LookupError, RecursionError) as error:
        raise ValueError(text) from error


def _convert_key(key: Any, column: Col) -> Any:
    if key is None:
        if not column.nulls_last:
            raise ValueError(key)
        return None
    key_type = column.key.type
    enum_class = getattr(key_type, "enum_class", None)
    if enum_class is not None:
        return enum_class(key)
    python = getattr(key_type, "impl_instance", key_type).python_type
    if python is date:
        return date.fromisoformat(key)
    if python is datetime:
        return _parse_moment(key)
    if python is Decimal:
        return _parse_decimal(key)
    if type(key) is not python or (python is int and abs(key) >= LARGEST):
        raise ValueError(key)
    if python is str and "\x00" in key.encode().decode():
        raise ValueError(key)
    return key


def _parse_moment(key: str) -> datetime:
    moment = datetime.fromisoformat(key)
    if moment.tzinfo is None:
        raise ValueError(key)
    return moment.astimezone(UTC)


def _parse_decimal(key: str) -> Decimal:
    number = Decimal(key)
    if not number.is_finite() or abs(number) >= LARGEST:
        raise ValueError(key)
    return number
