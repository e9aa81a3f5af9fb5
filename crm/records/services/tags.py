"""Tags of a record."""

from __future__ import annotations

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.errors import Invalid
from crm.core.words import _
from crm.records.models import RecordTag, Tag

MAX_TAGS = 20


def tag_key(name: str) -> str:
    """The folded form by which a tag is known: two that only sound alike are two."""
    return (" ".join(names.fold(name).split()) or name.strip().casefold())[:60]


def set_tags(record: Record, typed: str) -> None:
    """Make these the record's tags: words between commas; known ones are found whatever their case."""
    words = [t.strip()[:40] for t in typed.replace("，", ",").split(",") if t.strip()]
    wanted = {tag_key(word): word for word in reversed(words)}
    if len(wanted) > MAX_TAGS:
        raise Invalid(_("Enter at most %(n)d tags.", n=MAX_TAGS), "tags")
    known = {t.key: t for t in db.session.scalars(sa.select(Tag).where(Tag.key.in_(wanted)))}
    for key, name in wanted.items():
        if key not in known:
            known[key] = Tag(name=name, key=key)
            db.session.add(known[key])
    db.session.flush()
    ids = {known[key].id for key in wanted}
    held = {t.tag_id: t for t in db.session.scalars(sa.select(RecordTag).where(RecordTag.record_id == record.id))}
    for tag_id in ids - held.keys():
        db.session.add(RecordTag(record_id=record.id, tag_id=tag_id))
    for tag_id in held.keys() - ids:
        db.session.delete(held[tag_id])
    db.session.flush()
