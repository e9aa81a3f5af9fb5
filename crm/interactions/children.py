"""The rows under one contact: read once, brought up to what is wanted, what stays the same left alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from crm.core.data.base import db
from crm.people.models import Person

from .models import Interaction

T = TypeVar("T")


class InteractionChildren:
    """What stands under a contact, table by table. Of a new one nothing is read: there is nothing yet.

    Rows made before the contact has its number wait for `add`.
    """

    def __init__(self, row: Interaction, *, new: bool = False) -> None:
        self.row = row
        self.people: dict[int, Person] = {}
        """People read already, so that they need not be read again for the contact's name."""
        self._new = new
        self._held: dict[type[Any], list[Any]] = {}
        self._waiting: list[Any] = []

    def of(self, cls: type[T]) -> list[T]:
        """The rows of a table, as they stand by now."""
        if cls not in self._held:
            stmt = sa.select(cls).where(cls.interaction_id == self.row.id)  # type: ignore[attr-defined]
            self._held[cls] = [] if self._new else list(db.session.scalars(stmt))
        return self._held[cls]

    def keep(self, cls: type[Any], wanted: Sequence[dict[str, Any]], key: Callable[[Any], Hashable]) -> None:
        """Make `wanted` the rows of a table; `key` tells which kept row is which wanted one."""
        held = {key(x): x for x in self.of(cls)}
        rows: dict[Hashable, Any] = {}
        for values in wanted:
            made = cls(interaction_id=self.row.id, **values)
            known = rows.get(key(made)) or held.get(key(made))
            rows[key(made)] = known or made
            if known is None:
                self._waiting.append(made)
                continue
            for name, value in values.items():
                setattr(known, name, value)
        for gone in held.keys() - rows.keys():
            db.session.delete(held[gone])
        self._held[cls] = list(rows.values())

    def add(self) -> None:
        """Write the contact and what was made for it."""
        db.session.add(self.row)
        db.session.flush()
        for made in self._waiting:
            made.interaction_id = self.row.id
        db.session.add_all(self._waiting)
        db.session.flush()
        self._waiting = []
