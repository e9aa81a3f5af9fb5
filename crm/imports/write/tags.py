"""Tags of rows: matched regardless of case, created if missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.records.models import RecordTag, Tag
from crm.records.services import tag_key


def get_or_create_tags(texts: Iterable[str]) -> dict[str, int]:
    """Return the ids of tags by key; missing tags are created."""
    by_key = {key: name.strip()[:40] for name in texts if (key := tag_key(name))}
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


def add_tag(record_id: int, tag_id: int) -> None:
    """Add a tag to an existing record, unless it has it."""
    if db.session.get(RecordTag, (record_id, tag_id)) is None:
        db.session.add(RecordTag(record_id=record_id, tag_id=tag_id))
