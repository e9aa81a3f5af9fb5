"""The states of tender packages, and the tree of a project's parties. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from crm.core.words import LabeledEnum, _l

Item = TypeVar("Item")


class PackageState(LabeledEnum):
    """The state of a tender package."""

    planned = "planned", _l("Planned")
    open = "open", _l("Open for bids")
    evaluation = "evaluation", _l("Bids under evaluation")
    awarded = "awarded", _l("Awarded")
    canceled = "canceled", _l("Canceled")


BIDDING_STATES = (PackageState.planned, PackageState.open)
"""The states in which a bid deadline still matters."""


def order_tree(
    rows: Sequence[Item], key: Callable[[Item], int], parent: Callable[[Item], int | None]
) -> list[tuple[Item, int]]:
    """Return rows with their level: each one follows its parent, siblings keep their order.

    A row whose parent isn't among the rows is on level 0, and so is one of a circle. Of several rows with the same key
    the first one has the children.
    """
    keys = {key(row) for row in rows}
    children: dict[int | None, list[Item]] = {}
    for row in rows:
        above = parent(row)
        children.setdefault(above if above in keys and above != key(row) else None, []).append(row)
    ordered: list[tuple[Item, int]] = []
    opened: set[int] = set()

    def add(row: Item, level: int) -> None:
        ordered.append((row, level))
        if key(row) not in opened:
            opened.add(key(row))
            for child in children.get(key(row), ()):
                add(child, level + 1)

    for row in children.get(None, ()):
        add(row, 0)
    placed = {id(row) for row, _level in ordered}
    ordered += [(row, 0) for row in rows if id(row) not in placed]
    return ordered


def is_below(organization_id: int, other_id: int, parents: Mapping[int, Collection[int]]) -> bool:
    """Whether an organization is another one, or is under it directly or through others."""
    waiting = [organization_id]
    visited: set[int] = set()
    while waiting:
        current = waiting.pop()
        if current == other_id:
            return True
        if current not in visited:
            visited.add(current)
            waiting += parents.get(current, ())
    return False
