"""The dataset of the laws: rows that requests are about, each with a unique word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership, User, actor_of
from crm.core.policy import Actor
from crm.organizations.models import Organization
from crm.people.models import Person
from tests.laws.expected import OwnedRow
from tests.laws.viewers import AccessCase

NOW = datetime(2026, 12, 8, 15, 36, tzinfo=UTC)
"""A Tuesday morning in Los Angeles."""
DAY = date(2026, 12, 9)
FILE, FILE_NAME = b"one", "scene"


@dataclass
class LawRecord:
    """A row that requests are about. `rows` are further parts of its addresses, by view; it has no pages in `lacks`."""

    kind: str
    id: int
    word: str
    access_case: AccessCase | None = None
    owned_row: OwnedRow | None = None
    rows: dict[str, Any] = field(default_factory=dict)
    missing_parts: tuple[str, ...] = ()


@dataclass
class Dataset:
    """All rows of the dataset."""

    subjects: dict[str, list[LawRecord]] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    host: Any = None
    show: Any = None

    def add(self, kind: str, row: Any, word: str, access_case: AccessCase | None = None, **more: Any) -> LawRecord:
        """Add a row."""
        record = LawRecord(kind, row.id, word, access_case, **more)
        self.subjects.setdefault(kind, []).append(record)
        return record

    def of(self, kind: str, access_case: str = "inland") -> LawRecord:
        """Return the record of a kind in an access case."""
        return next(s for s in self.subjects[kind] if s.access_case and s.access_case.name == access_case)

    def records(self) -> Iterable[LawRecord]:
        """Return every record."""
        return (
            s
            for records in self.subjects.values()
            for s in records
            if s.access_case is not None and s.kind in RECORD_KINDS
        )

    def business_rows(self) -> list[Any]:
        """Return the rows of the laws, to be added to a session again."""
        alone = [row for row in (self.host, self.show) if row is not None]
        return [*self.users.values(), *self.organizations.values(), *self.people.values(), *alone]

    def searchable_records(self) -> Iterable[LawRecord]:
        """Return every record whose word must not be read by those who may not see it."""
        return (
            s
            for kind, records in self.subjects.items()
            for s in records
            if s.access_case is not None
            and kind not in ("file", "pair", "match")  # These have the words of their records.
        )

    def actor(self, name: str) -> Actor:
        """Return a person as an actor for services."""
        stmt = sa.select(Membership.team_id).where(Membership.user_id == self.users[name].id)
        return actor_of(self.users[name], list(db.session.scalars(stmt.order_by(Membership.position))))


RECORD_KINDS = (
    "organization",
    "person",
    "product",
    "representation",
    "interaction",
    "followup",
    "project",
    "need",
    "opportunity",
    "show",
    "milestone",
)


def marker_for(kind: str, access_case: str) -> str:
    """Return the unique word that is in all texts of a record."""
    # No word is a prefix of another one.
    return f"Zq{kind[:4]}{access_case.replace('_', '')}x".lower().capitalize()
