"""Filters by one record, which the URL names by its id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import request

from crm.core.data.base import alias, db
from crm.core.data.record import Record, visible
from crm.core.forms.params import is_number
from crm.core.lists.declare import Filter
from crm.core.policy import Actor


def _record_choices(name: str) -> Callable[[Actor], tuple[tuple[str, object], ...]]:
    """Return choices with the one record that the address names, if the actor may see it, as the text of its chip."""

    def choices(actor: Actor) -> tuple[tuple[str, object], ...]:
        text = request.args.get(name, "")
        label = load_record_label(text, actor)
        return ((text, label),) if label else ()

    return choices


def find_survivor_id(record_id: int) -> int:
    """Return the id of the record into which a record was merged, which saved addresses mean now; else its own id."""
    return db.session.scalar(_select_survivor_id(record_id)) or record_id


def _select_survivor_id(record_id: int) -> sa.Select[Any]:
    own = alias(Record, "own_record")
    return sa.select(sa.func.coalesce(own.merged_into_id, own.id)).where(own.id == record_id)


def load_record_label(text: str, actor: Actor) -> str:
    """Return the label of a record that a URL names by its id, or of the one into which it was merged.

    It is "" if the actor may not see that record.
    """
    if not is_number(text):
        return ""
    is_record = Record.id == _select_survivor_id(int(text)).scalar_subquery()
    stmt = sa.select(Record.label, Record.native_label).where(is_record, visible(actor))
    return next((label or native for label, native in db.session.execute(stmt)), "")


def _record_exists(text: str, actor: Actor) -> bool:
    return load_record_label(text, actor) != ""


def record_filter(name: str, label: object, column: Any) -> Filter:
    """Return a filter by a record of a row; it finds nothing for a record that the actor may not see."""
    record_exists = sa.exists().where(Record.id == column).correlate_except(Record)
    return Filter(
        name,
        label,
        "pick",
        lambda x, a: sa.and_(column == x, record_exists.where(visible(a))),
        _record_choices(name),
        takes_actor=True,
        exists=_record_exists,
    )


def related_filter(name: str, label: object, condition: Callable[[int, Actor], sa.ColumnElement[bool]]) -> Filter:
    """Return a filter by a record that rows are related to; it finds nothing for one that the actor may not see.

    `condition` is called with the id of the record and the actor.
    """

    def where(record_id: int, actor: Actor) -> sa.ColumnElement[bool]:
        is_visible = sa.exists().where(Record.id == record_id, visible(actor)).correlate_except(Record)
        return sa.and_(condition(record_id, actor), is_visible)

    return Filter(name, label, "pick", where, _record_choices(name), takes_actor=True, exists=_record_exists)
