"""The search of lists that have no search words: the text is in one of some columns."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def contains_text(text: str, *columns: Any) -> sa.ColumnElement[bool]:
    """Return the condition that one of the columns contains a text, in upper or lower case."""
    return sa.or_(*(column.icontains(text.strip(), autoescape=True) for column in columns))
