"""What can be done with many records: one by one by the service of their page, or with few statements for all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.bulk.policy import FOLLOW_UP_KINDS, SHARED_KINDS, BulkOperation
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.bulk_changes import set_columns
from crm.core.data.net_changes import parse_stored
from crm.core.data.reassign import reassign_all
from crm.core.data.record import Record, archive_record, refuse_archived
from crm.core.data.visibility_keys import find_key_loader
from crm.core.errors import Invalid
from crm.core.hooks import DERIVED_DATES
from crm.core.lists import Listing
from crm.core.lists.editing import RowEditing
from crm.core.policy import Actor, can
from crm.core.words import _
from crm.followups.enums import FollowUpSide
from crm.followups.services import add_follow_up
from crm.records.models import Tag
from crm.records.policy import FOLLOWING_KINDS
from crm.records.services import (
    add_tags_to_all,
    change_counselor,
    check_counselor,
    find_or_add_tags,
    remove_tags_from_all,
    split_tags,
    tag_key,
)


class RowAccess(NamedTuple):
    """Who may see an open record, and its counselor: what rights are checked with, without loading the record."""

    id: int
    team_id: int | None
    counselor_id: int | None
    confidential: bool = False
    reader_ids: frozenset[int] = frozenset()
    without_managers: bool = False


SHARED_RECORD = RowAccess(0, None, None)


@dataclass(frozen=True)
class BulkChange:
    """A change of many records of a list. `params` are JSON values."""

    listing: Listing
    operation: BulkOperation
    params: Mapping[str, Any]

    @property
    def editing(self) -> RowEditing:
        """How the rows of the list are edited. Raises Invalid when they aren't."""
        if self.listing.editing is None:
            raise Invalid(_("Choose a different list. These records can't be edited together."))
        return self.listing.editing

    @property
    def right(self) -> str:
        """The right that is required for each record."""
        return RIGHTS.get(self.operation) or self.editing.right

    @property
    def is_quick(self) -> bool:
        """Whether many records are changed with few statements."""
        return self.operation in QUICK and QUICK[self.operation].fits(self)


RIGHTS = {
    BulkOperation.assign: "record:counselor",
    BulkOperation.archive: "record:archive",
    BulkOperation.follow_up: "followup:make",
}
"""Operation -> right, unless it is the list's own."""


def change_one(actor: Actor, change: BulkChange, record: Record) -> None:
    """Carry out the operation for one record. Raises Invalid, Conflict and others with the reason."""
    ONE[change.operation](actor, change, record)


def change_many(actor: Actor, change: BulkChange, rows: Sequence[RowAccess]) -> dict[int, str]:
    """Carry out a quick operation for records that aren't confidential. Returns reasons of the refused ones by id.

    What is wrong for all records refuses each of them: raised in a job, it would be tried again without end.
    """
    try:
        return QUICK[change.operation].run(actor, change, rows)
    except Invalid as problem:
        return {row.id: str(problem) for row in rows}


def _edit_one(actor: Actor, change: BulkChange, record: Record) -> None:
    change.editing.save(actor, record, {change.params["field"]: _value(change)})


def _value(change: BulkChange) -> Any:
    """Return the new value of the field as Python has it; that of a field without a column is a JSON value."""
    entity, name, value = change.listing.entity, change.params["field"], change.params["value"]
    return parse_stored(entity.__tablename__, name, value) if name in sa.inspect(entity).column_attrs else value


def _edit_many(actor: Actor, change: BulkChange, rows: Sequence[RowAccess]) -> dict[int, str]:
    name, ids = change.params["field"], [row.id for row in rows]
    return dict(change.editing.many[name](actor, ids, {name: _value(change)}))


def _tag_one(actor: Actor, change: BulkChange, record: Record) -> None:
    for reason in _tag_many(actor, change, [RowAccess(record.id, record.team_id, record.counselor_id)]).values():
        raise Invalid(reason)


def _tag_many(_actor: Actor, change: BulkChange, rows: Sequence[RowAccess]) -> dict[int, str]:
    tags = find_or_add_tags(split_tags(change.params["tags"]))
    refused = add_tags_to_all([row.id for row in rows], tags.values())
    return dict.fromkeys(refused, _("Remove a tag first. This record has too many."))


def _untag_one(actor: Actor, change: BulkChange, record: Record) -> None:
    _untag_many(actor, change, [RowAccess(record.id, record.team_id, record.counselor_id)])


def _untag_many(_actor: Actor, change: BulkChange, rows: Sequence[RowAccess]) -> dict[int, str]:
    keys = [tag_key(name) for name in split_tags(change.params["tags"]).values()]
    tag_ids = db.session.scalars(sa.select(Tag.id).where(Tag.key.in_(keys))).all()
    remove_tags_from_all([row.id for row in rows], tag_ids)
    return {}


def _assign_one(_actor: Actor, change: BulkChange, record: Record) -> None:
    if record.counselor_id != change.params["counselor_id"]:
        change_counselor(record, change.params["counselor_id"])


def _assign_many(_actor: Actor, change: BulkChange, rows: Sequence[RowAccess]) -> dict[int, str]:
    new: int = change.params["counselor_id"]
    refused: dict[int, str] = {}
    to_move = [row for row in rows if row.counselor_id != new]
    for (team_id, before), group in groupby(sorted(to_move, key=_counselor_key), key=lambda row: row[1:3]):
        ids = [row.id for row in group]
        try:
            check_counselor(new, team_id)
        except Invalid as problem:
            refused |= dict.fromkeys(ids, str(problem))
        else:
            reassign_all(Record.id.in_(ids), before, new)
    return refused


def _counselor_key(row: RowAccess) -> tuple[int, int]:
    return row.team_id or 0, row.counselor_id or 0


def _archive_one(_actor: Actor, change: BulkChange, record: Record) -> None:
    if record.archived_at is None:
        archive_record(record, change.params["why"])


def _archive_many(_actor: Actor, change: BulkChange, rows: Sequence[RowAccess]) -> dict[int, str]:
    values = {"archived_at": clock.now(), "archived_why": change.params["why"]}
    active = sa.select(Record.id).where(Record.id.in_([row.id for row in rows]), Record.archived_at.is_(None))
    entity = change.listing.entity
    set_columns(db.session(), entity, db.session.scalars(active).all(), values, find_key_loader(entity))
    return {}


def _follow_up_one(actor: Actor, change: BulkChange, record: Record) -> None:
    refuse_archived(record)
    values = dict(change.params) | {
        "due_on": date.fromisoformat(change.params["due_on"]),
        "side": FollowUpSide.from_code(change.params["side"]),
    }
    add_follow_up(actor, values, about=[record.id])


class QuickChange(NamedTuple):
    """How an operation is carried out for many records, and for which changes it can be."""

    run: Callable[[Actor, BulkChange, Sequence[RowAccess]], dict[int, str]]
    fits: Callable[[BulkChange], bool] = lambda _change: True


ONE: dict[BulkOperation, Callable[[Actor, BulkChange, Record], None]] = {
    BulkOperation.edit: _edit_one,
    BulkOperation.tag: _tag_one,
    BulkOperation.untag: _untag_one,
    BulkOperation.assign: _assign_one,
    BulkOperation.archive: _archive_one,
    BulkOperation.follow_up: _follow_up_one,
}
QUICK: dict[BulkOperation, QuickChange] = {
    BulkOperation.edit: QuickChange(_edit_many, lambda change: change.params["field"] in change.editing.many),
    BulkOperation.tag: QuickChange(_tag_many),
    BulkOperation.untag: QuickChange(_untag_many),
    BulkOperation.assign: QuickChange(_assign_many, lambda change: change.params["counselor_id"] is not None),
    BulkOperation.archive: QuickChange(_archive_many, lambda change: change.listing.kind not in DERIVED_DATES),
}


def choose_operations(listing: Listing, actor: Actor, fields: Collection[Any]) -> list[BulkOperation]:
    """Return what can be done with the records of a list."""
    has_tags = listing.editing is not None and listing.editing.has_tags
    offered = {
        BulkOperation.edit: bool(fields),
        BulkOperation.tag: has_tags,
        BulkOperation.untag: has_tags,
        BulkOperation.assign: listing.kind not in FOLLOWING_KINDS,
        BulkOperation.archive: listing.kind not in SHARED_KINDS or can(actor, "record:archive", SHARED_RECORD),
        BulkOperation.follow_up: listing.kind in FOLLOW_UP_KINDS and not actor.is_above_teams,
    }
    return [operation for operation in BulkOperation if offered.get(operation, True)]
