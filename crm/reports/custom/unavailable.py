"""Choices of a saved report that its reader doesn't have: fields hidden from the reader, and what no longer exists."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from crm.core.errors import BadRequest
from crm.core.lists import Listing
from crm.core.policy import Actor

from .kinds import get_kind
from .question import Params, parse_question


class UnavailableChoice(NamedTuple):
    """A choice that the reader doesn't have: its parameter in the address, and its label."""

    name: str
    label: str


def find_unavailable(kind: str, query: str, actor: Actor) -> list[UnavailableChoice]:
    """Return the choices that the actor doesn't have. Raises NotFound for a kind that the actor doesn't have."""
    params, listing = MultiDict(parse_qsl(query)), get_kind(kind, actor).listing
    choices = []
    for name in params:
        alone = MultiDict([(name, value) for value in params.getlist(name)])
        if name == "period" and "on" in params:
            alone.add("on", params["on"])
        try:
            parse_question(kind, alone, actor)
        except BadRequest:
            choices.append(UnavailableChoice(name, _describe(listing, name, params[name])))
    return choices + _find_removed(listing, params, actor)


def find_removed(kind: str, query: str, actor: Actor) -> list[UnavailableChoice]:
    """Return the filters of a report that the actor has, whose record or tag doesn't exist for the actor."""
    return _find_removed(get_kind(kind, actor).listing, MultiDict(parse_qsl(query)), actor)


def _find_removed(listing: Listing, params: Params, actor: Actor) -> list[UnavailableChoice]:
    return [
        UnavailableChoice(f.name, f"{f.label}: {params[f.name]}" if f.kind == "text" else str(f.label))
        for f in listing.filters_for(actor)
        if f.exists is not None and f.name in params and not f.exists(params[f.name], actor)
    ]


def remove_choices(query: str, names: set[str]) -> str:
    """Return the choices without those of some parameters, as in the address of the builder."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name not in names])


def _describe(listing: Listing, name: str, value: str) -> str:
    """Return the label of a choice as the list declares it for anyone, or its name in the address."""
    if name in ("by", "by2", "on"):
        columns = {f"{col.name}": col.label for col in listing.cols}
        declared = {grouping.name: grouping.label for grouping in listing.groupings}
        return str(declared.get(value) or columns.get(value.partition(".")[0]) or value)
    if name == "measure":
        column = listing.col(value.partition(":")[2])
        return str(column.label if column else value)
    labels = {f.name: f.label for f in listing.filters}
    return str(labels.get(name, name))
