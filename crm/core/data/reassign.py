"""Change the counselor of records: single ones with their dependents, or all records of a user."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import sqlalchemy as sa

from crm.core.data.base import Base, Select, db
from crm.core.data.bulk_changes import expire_records
from crm.core.data.chunks import chunked
from crm.core.data.history import Change, build_stamp
from crm.core.data.record import Record, update_dependents
from crm.core.data.summaries import updating_summaries
from crm.core.hooks import DEPENDENTS, MANY_ASSIGNED, REASSIGNED


def reassign(counselor_id: int | None, *records: Record) -> None:
    """Set the counselor of records, and update what depends on them."""
    for record in records:
        before = record.counselor_id
        record.counselor_id = counselor_id
        _run_hooks(record.kind, [record.id], before, counselor_id)
    for record in records:
        update_dependents(record)


def reassign_all(condition: sa.ColumnElement[bool], before: int | None, after: int) -> int:
    """Reassign all records under a condition from one counselor to another; return how many.

    Uses few statements for many records, but each gets its history and a new version. Confidential records are
    reassigned one by one, because their readers, and the name others may see, depend on the counselor.
    """
    db.session.flush()
    moved = _move(sa.and_(condition, sa.not_(Record.confidential)), before, after)
    secret_hosts: set[int] = set()
    for kind, ids in moved.items():
        _run_hooks(kind, ids, before, after)
        for hosts, select_dependents in DEPENDENTS:
            for part in chunked(ids) if hosts == kind else ():
                secret_hosts |= _reassign_dependents(select_dependents(part), after)
    expire_records(db.session())
    for host_id in sorted(secret_hosts):
        update_dependents(db.session.get_one(Record, host_id))
    secret = db.session.scalars(sa.select(Record).where(condition, Record.confidential)).all()
    reassign(after, *secret)
    return sum(map(len, moved.values())) + len(secret)


def _reassign_dependents(dependents: Select, after: int) -> set[int]:
    """Reassign the open dependents of other records with them, each from its own former counselor.

    Returns the ids of the records that have confidential ones.
    """
    rows = dependents.subquery()
    follows = sa.and_(Record.id.in_(sa.select(rows.c.id)), sa.not_(Record.confidential))
    former = sa.select(Record.counselor_id).where(follows, Record.counselor_id.is_distinct_from(after)).distinct()
    for before in db.session.scalars(former).all():
        _move(sa.and_(follows, Record.counselor_id.is_not_distinct_from(before)), before, after)
    secret = sa.select(rows.c.host_id).join(Record, Record.id == rows.c.id).where(Record.confidential)
    return set(db.session.scalars(secret))


def _move(condition: sa.ColumnElement[bool], before: int | None, after: int) -> dict[str, list[int]]:
    """Write the new counselor and the history; return the ids by kind."""
    session = db.session()
    table = Base.metadata.tables[Record.__tablename__]
    signed = build_stamp(session)
    change = sa.update(table).where(condition).returning(table.c.kind, table.c.id)
    stamp = {"changed_at": signed["at"], "changed_by_id": signed["actor_id"]}
    new = stamp | {"counselor_id": after, "version": table.c.version + 1}
    ids = session.connection().scalars(sa.select(table.c.id).where(condition).with_for_update()).all()
    with updating_summaries(session.connection(), ids, ("counselor_id",)):
        rows = sorted((kind, i) for kind, i in session.connection().execute(change.values(new)))
    tables = {kind: mapper.class_.__tablename__ for kind, mapper in sa.inspect(Record).polymorphic_map.items()}
    for part in chunked(rows):
        diff = {"action": "changed", "diff": {"counselor_id": [before, after]}}
        changes = [signed | diff | {"root_id": i, "table": tables[kind], "row_id": str(i)} for kind, i in part]
        session.execute(sa.insert(Change), changes)
    for hook in MANY_ASSIGNED if rows else ():
        hook(session, rows, after)
    return {kind: [i for _kind, i in group] for kind, group in groupby(rows, key=lambda row: row[0])}


def _run_hooks(kind: str, ids: Sequence[int], before: int | None, after: int | None) -> None:
    for part in chunked(ids):
        for hook in REASSIGNED:
            hook(kind, part, before, after)
