"""Undo changes of columns and tags of many open records with few statements, with the results of an undo one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.bulk_changes import set_each
from crm.core.data.chunks import chunked
from crm.core.data.net_changes import NetChange, mapper_of, parse_stored
from crm.core.data.record import Record, visible
from crm.core.hooks import QUICK_UNDO
from crm.core.policy import Actor
from crm.records.models import RecordTag, Tag

from .active_users import is_active
from .tags import load_tag_ids, write_tags
from .undo_refresh import finish_undo

COUNSELOR = "counselor_id"


def restore_quickly(actor: Actor, changes: Sequence[NetChange]) -> set[int]:
    """Restore columns of open records that still have the changed values, and tags; flushes.

    Returns the ids of the records in which everything is undone. The other ones are as they were.
    """
    db.session.flush()
    by_record: dict[int, list[NetChange]] = defaultdict(list)
    for change in changes:
        by_record[change.root_id or 0].append(change)
    former = {change.diff[COUNSELOR][0] for change in changes if COUNSELOR in change.diff} - {None}
    inactive = {user_id for user_id in former if not is_active(user_id)}
    by_kind: dict[str, list[int]] = defaultdict(list)
    reassigned: list[int] = []
    for (cls, names), group in _group_quick(by_record).items():
        rows = _load_values(actor, cls, names, group)
        rows = {i: values for i, values in rows.items() if values.get(COUNSELOR) not in inactive}
        if rows:
            _restore_columns(actor, cls, names, rows)
            by_kind[str(cls.__mapper__.polymorphic_identity)] += rows
            reassigned += rows if COUNSELOR in names else ()
    tags = {i: own for i, own in by_record.items() if all(c.table == RecordTag.__tablename__ for c in own)}
    for part in chunked(tags):
        for record_id, kind in _restore_tags(actor, {record_id: tags[record_id] for record_id in part}):
            by_kind[kind].append(record_id)
    if by_kind:
        finish_undo(by_kind, reassigned)
    return {record_id for ids in by_kind.values() for record_id in ids}


def _group_quick(
    by_record: Mapping[int, Sequence[NetChange]],
) -> dict[tuple[type[Record], frozenset[str]], dict[int, NetChange]]:
    """Return the records whose only change is one of columns, by their class and the names of the columns."""
    groups: dict[tuple[type[Record], frozenset[str]], dict[int, NetChange]] = defaultdict(dict)
    for record_id, own in by_record.items():
        if len(own) == 1 and _is_quick(own[0]):
            groups[mapper_of(own[0].table).class_, frozenset(own[0].diff)][record_id] = own[0]
    return groups


def _restore_columns(
    actor: Actor, cls: type[Record], names: frozenset[str], rows: Mapping[int, dict[str, Any]]
) -> None:
    """Set the former values by id, and what follows from them."""
    quick = QUICK_UNDO[str(cls.__mapper__.polymorphic_identity)]
    set_each(db.session(), cls, rows, quick.derive if names & quick.deriving else None)
    if quick.follow is not None:
        quick.follow(actor, rows, names)


def _is_quick(change: NetChange) -> bool:
    mapper = mapper_of(change.table)
    if change.action != "changed" or not issubclass(mapper.class_, Record):
        return False
    quick = QUICK_UNDO.get(mapper.polymorphic_identity)
    return quick is not None and change.diff.keys() <= quick.columns | {COUNSELOR}


def _load_values(
    actor: Actor, cls: type[Record], names: frozenset[str], changes: Mapping[int, NetChange]
) -> dict[int, dict[str, Any]]:
    """Return the former values of visible, open records that weren't changed since, by id; locks their rows.

    A dependent may have its former counselor already: it follows the record it belongs to.
    """
    columns = [getattr(cls, name) for name in names]
    old: dict[int, dict[str, Any]] = {}
    for part in chunked(changes):
        where = (cls.id.in_(part), sa.not_(cls.confidential), visible(actor, cls))
        for record_id, *current in db.session.execute(sa.select(cls.id, *columns).where(*where).with_for_update()):
            diff, table = changes[record_id].diff, cls.__tablename__
            pairs = {name: [parse_stored(table, name, value) for value in diff[name]] for name in names}
            if all(
                value == pairs[name][1] or (name == COUNSELOR and value == pairs[name][0])
                for name, value in zip(names, current, strict=True)
            ):
                old[record_id] = {name: pair[0] for name, pair in pairs.items()}
    return old


def _restore_tags(actor: Actor, changes: Mapping[int, Sequence[NetChange]]) -> list[tuple[int, str]]:
    """Remove added tags and add removed ones back, in visible, open records. Returns id and kind of those records.

    A record that has a removed tag again, or whose tag no longer exists, stays as it is.
    """
    stmt = sa.select(Record.id, Record.kind).where(Record.id.in_(changes), sa.not_(Record.confidential), visible(actor))
    existing = load_tag_ids(changes.keys())
    added = {record_id: _find_tag_ids(own, "created") for record_id, own in changes.items()}
    removed = {record_id: _find_tag_ids(own, "deleted") for record_id, own in changes.items()}
    removed_ids = set().union(*removed.values())
    usable_ids = set(db.session.scalars(sa.select(Tag.id).where(Tag.id.in_(removed_ids)))) if removed_ids else set()
    records = [(i, kind) for i, kind in db.session.execute(stmt) if removed[i] <= usable_ids - existing[i]]
    write_tags([(i, tag_id) for i, _kind in records for tag_id in sorted(added[i] & existing[i])], "deleted")
    write_tags([(i, tag_id) for i, _kind in records for tag_id in sorted(removed[i])], "created")
    return records


def _find_tag_ids(changes: Sequence[NetChange], action: str) -> set[int]:
    return {change.key[1] for change in changes if change.action == action}
