"""Groupings by users, teams and other records."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias
from crm.core.data.identity import Team, User
from crm.core.data.record import Record, visible
from crm.core.lists.grouping import Grouping
from crm.core.policy import Actor
from crm.core.words import _l


def user_grouping(name: str, label: object, column: Any) -> Grouping:
    return Grouping(name, label, column, "id", names=(User.id, User.name))


def team_grouping(column: Any) -> Grouping:
    return Grouping("team", _l("Team"), column, "id", names=(Team.id, Team.name))


def record_grouping(name: str, label: object, column: Any) -> Grouping:
    """Return the grouping by another record; those that the actor may not see are as if it were missing."""
    other, entity = alias(Record, f"grouped_{name}"), column.class_

    def visible_id(actor: Actor) -> Any:
        stmt = sa.select(other.id).where(other.id == column, visible(actor, other))
        return stmt.correlate(entity).scalar_subquery()

    labels = (Record.id, Record.label, Record.native_label)
    return Grouping(name, label, visible_id, "id", names=labels, takes_actor=True, is_record=True)


def linked_record_grouping(name: str, label: object, row: Any, column: Any) -> Grouping:
    """Return the grouping by other records of which a row can have several, from a table with each pair of ids once.

    Those that the actor may not see are left out; a row that has no others is as if it had none.
    """
    other = alias(Record, f"linked_{name}")

    def visible_links(actor: Actor) -> sa.Select[Any]:
        stmt = sa.select(row, column).join(other, other.id == column)
        return stmt.where(visible(actor, other))

    labels = (Record.id, Record.label, Record.native_label)
    return Grouping(name, label, kind="id", links=visible_links, names=labels, takes_actor=True, is_record=True)
