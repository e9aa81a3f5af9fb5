"""Tags of a record."""

from __future__ import annotations

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.data.rows import sync_rows
from crm.core.errors import Invalid
from crm.core.words import _
from crm.records.models import RecordTag, Tag

MAX_TAGS = 20


def tag_key(name: str) -> str:
    """Return the folded form that identifies a tag; tags that only sound alike have different keys."""
    return (" ".join(names.fold(name).split()) or name.strip().casefold())[:60]


def set_tags(record: Record, text: str) -> None:
    """Set the tags of a record: names separated by commas; existing tags are matched ignoring case."""
    typed_names = [t.strip()[:40] for t in text.replace("，", ",").split(",") if t.strip()]
    names = {tag_key(word): word for word in reversed(typed_names)}
    if len(names) > MAX_TAGS:
        raise Invalid(_("Enter at most %(n)d tags.", n=MAX_TAGS), "tags")
    tags = {t.key: t for t in db.session.scalars(sa.select(Tag).where(Tag.key.in_(names)))}
    for key, name in names.items():
        if key not in tags:
            tags[key] = Tag(name=name, key=key)
            db.session.add(tags[key])
    db.session.flush()
    sync_rows(record, RecordTag.record_id, [{"tag_id": tags[key].id} for key in names], key=["tag_id"])
