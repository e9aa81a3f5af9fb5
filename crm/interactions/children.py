"""Child rows of one interaction: loaded once, synchronized with given values; unchanged rows are not written."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record

from .models import Interaction

T = TypeVar("T")


class InteractionChildren:
    """Child rows of an interaction by table. For a new interaction nothing is loaded.

    Rows created before the interaction has an id are inserted by `add`.
    """

    def __init__(self, row: Interaction, *, new: bool = False) -> None:
        self.row = row
        self.people: dict[int, Record] = {}
        """People loaded so far, open ones for reading only; `name_interaction` uses them."""
        self.team_ids: dict[int, int | None] = {}
        """The teams of the records loaded so far."""
        self.employer_ids: list[int] = []
        """Where the people loaded so far work now."""
        self.is_changed = False
        """Whether rows were added, changed or deleted."""
        self._new = new
        self._rows: dict[type[Any], list[Any]] = {}
        self._waiting: list[Any] = []

    def of(self, cls: type[T]) -> list[T]:
        """Return the current rows of a table, in the order in which they were added."""
        if cls not in self._rows:
            self._rows[cls] = [] if self._new else self._load(cls)
        return self._rows[cls]

    def _load(self, cls: type[T]) -> list[T]:
        key = sa.inspect(cls).primary_key
        stmt = sa.select(cls).where(cls.interaction_id == self.row.id).order_by(*key)  # type: ignore[attr-defined]
        return list(db.session.scalars(stmt))

    def sync_rows(self, cls: type[Any], values: Sequence[dict[str, Any]], key: Callable[[Any], Hashable]) -> None:
        """Make the rows of a table equal `values`; `key` matches existing rows with new ones."""
        existing = {key(x): x for x in self.of(cls)}
        rows: dict[Hashable, Any] = {}
        for columns in values:
            new = cls(interaction_id=self.row.id, **columns)
            row = rows.get(key(new)) or existing.get(key(new))
            rows[key(new)] = row or new
            if row is None:
                self._waiting.append(new)
                self.is_changed = True
                continue
            for name, value in columns.items():
                setattr(row, name, value)
            self.is_changed |= db.session.is_modified(row)
        for removed in existing.keys() - rows.keys():
            db.session.delete(existing[removed])
            self.is_changed = True
        self._rows[cls] = list(rows.values())

    def add(self) -> None:
        """Insert the interaction, and add its new rows to the session."""
        db.session.add(self.row)
        db.session.flush()
        for row in self._waiting:
            row.interaction_id = self.row.id
        db.session.add_all(self._waiting)
        self._waiting = []
