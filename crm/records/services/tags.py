"""Tags of one record and of many."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import cast

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.bulk_changes import touch_all, write_changes
from crm.core.data.chunks import chunked
from crm.core.data.record import Record
from crm.core.data.rows import sync_rows
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.records.models import RecordTag, Tag
from crm.records.policy import MAX_TAG_CHARS, tag_key
from crm.records.tag_queries import count_tagged

MAX_TAGS = 20
LINKS = (RecordTag.record_id, RecordTag.tag_id)


def split_tags(text: str) -> dict[str, str]:
    """Return the tags of a text with commas, by key. Raises Invalid for too many."""
    typed_names = [t.strip()[:MAX_TAG_CHARS] for t in text.replace("，", ",").split(",") if t.strip()]
    names_by_key = {tag_key(name): name for name in reversed(typed_names)}
    if len(names_by_key) > MAX_TAGS:
        raise Invalid(_("Enter at most %(n)d tags.", n=MAX_TAGS), "tags")
    return names_by_key


def find_or_add_tags(names_by_key: Mapping[str, str]) -> dict[str, int]:
    """Return the ids of tags by key; those that don't exist are added."""
    tags = {t.key: t for t in db.session.scalars(sa.select(Tag).where(Tag.key.in_(names_by_key)))}
    for key, name in names_by_key.items():
        if key not in tags:
            tags[key] = Tag(name=name, key=key)
            db.session.add(tags[key])
    db.session.flush()
    return {key: tag.id for key, tag in tags.items()}


def set_tags(record: Record, text: str) -> None:
    """Set the tags of a record: names separated by commas; existing tags are matched ignoring case."""
    names_by_key = split_tags(text)
    tags = find_or_add_tags(names_by_key)
    sync_rows(record, RecordTag.record_id, [{"tag_id": tags[key]} for key in names_by_key], key=["tag_id"])


def add_tags_to_all(ids: Collection[int], tag_ids: Collection[int]) -> set[int]:
    """Add tags to many records. Returns the ids of those that would have too many tags and stay as they are."""
    refused = set()
    for part in chunked(ids):
        existing = load_tag_ids(part)
        changes = []
        for record_id in part:
            missing = set(tag_ids) - existing[record_id]
            if len(existing[record_id]) + len(missing) > MAX_TAGS:
                refused.add(record_id)
            else:
                changes += [(record_id, tag_id) for tag_id in sorted(missing)]
        write_tags(changes, "created")
    return refused


def remove_tags_from_all(ids: Collection[int], tag_ids: Collection[int]) -> None:
    """Remove tags from many records."""
    for part in chunked(ids):
        write_tags([(i, t) for i, tags in load_tag_ids(part).items() for t in sorted(tags & set(tag_ids))], "deleted")


def load_tag_ids(ids: Collection[int]) -> dict[int, set[int]]:
    """Return the ids of the tags of records, by id of the record."""
    existing: dict[int, set[int]] = {record_id: set() for record_id in ids}
    for record_id, tag_id in db.session.execute(sa.select(*LINKS).where(RecordTag.record_id.in_(ids))):
        existing[record_id].add(tag_id)
    return existing


def write_tags(pairs: Sequence[tuple[int, int]], action: str) -> None:
    """Insert or delete tags of records, with their history."""
    if not pairs:
        return
    session = db.session()
    table = cast("sa.Table", RecordTag.__table__)
    if action == "created":
        values = [{"record_id": record_id, "tag_id": tag_id} for record_id, tag_id in pairs]
        session.connection().execute(sa.insert(table), values)
    else:
        session.connection().execute(sa.delete(table).where(sa.tuple_(*table.primary_key).in_(pairs)))
    table_name = {"table": RecordTag.__tablename__, "action": action, "diff": {}}
    write_changes(session, [table_name | {"root_id": r, "row_id": f"{r}/{t}"} for r, t in pairs])
    touch_all(session, sorted({record_id for record_id, _tag_id in pairs}))
    session.expire_all()


def rename_tag(actor: Actor, tag: Tag, name: str) -> None:
    """Rename a tag in all records. Raises Invalid if records that the actor may see have another tag of that name.

    A tag that the actor can't see, because only hidden records or none have it, takes over the records.
    """
    cleaned = name.strip()[:MAX_TAG_CHARS]
    key = tag_key(cleaned)
    other = db.session.scalars(sa.select(Tag).where(Tag.key == key, Tag.id != tag.id)).one_or_none()
    if other is not None and count_tagged(actor, other):
        raise Invalid(_("Merge the tags instead. Another tag has this name."), "name")
    if other is not None:
        merge_tag(tag, other)
    renamed = other or tag
    renamed.name, renamed.key = cleaned, key
    db.session.flush()


def merge_tag(tag: Tag, target: Tag) -> None:
    """Give all records of a tag another one in its place. A tag without records is offered nowhere."""
    ids = list(db.session.scalars(sa.select(RecordTag.record_id).where(RecordTag.tag_id == tag.id)))
    remove_tags_from_all(ids, [tag.id])
    add_tags_to_all(ids, [target.id])


def remove_tag(tag: Tag) -> None:
    ids = list(db.session.scalars(sa.select(RecordTag.record_id).where(RecordTag.tag_id == tag.id)))
    remove_tags_from_all(ids, [tag.id])
