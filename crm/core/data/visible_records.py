"""Several records, or what all records have of them, that an actor may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, db, fetch_table
from crm.core.data.record import Record, refuse_merged, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor

R = TypeVar("R", bound=Record)
IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)


def get_all_visible(cls: type[R], actor: Actor, ids: Iterable[int]) -> list[R]:
    """Return records in this order, in one statement. Raises NotFound when one is missing or not visible, or Merged."""
    unique_ids = list(dict.fromkeys(ids))
    if not unique_ids:
        return []
    stmt = sa.select(cls).where(cls.id.in_(unique_ids), visible(actor, cls))
    return _require_all(actor, unique_ids, db.session.scalars(stmt))


def read_all_visible(kind: str, actor: Actor, ids: Iterable[int]) -> list[Record]:
    """Return what all records have of records of one kind, for reading only, as `get_all_visible`."""
    unique_ids = list(dict.fromkeys(ids))
    return _require_all(actor, unique_ids, _records(actor, kind, ids=unique_ids) if unique_ids else ())


@cached_query
def _records(viewer: AccessProfile, kind: str) -> Select:
    return sa.select(Record.__table__).where(Record.id.in_(IDS), Record.kind == kind, visible(viewer))


@cached_query
def read_visible_names(viewer: AccessProfile, kinds: Sequence[str]) -> Select:
    """Read the names of the records `ids` of these kinds, as far as the viewer may see them."""
    columns: list[Any] = [Record.id, Record.kind, Record.label, Record.native_label, Record.merged_into_id]
    is_archived = Record.archived_at.is_not(None).label("is_archived")
    return sa.select(*columns, is_archived).where(Record.id.in_(IDS), Record.kind.in_(kinds), visible(viewer))


def _require_all(actor: Actor, ids: Sequence[int], records: Iterable[R]) -> list[R]:
    by_id = {record.id: record for record in records}
    if len(by_id) < len(ids):
        raise NotFound
    for record in by_id.values():
        refuse_merged(actor, record)
    return [by_id[i] for i in ids]


def read_visible(actor: Actor, record_id: int | None) -> Record | None:
    """Return what all records have of a record that a page names, for reading only; None as in `find_visible`."""
    rows = fetch_table(Record, Record.id == record_id, visible(actor)) if record_id is not None else ()
    return next(iter(rows), None)
