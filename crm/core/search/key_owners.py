"""Records by the keys of the name matcher, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.engines import on_sqlite
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.core.search.engines import QUERIES, match_any_key, stream_matches
from crm.core.search.query_words import build_group_query


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
        return stream_matches(stmt, QUERIES[-1], kind, sqlite=True).limit(limit)  # FTS5 reads in the order of ids.
    return match_any_key(stmt, kind).order_by(Record.id).limit(limit)
