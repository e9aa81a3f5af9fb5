"""The rows of a list in groups: how many, and the sum of a number, through the list's own statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import Select, fetch
from crm.core.data.engines import on_sqlite
from crm.core.lists.count import has_confidential
from crm.core.lists.declare import Listing
from crm.core.lists.grouping import Grouping, Measure
from crm.core.lists.query import build_filtered
from crm.core.lists.state import ListState
from crm.core.policy import Actor
from crm.core.search.index import RECORD


class GroupSum(NamedTuple):
    """A group: its keys, the currency of the amounts, how many rows it has, and the sum over those with a number."""

    keys: tuple[Any, ...]
    currency: str
    records: int
    total: Decimal
    filled: int


def sum_groups(
    listing: Listing, actor: Actor, state: ListState, each: Sequence[Sequence[Grouping]], measure: Measure | None
) -> list[list[GroupSum]]:
    """Return the groups of the filtered rows, without confidential ones, by each list of groupings; reads them once.

    Amounts of different currencies are never added: a group has one row for each currency. An empty list of groupings
    has one group with all rows. The first list has all groupings.
    """
    groupings = each[0]
    stmt = _select_rows(listing, actor, state, groupings, measure)
    rows = stmt.cte("rows").prefix_with("MATERIALIZED") if len(each) > 1 else stmt.subquery("rows")
    parts = [_sum_rows(rows, groupings, [g.name for g in own], actor, place) for place, own in enumerate(each)]
    result: list[list[GroupSum]] = [[] for _own in each]
    whole: Any = sa.union_all(*parts) if len(parts) > 1 else parts[0]
    for place, *values in fetch(whole):
        names = [g.name for g in each[place]]
        keys = tuple(key for key, g in zip(values, groupings, strict=False) if g.name in names)
        currency, records, total, filled = values[-4:]
        result[place].append(GroupSum(keys, currency or "", records, Decimal(total or 0), filled))
    return result


def _select_rows(
    listing: Listing, actor: Actor, state: ListState, groupings: Sequence[Grouping], measure: Measure | None
) -> sa.Select[Any]:
    """Select the id of each row, its keys of the groupings without links, and its number with the currency."""
    stmt = build_filtered(listing, actor, state)
    if has_confidential(listing):
        stmt = stmt.where(listing.confidential.is_(False))
    keys = [(n, g.build_key(actor)) for n, g in enumerate(groupings) if g.links is None]
    currency: Any = sa.literal("")
    if measure is not None and measure.currency is not None:
        currency = measure.currency if measure.has_currencies else sa.literal(measure.currency)
    value: Any = measure.sql if measure is not None else sa.literal(0)
    stmt = stmt.order_by(None)
    if on_sqlite():
        # In the order of its ids SQLite reads neighboring rows of all tables together, and evaluates `number` once.
        stmt = stmt.order_by(listing.entity.__table__.c.id)
    elif listing.kind is not None:
        # PostgreSQL reads only this part of the index of records.
        stmt = stmt.where(RECORD.c.kind == listing.kind)
    parts = [listing.row_id.label("row_id"), *(key.label(f"k{n}") for n, key in keys)]
    parts += [currency.label("currency"), value.label("number")]
    return stmt.with_only_columns(*parts, maintain_column_froms=True)


def _sum_rows(rows: Any, groupings: Sequence[Grouping], names: Collection[str], actor: Actor, place: int) -> Select:
    """Select the groups of rows by the groupings with these names, with NULL as the keys of the others."""
    source = rows
    columns = []
    keys = []
    for n, grouping in enumerate(groupings):
        key: Any = sa.null()
        if grouping.name in names:
            key = rows.c.get(f"k{n}")
            if grouping.links is not None:
                links = grouping.build_links(actor, f"links_{place}_{n}")
                source, key = source.outerjoin(links, links.c[0] == rows.c.row_id), links.c[1]
            keys.append(key)
        columns.append(key.label(f"key_{n}"))
    values = (rows.c.currency, sa.func.count(), sa.func.sum(rows.c.number), sa.func.count(rows.c.number))
    stmt = sa.select(sa.literal_column(str(place), sa.Integer), *columns, *values)
    return stmt.select_from(source).group_by(*keys, rows.c.currency)
