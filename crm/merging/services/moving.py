"""Move the rows that refer to the duplicate to the survivor, and check that none is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.merging.references import Reference, list_references, load_rows
from crm.merging.rules import MergeAction
from crm.merging.sorting import join, sort_rows, value_names

from .unlogged import UnloggedChanges, move_unlogged


@dataclass
class MergeRun:
    """A merge in progress: both records, and how many rows were moved by reference."""

    survivor: Record
    duplicate: Record
    unlogged: UnloggedChanges = field(default_factory=UnloggedChanges)
    moved: dict[str, int] = field(default_factory=dict)


def move_rows(run: MergeRun) -> None:
    """Move all rows that refer to the duplicate.

    Raises RuntimeError if a row was lost: then the transaction is rolled back.
    """
    for reference in list_references(run.survivor.kind):
        if reference.rule.how in (MergeAction.stay, MergeAction.derived):
            continue
        before = _count(reference, run.survivor.id) + _count(reference, run.duplicate.id)
        step = _move_logged if reference.is_logged else move_unlogged
        moved, joined = step(run, reference)
        db.session.flush()
        after, remaining = _count(reference, run.survivor.id), _count(reference, run.duplicate.id)
        if before != after + joined or remaining:
            raise RuntimeError(f"merge lost rows of {reference.name}: {before} before, {after} and {joined} joined")
        run.moved[reference.name] = moved


def _count(reference: Reference, record_id: int) -> int:
    stmt = sa.select(sa.func.count()).select_from(reference.mapper.local_table)
    column = reference.mapper.local_table.c[reference.name.split(".")[1]]
    return int(db.session.scalar(stmt.where(column == record_id)) or 0)


def _move_logged(run: MergeRun, reference: Reference) -> tuple[int, int]:
    rule, column = reference.rule, reference.attribute
    incoming = load_rows(reference, run.duplicate.id)
    if not incoming:
        return 0, 0
    selves = [row for row in incoming if rule.other and _is_self(run, row, rule.other)]
    existing = load_rows(reference, run.survivor.id) if rule.same or rule.how is MergeAction.single else []
    incoming = [row for row in incoming if row not in selves]
    if rule.how is MergeAction.single:
        pairs = list(zip(existing, incoming, strict=False))
        moving = incoming[len(pairs) :]
    else:
        moving, pairs = sort_rows(rule, column, existing, incoming)
    for row, other in pairs:
        join(rule, column, row, other)
        run.unlogged.note_join_target(row)
    for row in (*selves, *(other for _row, other in pairs)):
        db.session.delete(row)
    for row in moving:
        _refer(reference, row, run.survivor.id)
    return len(moving), len(pairs) + len(selves)


def _is_self(run: MergeRun, row: Any, other: str) -> bool:
    return getattr(row, other) in (run.survivor.id, run.duplicate.id)


def _refer(reference: Reference, row: Any, record_id: int) -> None:
    """Let a row refer to another record; where the column is part of the key, by a copy."""
    if not sa.inspect(row).mapper.column_attrs[reference.attribute].columns[0].primary_key:
        setattr(row, reference.attribute, record_id)
        return
    keys = [sa.inspect(row).mapper.get_property_by_column(c).key for c in reference.mapper.primary_key]
    values = {name: getattr(row, name) for name in (*keys, *value_names(row))}
    db.session.delete(row)
    db.session.add(reference.mapper.class_(**values | {reference.attribute: record_id}))
