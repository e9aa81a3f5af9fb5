"""Undo an incomplete batch, part by part: delete what it created, restore what it changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from crm.accounts.services.reassignment import BATCH_KIND
from crm.core.data.base import Base, db, is_one_of
from crm.core.data.changed_rows import note_changed
from crm.core.data.chunks import chunked
from crm.core.data.history import Batch, Change, build_stamp
from crm.core.data.net_changes import audited_mappers, mapper_of
from crm.core.data.plain_values import plain
from crm.core.data.record import Record, update_dependents
from crm.core.data.summaries import add_records, updating_summaries
from crm.core.data.visibility_keys import ACCESS_COLUMNS, refresh_visibility_keys
from crm.core.search import index
from crm.followups.dates import refresh_next_steps
from crm.followups.models import FollowUpAbout
from crm.interactions.dates import update_last_dates
from crm.interactions.models import InteractionLink
from crm.organizations.models import Organization
from crm.organizations.services import refresh_organization_name
from crm.people.models import Person
from crm.people.services import refresh_person_name
from crm.records.models import RecordTag, Tag
from crm.records.services.undo_refresh import REPEATED_COLUMNS

from .batch_records import RECORDS, select_batch_records

UNDO_SLICE_SIZE = 100
"""Records per transaction."""
UNDO_SLICE_SIZES = (UNDO_SLICE_SIZE, 10, 500)
"""The same where the time decides: in the first transaction, and the fewest and most in the next ones."""


def undo_slice(batch_id: int, size: int) -> bool:
    """Undo up to `size` records of a batch. Return whether there were any: call and commit until there are none."""
    new_ids = select_batch_records(batch_id).scalar_subquery()
    changed_stmt = (
        sa.select(Change.root_id).where(Change.batch_id == batch_id, Change.root_id.not_in(new_ids)).distinct()
    )
    changed = [i for i in db.session.scalars(changed_stmt.limit(size)) if i is not None]
    if changed:
        _restore(batch_id, changed)
        return True
    # People before the organizations that were made for them.
    stmt = select_batch_records(batch_id).order_by(Change.root_id.desc()).limit(size)
    ids = [i for i in db.session.scalars(stmt) if i is not None]
    if ids:
        # The user may have been deactivated meanwhile: then the new records were reassigned at once.
        later = sa.select(Batch.id).where(Batch.kind == BATCH_KIND, Batch.id > batch_id)
        delete_records(batch_id, ids, db.session.scalars(later).all())
    return bool(ids)


def delete_unused_tags(batch_id: int) -> None:
    """Delete the tags that a batch created and no record has, after all its records are undone."""
    rest = sa.and_(Change.batch_id == batch_id, Change.root_id.is_(None), Change.table == Tag.__tablename__)
    tag_ids = [int(row_id) for row_id in db.session.scalars(sa.select(Change.row_id).where(rest))]
    tags: Any = Tag.__table__
    for part in chunked(tag_ids):
        used = sa.exists().where(RecordTag.tag_id == tags.c.id)
        db.session.execute(sa.delete(tags).where(tags.c.id.in_(part), sa.not_(used)))
    db.session.execute(sa.delete(Change).where(rest))


def list_affected_records(ids: sa.Select[Any] | Collection[int]) -> list[int]:
    """Return the records whose derived dates depend on these interactions and follow-ups."""
    links = sa.select(InteractionLink.record_id).where(InteractionLink.interaction_id.in_(ids))
    about = sa.select(FollowUpAbout.record_id).where(FollowUpAbout.followup_id.in_(ids))
    return sorted(db.session.scalars(sa.union(links, about)))


def refresh_dates(ids: Collection[int]) -> None:
    """Update the derived dates of records."""
    update_last_dates(ids)
    refresh_next_steps(ids)


def _restore(batch_id: int, ids: Sequence[int]) -> None:
    """Restore the old values of existing records, unless a value was changed since."""
    stmt = sa.select(Change).where(Change.batch_id == batch_id, Change.root_id.in_(ids)).order_by(Change.id.desc())
    changes = db.session.scalars(stmt).all()
    for change in changes:
        mapper = mapper_of(change.table)
        key = mapper.primary_key[0] if change.action == "changed" else None
        if key is None:
            _delete_row(mapper, change.row_id)
        else:
            _restore_row(mapper, int(change.row_id), change.diff)
    for change in changes:
        note_changed(db.session(), change.table, (change.root_id,), None)
    renamed = {change.root_id for change in changes if REPEATED_COLUMNS & change.diff.keys()}
    db.session.execute(sa.delete(Change).where(Change.batch_id == batch_id, Change.root_id.in_(ids)))
    db.session.expire_all()
    for record in db.session.scalars(sa.select(Record).where(Record.id.in_(ids))):
        if isinstance(record, Person):
            refresh_person_name(record)
        elif isinstance(record, Organization):
            refresh_organization_name(record)
        if record.id in renamed:
            update_dependents(record)
    db.session.flush()
    refresh_dates(ids)


def _delete_row(mapper: Any, row_id: str) -> None:
    keys = zip(mapper.primary_key, row_id.split("/"), strict=True)
    db.session.execute(sa.delete(mapper.local_table).where(*(column == int(text) for column, text in keys)))


def _restore_row(mapper: Any, row_id: int, diff: dict[str, list[Any]]) -> None:
    row = db.session.get(mapper.class_, row_id, populate_existing=True)
    if row is None:
        return
    for name, (old, new) in diff.items():
        column = mapper.column_attrs[name].columns[0]
        if plain(getattr(row, name)) == new:
            stmt = sa.update(column.table).where(column.table.c.id == row_id)
            with updating_summaries(db.session.connection(), [row_id]):
                db.session.execute(stmt.values({column.name: old}))
                if name in ACCESS_COLUMNS:
                    refresh_visibility_keys(db.session.connection(), [row_id])


def delete_records(batch_id: int, ids: Sequence[int], undone_batches: Collection[int] = ()) -> list[int]:
    """Delete new records, with their history in the batch and in others that were undone.

    One that others refer to stays and is removed from the batch. Return the ids of those.
    """
    affected = set(list_affected_records(ids)) - set(ids)
    remaining: list[int] = []
    try:
        with db.session.begin_nested():
            _delete_rows([batch_id, *undone_batches], ids)
    except IntegrityError:
        if len(ids) == 1:
            own = sa.and_(Change.batch_id == batch_id, Change.root_id == ids[0])
            db.session.execute(sa.update(Change).where(own).values(batch_id=None))
            return list(ids)
        middle = len(ids) // 2
        for part in (ids[:middle], ids[middle:]):
            remaining += delete_records(batch_id, part, undone_batches)
    refresh_dates(sorted(affected))
    return remaining


def _delete_rows(batch_ids: Sequence[int], ids: Sequence[int]) -> None:
    stmt = sa.select(RECORDS.c.id, RECORDS.c.kind, RECORDS.c.tokens).where(RECORDS.c.id.in_(ids))
    rows = [dict(row) for row in db.session.execute(stmt).mappings()]
    index.unindex(db.session.connection(), rows)
    own_batch_id = build_stamp(db.session())["batch_id"]
    for row in rows:
        table = sa.inspect(Record).polymorphic_map[row["kind"]].class_.__tablename__
        note_changed(db.session(), table, (row["id"],), own_batch_id)
    own = sa.delete(Change).where(Change.batch_id.in_(batch_ids), is_one_of(Change.root_id, ids))
    db.session.execute(own, execution_options={"synchronize_session": False})
    add_records(db.session.connection(), ids, -1)
    for table in reversed(Base.metadata.sorted_tables):
        for column in _owners(table):
            db.session.execute(sa.delete(table).where(is_one_of(column, ids)))
    db.session.expire_all()


def _owners(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns that name the record to which a row belongs.

    A row without history belongs to the records that it can't do without, such as a star; an email can.
    """
    mapper = audited_mappers().get(table.name)
    if mapper is not None:
        owner = mapper.column_attrs.get(mapper.class_.audit_root or "")
        return [c for c in owner.columns if c.table is table] if owner is not None else []
    roots = {record.local_table for record in sa.inspect(Record).self_and_descendants}
    return [c for c in table.c if not c.nullable and any(key.column.table in roots for key in c.foreign_keys)]
