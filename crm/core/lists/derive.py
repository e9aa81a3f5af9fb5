"""What lists derive from mapped columns: kinds, choices, conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Literal

import sqlalchemy as sa

from crm.core.data.base import Instant
from crm.core.data.together import run_together
from crm.core.policy import Actor

ColKind = Literal[
    "text",
    "long",
    "num",
    "unit",
    "date",
    "moment",
    "money",
    "name",
    "user",
    "link",
    "light",
    "enum",
    "bool",
    "country",
    "zone",
    "hs",
    "tags",
]
FilterKind = Literal["choice", "many", "text", "date", "num", "bool", "pick"]
Choices = tuple[tuple[str, object], ...]


def enum_choices(members: Iterable[Any]) -> Choices:
    """Return the choices of a filter over a closed list, or over some of its members."""
    return tuple((member.value, member.label) for member in members)


def load_choices(choices: Mapping[str, Choices | Callable[[Actor], Choices]], actor: Actor) -> dict[str, Choices]:
    """Return the choices of filters by name; those that are read from the database are read together."""
    loaders = {name: partial(load, actor) for name, load in choices.items() if callable(load)}
    loaded = dict(zip(loaders, run_together(*loaders.values()), strict=True))
    return {name: loaded.get(name, fixed) for name, fixed in choices.items()}


def column_kind(column: sa.Column[Any]) -> str:
    """Return how a list shows the values of a column."""
    widget = column.info.get("widget", "")
    if widget in ("country", "zone", "hs"):
        return str(widget)
    by_type: tuple[tuple[Any, str], ...] = (
        (sa.Enum, "enum"),
        (sa.Boolean, "bool"),
        (sa.Date, "date"),
        (Instant, "moment"),
        ((sa.Numeric, sa.Integer), "num"),
    )
    return next((name for types, name in by_type if isinstance(column.type, types)), "text")


def filter_kind(column: sa.Column[Any]) -> FilterKind:
    """Return which kind of filter fits a column."""
    kinds: tuple[tuple[Any, FilterKind], ...] = (
        (sa.Enum, "choice"),
        (sa.Boolean, "bool"),
        (sa.Date, "date"),
        ((sa.Numeric, sa.Integer), "num"),
    )
    return next((kind for types, kind in kinds if isinstance(column.type, types)), "text")


def build_condition(attribute: Any, column_type: Any, kind: FilterKind, value: Any) -> Any:
    """Return the condition for a filter's value. Raises ValueError for an unknown code."""
    enum_class = getattr(column_type, "enum_class", None)
    if kind == "many":
        return attribute.in_([enum_class(code) if enum_class else code for code in value])
    if kind == "text":
        return attribute.startswith(value, autoescape=True)
    return attribute == (enum_class(value) if enum_class else value)
