"""The keys of names among the search tokens: which records lack them, and adding them, as after an upgrade."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.data.record_names import join_tokens
from crm.core.policy import SYSTEM
from crm.core.search.index import RECORD, index_new, unindex
from crm.core.search.similar import query_keys
from crm.names import matching
from crm.names.matching import PersonName
from crm.names.matching.keys import MARK

from .services import load_compared

KINDS = ("organization", "person")


def find_without_keys() -> list[int]:
    """Return the ids of people and organizations whose search tokens lack the keys of their names."""
    stmt = sa.select(Record.id, Record.kind, Record.label, Record.native_label).where(
        Record.kind.in_(KINDS), Record.archived_at.is_(None), Record.tokens.not_like(f"%{MARK}%")
    )
    rows = db.session.execute(stmt.order_by(Record.id))
    # Names in scripts that the matcher doesn't read have none.
    return [row.id for row in rows if any(query_keys(text, (row.kind,)) for text in (row.label, row.native_label))]


def add_missing_keys() -> int:
    """Add the keys and return how many records lacked them, without a new version or history."""
    ids = find_without_keys()
    for record_id in ids:
        _add_keys(record_id)
    return len(ids)


def _add_keys(record_id: int) -> None:
    connection = db.session.connection()
    stmt = sa.select(RECORD.c.id, RECORD.c.kind, RECORD.c.tokens).where(RECORD.c.id == record_id)
    before: dict[str, Any] = dict(connection.execute(stmt).mappings().one())
    compared = load_compared(SYSTEM, before["kind"], record_id)
    if compared is None:
        return
    name = compared.name
    keys = matching.person_keys(name) if isinstance(name, PersonName) else matching.organization_keys(*name.texts)
    after = before | {"tokens": join_tokens([before["tokens"], *keys])}
    unindex(connection, [before])
    table: Any = RECORD
    connection.execute(sa.update(table).where(table.c.id == record_id).values(tokens=after["tokens"]))
    index_new(connection, [after])
