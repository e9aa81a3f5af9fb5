"""The rows of a list in groups: how many, and the sum of a number, through the list's own statement."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import fetch
from crm.core.lists.declare import Listing
from crm.core.lists.grouping import Grouping, Measure
from crm.core.lists.query import build_filtered, has_confidential
from crm.core.lists.state import ListState
from crm.core.policy import Actor
from crm.core.search.search import on_sqlite


class GroupSum(NamedTuple):
    """A group: its keys, the currency of the amounts, how many rows it has, and the sum over those with a number."""

    keys: tuple[Any, ...]
    currency: str
    records: int
    total: Decimal
    filled: int


def sum_groups(
    listing: Listing, actor: Actor, state: ListState, groupings: Sequence[Grouping] = (), measure: Measure | None = None
) -> list[GroupSum]:
    """Return the groups of the filtered rows without confidential ones, in one statement.

    Amounts of different currencies are never added: a group has one row for each currency. Without groupings the one
    group of all rows.
    """
    stmt = build_filtered(listing, actor, state)
    if has_confidential(listing):
        stmt = stmt.where(listing.entity.confidential.is_(False))
    keys: list[Any] = []
    for number, grouping in enumerate(groupings):
        if grouping.links is None:
            keys.append(grouping.build_key(actor))
            continue
        links = grouping.build_links(actor, f"links_{number}")
        stmt = stmt.outerjoin(links, links.c[0] == listing.row_id)
        keys.append(links.c[1])
    currency: Any = measure.currency if measure is not None and measure.currency is not None else sa.literal("")
    value: Any = measure.sql if measure is not None else sa.literal(0)
    parts = [*(key.label(f"k{n}") for n, key in enumerate(keys)), currency.label("currency"), value.label("number")]
    # In the order of its ids SQLite reads neighboring rows of all tables together, and evaluates `number` once.
    order = listing.entity.__table__.c.id if on_sqlite() else None
    rows = stmt.with_only_columns(*parts, maintain_column_froms=True).order_by(None).order_by(order).subquery()
    by = [*(rows.c[f"k{n}"] for n in range(len(keys))), rows.c.currency]
    values = (sa.func.count(), sa.func.sum(rows.c.number), sa.func.count(rows.c.number))
    groups = fetch(sa.select(*by, *values).group_by(*by))
    return [GroupSum(tuple(row[:-4]), row[-4] or "", row[-3], Decimal(row[-2] or 0), row[-1]) for row in groups]
