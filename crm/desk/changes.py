"""History in words: labels of the columns in place of their names, what the reader may not see left out."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.audit import Change, Via
from crm.core.db import Base, db
from crm.core.identity import User
from crm.core.policy import Actor
from crm.core.record import Record
from crm.core.words import Lazy

MONEY = frozenset({"ownership", "dated_fact", "parent_share", "funder_id"})
"""Tables and columns that stay hidden from the China desk."""
MOST = 200


class Step(NamedTuple):
    """One changed value."""

    label: str
    old: str
    new: str


class ChangeRow(NamedTuple):
    """One change of one row."""

    at: datetime
    who: str | None
    via: Via
    what: str
    table: str
    steps: list[Step]


def changes_of(actor: Actor, record: Record) -> list[ChangeRow]:
    """The newest 200 changes of a record and what hangs on it."""
    asked = (
        sa.select(Change.at, User.name, Change.via, Change.what, Change.table, Change.diff)
        .outerjoin(User, User.id == Change.actor_id)
        .where(Change.root_id == record.id)
        .order_by(Change.id.desc())
        .limit(MOST)
    )
    found = []
    for at, who, via, what, table, diff in db.session.execute(asked):
        if actor.hides_money and table in MONEY:
            continue
        steps = [_step(table, key, *pair) for key, pair in diff.items() if _is_told(actor, table, key)]
        if steps or what != "changed":
            found.append(ChangeRow(at, who, via, what, table, steps))
    return found


def _is_told(actor: Actor, table: str, key: str) -> bool:
    return key in _labels().get(table, {}) and not (actor.hides_money and key in MONEY)


def _step(table: str, key: str, old: Any, new: Any) -> Step:
    return Step(str(_labels()[table][key]), _said(old), _said(new))


def _said(value: Any) -> str:
    return "" if value is None else str(value)


@cache
def _labels() -> dict[str, dict[str, Lazy]]:
    return {
        table.name: {column.name: column.info["label"] for column in table.columns if "label" in column.info}
        for table in Base.metadata.tables.values()
    }
