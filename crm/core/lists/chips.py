"""The filters of a list in use, each with the address without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from crm.core.i18n import formats
from crm.core.lists.declare import Filter, Listing
from crm.core.lists.derive import Choices
from crm.core.lists.grouping import GroupValue
from crm.core.lists.record_filters import load_record_label
from crm.core.lists.state import ListState
from crm.core.policy import Actor
from crm.core.words import _


class FilterChip(NamedTuple):
    """A filter in use; `name` is its parameter in the URL, "" for search words and groups."""

    label: str
    text: str
    remove_url: str
    name: str = ""


def build_chips(listing: Listing, actor: Actor, state: ListState) -> list[FilterChip]:
    """Return the search words, filters and groups of a list in use."""
    chips = [FilterChip(_("Search"), state.q, state.url(without="q"))] if state.q else []
    for f in listing.filters_for(actor):
        raw = state.raw.get(f.name)
        if raw:
            text = ", ".join(_value_text(f, state.choices[f.name], x, actor) for x in raw)
            chips.append(FilterChip(str(f.label), text, state.url(without=f.name), f.name))
    return chips + [_group_chip(state, group, actor) for group in state.groups]


def _group_chip(state: ListState, group: GroupValue, actor: Actor) -> FilterChip:
    rest = replace(state, groups=tuple(other for other in state.groups if other is not group))
    label = group.grouping.load_labels([group.key], actor)[group.key]
    return FilterChip(str(group.grouping.label), label, rest.url())


def _value_text(f: Filter, choices: Choices, value: str, actor: Actor) -> str:
    if f.kind == "bool":
        return _("Yes")
    if f.kind == "pick" and not choices:  # of a saved report, not of this address
        return load_record_label(value, actor)
    if f.kind == "date":
        return formats.day(date.fromisoformat(value), full=True)
    return str(dict(choices).get(value, value))
