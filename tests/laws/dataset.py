"""What the scene of the laws is made of: rows that requests are about, each with a word of its own."""

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
from tests.laws.expected import Kept, Way

NOW = datetime(2026, 12, 8, 15, 36, tzinfo=UTC)
"""A Tuesday morning in Los Angeles."""
DAY = date(2026, 12, 9)
FILE, FILE_NAME = b"one", "scene"


@dataclass
class Subject:
    """A row that requests are about. `rows` are further parts of its addresses, by view; it has no pages in `lacks`."""

    kind: str
    id: int
    word: str
    way: Way | None = None
    kept: Kept | None = None
    rows: dict[str, Any] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()


@dataclass
class Scene:
    """All that stands in the house."""

    subjects: dict[str, list[Subject]] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    firms: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    host: Any = None
    show: Any = None

    def add(self, kind: str, row: Any, word: str, way: Way | None = None, **more: Any) -> Subject:
        """Take a row in."""
        made = Subject(kind, row.id, word, way, **more)
        self.subjects.setdefault(kind, []).append(made)
        return made

    def of(self, kind: str, way: str = "inland") -> Subject:
        """The one that stands that way."""
        return next(s for s in self.subjects[kind] if s.way and s.way.name == way)

    def records(self) -> Iterable[Subject]:
        """Every record."""
        return (s for some in self.subjects.values() for s in some if s.way is not None and s.kind in RECORD_KINDS)

    def kept_rows(self) -> list[Any]:
        """The rows themselves that the laws hold on to, for a session to take up again."""
        alone = [row for row in (self.host, self.show) if row is not None]
        return [*self.users.values(), *self.firms.values(), *self.people.values(), *alone]

    def told(self) -> Iterable[Subject]:
        """Everything whose word must not be read by whoever may not see it."""
        return (s for kind, some in self.subjects.items() for s in some if s.way is not None and kind != "file")

    def actor(self, name: str) -> Actor:
        """A person as services take them."""
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
)


def word_of(kind: str, way: str) -> str:
    """The word that stands in all texts of a record, and nowhere else."""
    # No word is the beginning of another one.
    return f"Zq{kind[:4]}{way.replace('_', '')}x".lower().capitalize()
