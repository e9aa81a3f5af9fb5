"""Which records a record is about, as each feature declares it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.core.data.base import Select, db, fetch
from crm.core.data.record import Record

LINKS: dict[str, sa.Subquery] = {}
"""Kind of record -> pairs (id, record_id): the records that a record of this kind is about."""
ONLY_IF_ALL: set[str] = set()
"""Kinds that are confidential only if all records they are about are."""


def declare_links(kind: str, *pairs: sa.SelectBase, only_if_all: bool = False) -> None:
    """Declare which records a record of this kind is about, as selects of two columns: its id and the other's.

    One confidential record among them makes it confidential; with `only_if_all` all of them have to be.
    """
    if only_if_all:
        ONLY_IF_ALL.add(kind)
    united = sa.union_all(*pairs).subquery(f"{kind}_links")
    columns = list(united.c)
    LINKS[kind] = sa.select(columns[0].label("id"), columns[1].label("record_id")).subquery(f"links_of_{kind}")


def confidential_links(kind: str, ids: Collection[int]) -> Mapping[int, set[int]]:
    """Return the ids of the confidential records that each record is about; records without any are left out.

    A record of a kind in `ONLY_IF_ALL` is also left out if it is about an open record, unless it already has the access
    of the confidential ones: its texts were written for their readers.
    """
    links = defaultdict(set)
    has_open = set()
    stmt = _select_links(LINKS[kind], only_if_all=kind in ONLY_IF_ALL)
    for record_id, host_id, confidential in fetch(stmt, {"ids": list(ids)}) if ids else ():
        if confidential:
            links[record_id].add(host_id)
        else:
            has_open.add(record_id)
    return {record_id: host_ids for record_id, host_ids in links.items() if record_id not in has_open}


@cache
def _select_links(pairs: sa.Subquery, *, only_if_all: bool) -> Select:
    ids: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
    stmt = (
        sa.select(pairs.c.id, pairs.c.record_id, Record.confidential)
        .join(Record, Record.id == pairs.c.record_id)
        .where(pairs.c.id.in_(ids))
    )
    if not only_if_all:
        return stmt.where(Record.confidential)
    own = aliased(Record)
    follows = sa.and_(own.confidential, sa.not_(own.restricted))
    return stmt.join(own, own.id == pairs.c.id).where(sa.or_(Record.confidential, sa.not_(follows)))


def about_confidential(kind: str) -> list[int]:
    pairs = LINKS[kind]
    stmt = sa.select(pairs.c.id).join(Record, Record.id == pairs.c.record_id).where(Record.confidential)
    return list(db.session.scalars(stmt.distinct().order_by(pairs.c.id)))
