"""What hangs on records, asked for many records at once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, question
from crm.core.data.base import Select, db, fetch
from crm.core.data.identity import User
from crm.core.data.record import Record, announce_opened, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor

from .models import Attachment, ContactPoint, Evidence, Recent, RecordTag, Star, Tag
from .policy import EvidenceState, Medium, PointLabel


class PointRow(NamedTuple):
    """A mail address, phone number or WeChat name."""

    record_id: int
    medium: Medium
    label: PointLabel
    raw: str
    value: str
    extension: str


class FileRow(NamedTuple):
    """An attachment as lists show it."""

    id: int
    record_id: int
    name: str
    media_type: str
    size: int
    at: datetime
    by: str | None


class StarredRecord(NamedTuple):
    """A starred or recent record, for the rail and the palette."""

    id: int
    kind: str
    label: str
    native_label: str


class EvidenceRow(NamedTuple):
    """An exit test settled by hand."""

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
        Attachment.media_type,
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


def points_of(ids: Collection[int]) -> dict[int, list[PointRow]]:
    """Mails, phones and WeChat names by record, in the order they were given."""
    found: dict[int, list[PointRow]] = {i: [] for i in ids}
    for row in fetch(POINTS, {"ids": list(ids)}) if found else ():
        found[row.record_id].append(PointRow(*row))
    return found


def joined(stmt: sa.Select[Any], *outer: Any) -> sa.ScalarSelect[Any]:
    """The one column of a correlated question as one text, entries between semicolons; for columns of files."""
    column = next(iter(stmt.selected_columns))
    return stmt.with_only_columns(sa.func.aggregate_strings(column, "; ")).correlate(*outer).scalar_subquery()


def points_joined(record_id: Any, medium: Medium) -> sa.ScalarSelect[Any]:
    """All mail addresses or phone numbers of a record as one text; `record_id` is the column of the outer question."""
    stmt = sa.select(ContactPoint.raw).where(ContactPoint.record_id == record_id, ContactPoint.medium == medium)
    return joined(stmt, record_id.class_)


def records_with_point(medium: Medium, value: str) -> list[int]:
    """Ids of records that have this normalized mail address or E.164 number."""
    stmt = (
        sa.select(ContactPoint.record_id).where(ContactPoint.medium == medium, ContactPoint.value == value).distinct()
    )
    return list(db.session.scalars(stmt))


def tags_of(ids: Collection[int]) -> dict[int, list[str]]:
    """Tag names by record, sorted."""
    found: dict[int, list[str]] = {i: [] for i in ids}
    for record_id, name in fetch(TAGS, {"ids": list(ids)}) if found else ():
        found[record_id].append(name)
    return found


def files_of(ids: Collection[int]) -> dict[int, list[FileRow]]:
    """Attachments by record, newest first."""
    found: dict[int, list[FileRow]] = {i: [] for i in ids}
    for row in fetch(FILES, {"ids": list(ids)}) if found else ():
        found[row.record_id].append(FileRow(*row))
    return found


VISIBILITY_RULES: dict[str, Callable[[Actor], sa.ColumnElement[bool]]] = {}
"""Kind of record -> its own rule of sight, on the row of `Record`, where some see more of that kind than of others."""


def is_visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The rule of sight for records of any kind, each by the rule of its own."""
    return sa.or_(
        visible(actor), *(sa.and_(Record.kind == kind, rule(actor)) for kind, rule in VISIBILITY_RULES.items())
    )


def find_visible_record(actor: Actor, record_id: int) -> Record:
    """A record of any kind whose page opens for the actor. Raises NotFound."""
    rows = db.session.scalars(sa.select(Record).where(Record.id == record_id, is_visible_to(actor))).one_or_none()
    if rows is None:
        raise NotFound
    announce_opened(rows)
    return rows


def attachment(actor: Actor, attachment_id: int) -> Attachment:
    """One attachment of a record the actor may see: a file follows the sight of its record. Raises NotFound."""
    found = db.session.get(Attachment, attachment_id)
    if found is None:
        raise NotFound
    find_visible_record(actor, found.record_id)
    return found


def evidence_of(record_id: int) -> dict[str, EvidenceRow]:
    """Exit tests of a record settled by hand, by code of the test."""
    return {row.test: EvidenceRow(*row) for row in fetch(EVIDENCE, {"record": record_id})}


def starred(actor: Actor, limit: int = 12) -> list[StarredRecord]:
    """The actor's starred records that are still visible, newest star first."""
    return [StarredRecord(*row) for row in _starred(actor, limit=limit)]


def recent(actor: Actor, limit: int = 8) -> list[StarredRecord]:
    """The records the actor opened last."""
    return [StarredRecord(*row) for row in _recent(actor, limit=limit)]


@question
def _starred(who: AccessProfile) -> Select:
    return _at_hand(who, Star)


@question
def _recent(who: AccessProfile) -> Select:
    return _at_hand(who, Recent)


def _at_hand(who: AccessProfile, kept: type[Star | Recent]) -> Select:
    return (
        sa.select(Record.id, Record.kind, Record.label, Record.native_label)
        .join(kept, kept.record_id == Record.id)
        .where(kept.user_id == who.id, Record.archived_at.is_(None), visible(who))
        .order_by(kept.at.desc())
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )
