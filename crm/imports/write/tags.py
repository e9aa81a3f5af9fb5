"""Tags of rows: matched regardless of case, created if missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.imports.plan.line import ImportLine
from crm.records.models import RecordTag, Tag
from crm.records.services import MAX_TAGS, tag_key


def get_or_create_tags(texts: Iterable[str]) -> dict[str, int]:
    """Return the ids of tags by key; missing tags are created."""
    by_key = {key: name.strip() for name in texts if (key := tag_key(name))}
    ids: dict[str, int] = {}
    for part in chunked(sorted(by_key)):
        ids |= {t.key: t.id for t in db.session.scalars(sa.select(Tag).where(Tag.key.in_(part)))}
    missing = [Tag(name=by_key[key], key=key) for key in sorted(by_key.keys() - ids.keys())]
    db.session.add_all(missing)
    db.session.flush()
    return ids | {tag.key: tag.id for tag in missing}


def row_tag_ids(tags: Mapping[str, int], texts: Iterable[str]) -> list[int]:
    """Return the ids of the tags of a row, each once."""
    return list(dict.fromkeys(tags[key] for name in texts if (key := tag_key(name)) in tags))


def add_tags(tags: Mapping[str, int], lines: Iterable[ImportLine]) -> None:
    """Add the tags of these lines to their existing records, up to the limit."""
    texts: dict[int, list[str]] = {}
    for line in lines:
        if line.record_id is not None and line.data.tags:
            texts.setdefault(line.record_id, []).extend(line.data.tags)
    existing: dict[int, set[int]] = {record_id: set() for record_id in texts}
    for part in chunked(sorted(texts)):
        pairs = sa.select(RecordTag.record_id, RecordTag.tag_id).where(RecordTag.record_id.in_(part))
        for record_id, tag_id in db.session.execute(pairs):
            existing[record_id].add(tag_id)
    for record_id, names in texts.items():
        missing = [tag_id for tag_id in row_tag_ids(tags, names) if tag_id not in existing[record_id]]
        free_count = max(0, MAX_TAGS - len(existing[record_id]))
        db.session.add_all(RecordTag(record_id=record_id, tag_id=tag_id) for tag_id in missing[:free_count])
