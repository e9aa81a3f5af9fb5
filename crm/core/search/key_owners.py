"""Records by the keys of the name matcher, many at once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, db
from crm.core.data.chunks import chunked
from crm.core.data.engines import on_sqlite
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.core.search.engines import QUERIES, match_any_key, stream_matches
from crm.core.search.index import INDEXES
from crm.core.search.query_words import build_group_query
from crm.names.folding import KEY_MARK
from crm.names.matching.keys import find_keys

KeyOwners = dict[str, list[Any]]
"""The records (id, names) that have a key, oldest first, by key."""
_SCANNED_RECORDS = 5
"""Looking up a key in FTS5 takes as long as reading the keys of this many records, or of more than twice as many."""


def find_owners_by_key(actor: Actor, kind: str, groups: Sequence[Collection[str]], limit: int) -> Iterator[KeyOwners]:
    """Yield the owners of each key for each group of keys: of the oldest `limit` records that have a key of the group.

    Archived records are left out. One statement per group, or a few for all groups if there are very many keys.
    """
    keys = {key for group in groups for key in group}
    owners = _scan_index(actor, kind, keys) if _is_scan_faster(kind, keys) else None
    for group in groups:
        yield _find_each(actor, kind, group, limit) if owners is None else _take_oldest(owners, group, limit)


def _find_each(actor: Actor, kind: str, group: Collection[str], limit: int) -> KeyOwners:
    keys, owners = set(group), KeyOwners()
    for record in find_key_owners(actor, kind, sorted(keys), limit):
        for key in keys.intersection(find_keys(record.tokens)):
            owners.setdefault(key, []).append(record)
    return owners


def _take_oldest(owners: KeyOwners, group: Collection[str], limit: int) -> KeyOwners:
    chosen = {key: owners[key] for key in group if key in owners}
    ids = {record.id for records in chosen.values() for record in records}
    if len(ids) <= limit:
        return chosen
    ids = set(sorted(ids)[:limit])
    return {key: [record for record in records if record.id in ids] for key, records in chosen.items()}


def _is_scan_faster(kind: str, keys: Collection[str]) -> bool:
    """Return whether reading all keys of the index takes less time than looking up each one.

    FTS5 stores other characters than those of ASCII in a form of its own.
    """
    if not on_sqlite() or not all(key[1:].isascii() for key in keys):
        return False
    most = len(keys) * _SCANNED_RECORDS
    stmt = sa.select(Record.id).where(Record.kind == kind).limit(most + 1)
    return (db.session.scalar(sa.select(sa.func.count()).select_from(stmt.subquery())) or 0) <= most


def _scan_index(actor: Actor, kind: str, keys: Collection[str]) -> KeyOwners:
    index, connection = INDEXES[kind], db.session.connection()
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{index}_terms USING fts5vocab(main, {index}, instance)"
    )
    # With a plus sign SQLite doesn't look up each term by itself.
    stmt = (
        f"SELECT doc, term FROM temp.{index}_terms WHERE term >= ? AND term < ? "  # noqa: S608 - our own kinds
        "AND +term IN (SELECT value FROM json_each(?))"
    )
    keys_by_id: dict[int, list[str]] = {}
    last = chr(ord(KEY_MARK) + 1)
    for record_id, key in connection.exec_driver_sql(stmt, (KEY_MARK, last, json.dumps(list(keys)))):
        keys_by_id.setdefault(record_id, []).append(key)
    owners = KeyOwners()
    for ids in chunked(sorted(keys_by_id)):
        for record in _records(actor, ids=ids):
            for key in keys_by_id[record.id]:
                owners.setdefault(key, []).append(record)
    return owners


@cached_query
def _records(viewer: AccessProfile) -> Select:
    stmt = sa.select(Record.id, Record.label, Record.native_label).where(visible(viewer), Record.archived_at.is_(None))
    return stmt.where(Record.id.in_(sa.bindparam("ids", expanding=True))).order_by(Record.id)


def find_key_owners(actor: Actor, kind: str, keys: Sequence[str], limit: int) -> Sequence[Any]:
    """Return id, names and tokens of the oldest unarchived records of a kind that have a key of the name matcher.

    Their tokens contain their keys. One statement.
    """
    if not keys:
        return []
    is_sqlite = on_sqlite()
    query = {"match_query": build_group_query([list(keys)])} if is_sqlite else {"keys": [f"'{key}'" for key in keys]}
    return _key_owners(actor, kind, limit, is_sqlite, **query)


@cached_query
def _key_owners(viewer: AccessProfile, kind: str, limit: int, sqlite: bool) -> Select:  # noqa: FBT001 - positional
    columns: list[Any] = [Record.id, Record.label, Record.native_label, Record.tokens]
    stmt = sa.select(*columns).where(visible(viewer), Record.archived_at.is_(None))
    if sqlite:
        # Without an order, FTS5 reads in the order of ids.
        return stream_matches(stmt, QUERIES[-1], kind, sqlite=True).order_by(None).limit(limit)
    return match_any_key(stmt, kind).order_by(Record.id).limit(limit)
