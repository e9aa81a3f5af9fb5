"""Queries of what records have, for many records at once, and of records of any kind."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db, fetch
from crm.core.data.identity import User
from crm.core.data.pointers import declare_pointers, may_have_rows
from crm.core.data.record import Record, announce_opened, refuse_merged, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.core.texts import BLANK_WORDS, ENTRY_SEPARATORS

from .models import Attachment, ContactPoint, Evidence, OtherName, RecordTag, Tag
from .policy import ContactMedium, EvidenceState, PointLabel


class PointRow(NamedTuple):
    """An email address, phone number or WeChat name."""

    record_id: int
    medium: ContactMedium
    label: PointLabel
    raw: str
    value: str
    extension: str


class FileRow(NamedTuple):
    """An attachment in a list; `by` is the name of the user who added it."""

    id: int
    record_id: int
    name: str
    size: int
    at: datetime
    by: str | None


class EvidenceRow(NamedTuple):
    """An exit test marked as complete; `by` is the name of the user who did it."""

    test: str
    state: EvidenceState
    on: date
    where: str
    result: str
    by: str | None


IDS: Any = sa.bindparam("ids", expanding=True)
POINTS = (
    sa.select(
        ContactPoint.record_id,
        ContactPoint.medium,
        ContactPoint.label,
        ContactPoint.raw,
        ContactPoint.value,
        ContactPoint.extension,
    )
    .where(ContactPoint.record_id.in_(IDS))
    .order_by(ContactPoint.record_id, ContactPoint.position, ContactPoint.id)
)
TAGS = (
    sa.select(RecordTag.record_id, Tag.name)
    .join(Tag, Tag.id == RecordTag.tag_id)
    .where(RecordTag.record_id.in_(IDS))
    .order_by(RecordTag.record_id, Tag.key)
)
FILES = (
    sa.select(
        Attachment.id,
        Attachment.record_id,
        Attachment.name,
        Attachment.size,
        Attachment.at,
        User.name.label("by"),
    )
    .outerjoin(User, User.id == Attachment.by_id)
    .where(Attachment.record_id.in_(IDS))
    .order_by(Attachment.record_id, Attachment.id.desc())
)
EVIDENCE = (
    sa.select(Evidence.test, Evidence.state, Evidence.on, Evidence.where, Evidence.result, User.name.label("by"))
    .outerjoin(User, User.id == Evidence.by_id)
    .where(Evidence.record_id == sa.bindparam("record"))
)


TAGGED, REACHED, ATTACHED, RENAMED = (
    declare_pointers(column)
    for column in (RecordTag.record_id, ContactPoint.record_id, Attachment.record_id, OtherName.record_id)
)


def _may_have(ids: Collection[int], pointers: frozenset[str]) -> bool:
    return any(may_have_rows(i, pointers) for i in ids)


def points_of(ids: Collection[int]) -> dict[int, list[PointRow]]:
    """Return email addresses, phone numbers and WeChat names by record id, in the order of the form."""
    points: dict[int, list[PointRow]] = {i: [] for i in ids}
    for row in fetch(POINTS, {"ids": list(ids)}) if _may_have(points, REACHED) else ():
        points[row.record_id].append(PointRow(*row))
    return points


def other_names_of(record_id: int) -> list[str]:
    """Return the other names of a record, in the order in which they were added."""
    stmt = sa.select(OtherName.name).where(OtherName.record_id == record_id).order_by(OtherName.id)
    return list(db.session.scalars(stmt)) if may_have_rows(record_id, RENAMED) else []


def load_other_names(ids: Collection[int]) -> dict[int, list[str]]:
    """Return the other names of records, by id."""
    stmt = sa.select(OtherName.record_id, OtherName.name).where(OtherName.record_id.in_(ids)).order_by(OtherName.id)
    by_record: dict[int, list[str]] = {}
    for record_id, name in db.session.execute(stmt):
        by_record.setdefault(record_id, []).append(name)
    return by_record


def join_as_text(stmt: sa.Select[Any], *outer: Any) -> sa.ScalarSelect[Any]:
    """Return a correlated subquery that joins the values of its column in their order by semicolons, for export files.

    `split_entries` reads them back, because values that it would take for something else are in quotation marks.
    """
    entry = _quote_entry(next(iter(stmt.selected_columns))).label("entry")
    entries = stmt.with_only_columns(entry).correlate(*outer).subquery()
    return sa.select(sa.func.aggregate_strings(entries.c.entry, "; ")).scalar_subquery()


def _quote_entry(column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    has_separator = sa.or_(*(column.contains(separator) for separator in ENTRY_SEPARATORS))
    is_unclear = sa.or_(has_separator, column.startswith('"'), sa.func.lower(column).in_(sorted(BLANK_WORDS)))
    quoted = sa.literal('"') + sa.func.replace(column, '"', '""') + sa.literal('"')
    return sa.case((is_unclear, quoted), else_=column)


def join_points(record_id: Any, medium: ContactMedium) -> sa.ScalarSelect[Any]:
    """Return a subquery of all contact points of a kind as one text; `record_id` is a column of the outer query."""
    stmt = sa.select(ContactPoint.raw).where(ContactPoint.record_id == record_id, ContactPoint.medium == medium)
    return join_as_text(stmt.order_by(ContactPoint.id), record_id.class_)


def records_with_point(medium: ContactMedium, value: str) -> list[int]:
    """Return the ids of records with this normalized email address or E.164 number."""
    stmt = (
        sa.select(ContactPoint.record_id).where(ContactPoint.medium == medium, ContactPoint.value == value).distinct()
    )
    return list(db.session.scalars(stmt))


def tags_of(ids: Collection[int]) -> dict[int, list[str]]:
    """Return sorted tag names by record id."""
    tags: dict[int, list[str]] = {i: [] for i in ids}
    for record_id, name in fetch(TAGS, {"ids": list(ids)}) if _may_have(tags, TAGGED) else ():
        tags[record_id].append(name)
    return tags


def files_of(ids: Collection[int]) -> dict[int, list[FileRow]]:
    """Return attachments by record id, newest first."""
    files: dict[int, list[FileRow]] = {i: [] for i in ids}
    for row in fetch(FILES, {"ids": list(ids)}) if _may_have(files, ATTACHED) else ():
        files[row.record_id].append(FileRow(*row))
    return files


VISIBILITY_RULES: dict[str, Callable[[Actor], sa.ColumnElement[bool]]] = {}
"""Kind of record -> a condition on `Record` of additional records of that kind that an actor may see."""


def is_visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition of the records of any kind that the actor may see, including `VISIBILITY_RULES`."""
    return sa.or_(
        visible(actor), *(sa.and_(Record.kind == kind, rule(actor)) for kind, rule in VISIBILITY_RULES.items())
    )


def find_visible_record(actor: Actor, record_id: int) -> Record:
    """Return a record of any kind that the actor may see. Raises NotFound."""
    record = db.session.scalars(sa.select(Record).where(Record.id == record_id, is_visible_to(actor))).one_or_none()
    if record is None:
        raise NotFound
    refuse_merged(actor, record)
    announce_opened(record)
    return record


def attachment(actor: Actor, attachment_id: int) -> Attachment:
    """Return an attachment of a record that the actor may see. Raises NotFound."""
    row = db.session.get(Attachment, attachment_id)
    if row is None:
        raise NotFound
    find_visible_record(actor, row.record_id)
    return row


def evidence_of(record_id: int) -> dict[str, EvidenceRow]:
    """Return the exit tests of a record that were marked as complete, by code of the test."""
    return {row.test: EvidenceRow(*row) for row in fetch(EVIDENCE, {"record": record_id})}
