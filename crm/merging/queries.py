"""What a merge of two records will save, which merges a record has, and what keeps one from being undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import Base, db
from crm.core.data.history import Batch, Change
from crm.core.data.identity import User
from crm.core.data.pointers import declare_pointers, may_have_rows
from crm.core.data.record import Record, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor

from .fields import FieldGroup, find_part, is_blank, list_groups, write_values
from .models import Merge
from .obstacles import NO_OBSTACLES, Obstacles, find_obstacles
from .policy import MERGE_DAYS, is_too_old, may_unmerge

FIRST, SECOND = "a", "b"
"""The two sides: the survivor and the duplicate."""


class FieldSide(NamedTuple):
    """One record's value of a field: its text, and when and by whom it was last changed."""

    text: str
    at: datetime | None
    user_name: str


@dataclass(frozen=True)
class FieldChoice:
    """A field, or fields chosen together, in which two records differ. `chosen` is `FIRST` or `SECOND`."""

    group: FieldGroup
    first: FieldSide
    second: FieldSide
    chosen: str
    values: dict[str, Any]
    """The chosen values by column."""

    @property
    def key(self) -> str:
        """The name of the choice in the form."""
        return f"field-{self.group.key}"

    @property
    def label(self) -> str:
        return str(self.group.label)

    @property
    def text(self) -> str:
        """The chosen values as text."""
        return (self.first if self.chosen == FIRST else self.second).text

    @property
    def newer(self) -> str:
        """The side that was changed last; "" if that is unknown or the same."""
        if self.first.at == self.second.at or None in (self.first.at, self.second.at):
            return ""
        return FIRST if self.first.at > self.second.at else SECOND  # type: ignore[operator]


@dataclass(frozen=True)
class MergePlan:
    """What a merge saves: the survivor, the duplicate, and the chosen value of each differing field."""

    survivor: Record
    duplicate: Record
    choices: tuple[FieldChoice, ...]

    def values(self, part: type[Base] | None) -> dict[str, Any]:
        """Return the chosen values of a part, or of the record itself (None), by column."""
        return {name: x for c in self.choices if c.group.part is part for name, x in c.values.items()}


def build_plan(actor: Actor, survivor: Record, duplicate: Record, chosen: Mapping[str, str]) -> MergePlan:
    """Return what a merge saves. `chosen` has `FIRST` or `SECOND` by the key of a choice.

    By default the value of the survivor is chosen, unless only that one is blank or unknown.
    """
    changes = _load_last_changes([survivor.id, duplicate.id])
    choices = []
    for group in list_groups(survivor.kind):
        if group.key == "counselor_id" and survivor.confidential:
            continue  # The former counselor would lose access.
        if group.key == "parent_id" and is_parent(survivor, duplicate):
            continue  # The parent above both stays.
        rows = [find_part(record, group) for record in (survivor, duplicate)]
        if None in rows:
            continue
        values = [{name: getattr(row, name) for name in group.names} for row in rows]
        if values[0] == values[1]:
            continue
        default = SECOND if is_blank(rows[0], group) and not is_blank(rows[1], group) else FIRST
        side = chosen.get(f"field-{group.key}")
        side = side if side in (FIRST, SECOND) else default
        first, second = (
            FieldSide(write_values(actor, row, group), *_find_last_change(changes, record, group))
            for row, record in zip(rows, (survivor, duplicate), strict=True)
        )
        choices.append(FieldChoice(group, first, second, side, values[0] if side == FIRST else values[1]))
    return MergePlan(survivor, duplicate, tuple(choices))


def is_parent(first: Any, second: Any) -> bool:
    """Return whether one of two organizations is the parent of the other."""
    return bool(first.parent_id == second.id or second.parent_id == first.id)


LastChanges = dict[tuple[int, str, str], tuple[datetime, str]]


def _load_last_changes(ids: Iterable[int]) -> LastChanges:
    """Return when and by whom each column was last changed, by record, table and column."""
    stmt = (
        sa.select(Change.root_id, Change.table, Change.diff, Change.at, User.name)
        .outerjoin(User, User.id == Change.actor_id)
        .where(Change.root_id.in_(list(ids)), Change.row_id == sa.cast(Change.root_id, sa.String))
        .order_by(Change.id)
    )
    last: LastChanges = {}
    for record_id, table, diff, changed_at, user_name in db.session.execute(stmt):
        for name in diff:
            last[record_id, table, name] = (changed_at, user_name or "")
    return last


def _find_last_change(changes: LastChanges, record: Record, group: FieldGroup) -> tuple[datetime | None, str]:
    table = record.kind if group.part is None else group.part.__tablename__
    rows = [changes[record.id, table, name] for name in group.names if (record.id, table, name) in changes]
    return max(rows, default=(None, ""), key=lambda row: row[0])


class MergeRow(NamedTuple):
    """A merge of a record: the message about it, what was merged into it, when and by whom."""

    id: int
    title: str
    name: str
    at: datetime
    user_id: int | None
    user_name: str | None


def list_merged_ids(record_id: int) -> list[int]:
    """Return the ids of the records that were merged into a record."""
    return list(db.session.scalars(sa.select(Record.id).where(Record.merged_into_id == record_id)))


SURVIVING = declare_pointers(Merge.survivor_id)


def list_merges(record_id: int, *, also_undone: bool = False) -> list[MergeRow]:
    """Return the merges of other records into a record, the newest first."""
    if not may_have_rows(record_id, SURVIVING):
        return []
    stmt = (
        sa.select(Merge.batch_id, Batch.title, _NAME, Batch.at, Batch.actor_id, User.name)
        .join(Batch, Batch.id == Merge.batch_id)
        .join(Record, Record.id == Merge.duplicate_id)
        .outerjoin(User, User.id == Batch.actor_id)
        .where(Merge.survivor_id == record_id, sa.true() if also_undone else Batch.undone_at.is_(None))
        .order_by(Merge.batch_id.desc())
    )
    return [MergeRow(*row) for row in db.session.execute(stmt)]


_NAME = sa.case((Record.label != "", Record.label), else_=Record.native_label)


def get_merge(actor: Actor, merge_id: int) -> Merge:
    """Return a merge into a record that the actor may see. Raises NotFound."""
    stmt = sa.select(Merge).join(Record, Record.id == Merge.survivor_id).where(visible(actor))
    merge = db.session.scalars(stmt.where(Merge.batch_id == merge_id)).one_or_none()
    if merge is None:
        raise NotFound
    return merge


class MergePage(NamedTuple):
    """The page of a merge. `may_undo`: whether the actor may undo it, and it isn't too late; `days`: until when."""

    merge: Merge
    batch: Batch
    survivor: Record
    duplicate: Record
    user_name: str
    obstacles: Obstacles
    may_undo: bool
    is_too_old: bool
    days: int


def load_merge_page(actor: Actor, merge: Merge) -> MergePage:
    """Return a merge with what keeps it from being undone."""
    batch = db.session.get_one(Batch, merge.batch_id)
    survivor, duplicate = (db.session.get_one(Record, i) for i in (merge.survivor_id, merge.duplicate_id))
    user_name = db.session.scalar(sa.select(User.name).where(User.id == batch.actor_id)) or ""
    too_old = is_too_old(batch.at, clock.now())
    is_open = batch.undone_at is None and not too_old
    return MergePage(
        merge=merge,
        batch=batch,
        survivor=survivor,
        duplicate=duplicate,
        user_name=user_name,
        obstacles=find_obstacles(actor, merge) if is_open else NO_OBSTACLES,
        may_undo=is_open and may_unmerge(actor, survivor, is_own=batch.actor_id == actor.id),
        is_too_old=too_old,
        days=MERGE_DAYS,
    )
