"""What a mapped column describes about itself: label, hint and widget (`base.field`)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute


def labeled_column(attribute: InstrumentedAttribute[Any]) -> sa.Column[Any]:
    """Return the table column of a mapped attribute, also of an inherited one. Raises TypeError without a label."""
    for cls in attribute.class_.__mro__:
        table = getattr(cls, "__table__", None)
        if table is not None and attribute.key in table.c and "label" in table.c[attribute.key].info:
            column: sa.Column[Any] = table.c[attribute.key]
            return column
    raise TypeError(f"{attribute} has no label")


def own_columns(cls: Any, mark: str = "label") -> tuple[InstrumentedAttribute[Any], ...]:
    """Return the attributes of a class's own table that `base.field` gave the mark: label, in_lists or headings."""
    return tuple(getattr(cls, column.key) for column in cls.__table__.c if column.info.get(mark))


def own_names(cls: Any) -> tuple[str, ...]:
    """Return the names of the columns of a class's own table that have a label: those that forms edit."""
    return tuple(attribute.key for attribute in own_columns(cls))
