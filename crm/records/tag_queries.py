"""Tags in use: which there are, how many records have them, and the records with one."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, db
from crm.core.data.record import Record, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor

from .models import RecordTag, Tag
from .policy import tag_key
from .queries import join_as_text

TAGGED_KINDS = {"person": "people.index", "organization": "organizations.index"}
"""Kinds of records that have tags, and their lists."""
MAX_FOUND = 5


class TagCount(NamedTuple):
    """How many visible records of a kind have a tag."""

    id: int
    name: str
    kind: str
    records: int


def has_tag(entity: Any, name: str) -> sa.ColumnElement[bool]:
    """Return the condition of the records of a class that have the tag with this name, ignoring case."""
    stmt = sa.select(RecordTag.record_id).join(Tag, Tag.id == RecordTag.tag_id).where(Tag.key == tag_key(name))
    condition: sa.ColumnElement[bool] = entity.id.in_(stmt)
    return condition


def tag_exists(name: str, actor: Actor) -> bool:
    """Whether a record that the actor may see has the tag with this name, ignoring case."""
    stmt = sa.select(RecordTag.tag_id).join(Tag, Tag.id == RecordTag.tag_id).where(Tag.key == tag_key(name))
    stmt = stmt.join(Record, Record.id == RecordTag.record_id).where(visible(actor))
    return bool(db.session.scalar(sa.select(stmt.exists())))


def join_tags(entity: Any) -> sa.ScalarSelect[Any]:
    """Return a subquery of all tags of a record as one text."""
    stmt = sa.select(Tag.name).join(RecordTag, RecordTag.tag_id == Tag.id).where(RecordTag.record_id == entity.id)
    return join_as_text(stmt.order_by(Tag.name), entity)


def count_tags(actor: Actor) -> list[TagCount]:
    """Return the tags of active records that the actor may see, by name and kind."""
    return [TagCount(*row) for row in _count(actor)]


def find_tags(actor: Actor, text: str) -> list[TagCount]:
    """Return the tags whose name begins with a text, at most MAX_FOUND."""
    key = tag_key(text)
    return [TagCount(*row) for row in _count_matching(actor, key=key)] if key else []


@cached_query
def _count(viewer: AccessProfile) -> Select:
    return _select_counts(viewer)


@cached_query
def _count_matching(viewer: AccessProfile) -> Select:
    key = sa.bindparam("key", type_=sa.String())
    begins: sa.ColumnElement[bool] = sa.func.substr(Tag.key, 1, sa.func.length(key)) == key
    return _select_counts(viewer).where(begins).limit(MAX_FOUND)


def _select_counts(viewer: AccessProfile) -> Select:
    return (
        sa.select(Tag.id, Tag.name, Record.kind, sa.func.count())
        .join(RecordTag, RecordTag.tag_id == Tag.id)
        .join(Record, Record.id == RecordTag.record_id)
        .where(visible(viewer), Record.archived_at.is_(None), Record.kind.in_(TAGGED_KINDS))
        .group_by(Tag.id, Tag.name, Tag.key, Record.kind)
        .order_by(Tag.key, Record.kind)
    )


def count_tagged(actor: Actor, tag: Tag) -> int:
    """Count the records with a tag that the actor may see, archived ones too."""
    stmt = sa.select(sa.func.count()).select_from(RecordTag).join(Record, Record.id == RecordTag.record_id)
    return db.session.scalar(stmt.where(RecordTag.tag_id == tag.id, visible(actor))) or 0


def load_tag(actor: Actor, tag_id: int) -> Tag:
    """Return a tag of a record that the actor may see. Raises NotFound."""
    used = sa.select(RecordTag.tag_id).join(Record, Record.id == RecordTag.record_id).where(visible(actor))
    tag = db.session.scalars(sa.select(Tag).where(Tag.id == tag_id, Tag.id.in_(used))).one_or_none()
    if tag is None:
        raise NotFound
    return tag
