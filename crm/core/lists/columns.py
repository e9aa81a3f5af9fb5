"""The columns that a reader has chosen for a list, their order and width, as the parameter `columns` of its URL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from crm.core.forms.params import is_number
from crm.core.lists.declare import Col, Listing
from crm.core.policy import Actor

WIDTHS = range(48, 1001)
"""Possible widths of a column in pixels."""


class ColumnChoice(NamedTuple):
    """A chosen column; width 0 is automatic."""

    name: str
    width: int = 0


class ColumnOption(NamedTuple):
    """A column as the menu of columns offers it; the first one is always shown."""

    value: str
    label: str
    is_shown: bool
    is_fixed: bool


def parse_columns(listing: Listing, actor: Actor, texts: Sequence[str]) -> tuple[ColumnChoice, ...]:
    """Parse "name:240,city,country", also given in parts. Raises ValueError for an unknown column or width."""
    names = {col.name for col in listing.cols_for(actor)}
    choices: dict[str, ColumnChoice] = {}
    for part in (part for text in texts for part in text.split(",") if part):
        name, _colon, width = part.partition(":")
        if name not in names or (width and not (is_number(width) and int(width) in WIDTHS)):
            raise ValueError(part)
        choices[name] = ColumnChoice(name, int(width or 0))
    return tuple(choices.values())


def format_columns(choices: Sequence[ColumnChoice]) -> str:
    """Return the choice as the parameter of a URL."""
    return ",".join(f"{choice.name}:{choice.width}" if choice.width else choice.name for choice in choices)


def shown_columns(listing: Listing, actor: Actor, choices: Sequence[ColumnChoice]) -> tuple[Col, ...]:
    """Return the columns of a page: those chosen, after the first one; without a choice those of the list."""
    cols = listing.cols_for(actor)
    default = tuple(col for col in cols if col.show)
    if not choices:
        return default
    by_name = {col.name: col if col.show else replace(col, hide_phone=True) for col in cols}
    chosen = [by_name[choice.name] for choice in choices]
    return (default[0], *(col for col in chosen if col.name != default[0].name))


def column_options(
    listing: Listing, actor: Actor, cols: Sequence[Col], choices: Sequence[ColumnChoice]
) -> list[ColumnOption]:
    """Return all columns for the menu: those shown in their order, then the others. Values carry the width."""
    names, widths = [col.name for col in cols], {choice.name: choice for choice in choices}
    rest = [col for col in listing.cols_for(actor) if col.name not in names]
    return [
        ColumnOption(
            format_columns([widths.get(col.name, ColumnChoice(col.name))]),
            str(col.label),
            is_shown=col.name in names,
            is_fixed=col.name == names[0],
        )
        for col in (*cols, *rest)
    ]
