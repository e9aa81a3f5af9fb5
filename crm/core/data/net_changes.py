"""What a batch of changes did to each row in total, read from the history, with values as Python has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import Base, Instant, db
from crm.core.data.history import MERGE, UNMERGE, Audited, Batch, Change, UndoMode
from crm.core.data.history_at_end import unwritten_changes
from crm.core.data.plain_values import row_key


class NetChange(NamedTuple):
    """The total change of one row: created, changed or deleted; `diff` as in `Change`, but over all of its changes."""

    table: str
    row_id: str
    root_id: int | None
    action: str
    diff: dict[str, list[Any]]

    @property
    def key(self) -> tuple[Any, ...]:
        """The primary key of the row."""
        pairs = zip(mapper_of(self.table).primary_key, self.row_id.split("/"), strict=True)
        return tuple(column.type.python_type(text) for column, text in pairs)


@cache
def audited_mappers() -> dict[str, Any]:
    """Return the mappers of all tables with history by name."""
    return {m.class_.__tablename__: m for m in Base.registry.mappers if issubclass(m.class_, Audited)}


def mapper_of(table: str) -> Any:
    """Return the mapper of a table with history."""
    return audited_mappers()[table]


def undo_mode(table: str) -> UndoMode:
    """Return what undo does with changes of a table."""
    cls = mapper_of(table).class_
    return cls.undo_mode or (UndoMode.restore if cls.audit_root else UndoMode.refuse)


def load_net_changes(batch_id: int, root_ids: Collection[int] | None = None) -> list[NetChange]:
    """Return the total changes of a batch, or of some of its records, in the order of the first change of each row."""
    stmt = sa.select(Change.table, Change.row_id, Change.root_id, Change.action, Change.diff)
    if root_ids is not None:
        stmt = stmt.where(Change.root_id.in_(root_ids))
    rows = db.session.execute(stmt.where(Change.batch_id == batch_id).order_by(Change.id))
    return fold_changes(NetChange(*row) for row in rows)


def load_changes_since(
    table: str, root_id: int | None, since: datetime, *, with_merges: bool = True
) -> list[NetChange]:
    """Return the total changes of a record's rows in a table since then, with those that are not written yet.

    Those of merges that were undone are left out, and without `with_merges` those of all merges.
    """
    own = (Change.table == table, Change.root_id == root_id, Change.at > since)
    is_merge = sa.and_(Batch.kind == MERGE, Batch.undone_at.is_not(None)) if with_merges else Batch.kind == MERGE
    stmt = sa.select(Change.row_id, Change.action, Change.diff).outerjoin(Batch, Batch.id == Change.batch_id)
    stmt = stmt.where(*own, sa.or_(Batch.id.is_(None), sa.not_(sa.or_(is_merge, Batch.kind == UNMERGE))))
    stmt = stmt.order_by(Change.id)
    changes = [NetChange(table, row_id, root_id, *rest) for row_id, *rest in db.session.execute(stmt)]
    unwritten = [row for row in unwritten_changes(db.session()) if (row["table"], row["root_id"]) == (table, root_id)]
    changes += [NetChange(table, row["row_id"], root_id, row["action"], row["diff"]) for row in unwritten]
    return fold_changes(changes)


def changed_last_by(row: Any) -> int | None:
    """Return the id of the user who changed a row last; None for a job, and for a row without history."""
    if hasattr(row, "changed_by_id"):
        user_id: int | None = row.changed_by_id
        return user_id
    stmt = sa.select(Change.actor_id).where(Change.table == row.__tablename__, Change.row_id == row_key(row))
    return db.session.scalar(stmt.order_by(Change.id.desc()).limit(1))


def fold_changes(changes: Iterable[NetChange]) -> list[NetChange]:
    """Add up the changes of each row; a row that is as before is left out."""
    totals: dict[tuple[str, str], NetChange] = {}
    for change in changes:
        key = (change.table, change.row_id)
        totals[key] = _add(totals[key], change) if key in totals else change
    return [total for total in totals.values() if total.action not in ("none", "changed") or total.diff]


def _add(before: NetChange, after: NetChange) -> NetChange:
    """Return the total of two changes of a row."""
    match before.action, after.action:
        case ("created", "deleted"):
            return before._replace(action="none", diff={})
        case ("none", _):
            return after
        case (_, "deleted"):
            old_values = {name: [pair[0], None] for name, pair in before.diff.items()}
            return after._replace(diff=after.diff | old_values)
        case ("deleted", _):
            pairs = {name: [pair[0], after.diff[name][1]] for name, pair in before.diff.items() if name in after.diff}
            return before._replace(action="changed", diff=_drop_unchanged(pairs))
    old = {name: pair[0] for name, pair in before.diff.items()}
    pairs = before.diff | {name: [old.get(name, pair[0]), pair[1]] for name, pair in after.diff.items()}
    return before._replace(diff=pairs if before.action == "created" else _drop_unchanged(pairs))


def _drop_unchanged(pairs: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def is_among(row: Any, changes: Iterable[NetChange]) -> bool:
    """Return whether a row is one of those that were changed."""
    key = (row.__tablename__, row_key(row))
    return any(change[:2] == key for change in changes)


def build_row(change: NetChange) -> Any:
    """Return a new row like one that was deleted, with the same id."""
    mapper = mapper_of(change.table)
    key = {mapper.get_property_by_column(c).key: part for c, part in zip(mapper.primary_key, change.key, strict=True)}
    return mapper.class_(
        **key, **{name: parse_stored(change.table, name, old) for name, (old, _) in change.diff.items()}
    )


TEXT_PARSERS: tuple[tuple[Any, Any], ...] = (
    (sa.DateTime, datetime.fromisoformat),
    (sa.Date, date.fromisoformat),
    (sa.Time, time.fromisoformat),
    (sa.Numeric, Decimal),
)


def parse_stored(table: str, attribute: str, value: Any) -> Any:
    """Return a value of the history as the attribute has it: an enum, a date, a Decimal."""
    kind = mapper_of(table).column_attrs[attribute].columns[0].type
    kind = kind.impl if isinstance(kind, Instant) else kind
    if value is None:
        return None
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    for column_type, parse in TEXT_PARSERS:
        if isinstance(kind, column_type) and isinstance(value, str):
            return parse(value)
    return value
