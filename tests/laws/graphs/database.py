"""A graph of records created by a plan: the names of its records, and the secret words in their texts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.identity import Membership, Team, User, actor_of
from crm.core.data.record import Record, RecordReader, get_visible, visible
from crm.core.data.visibility_keys import find_wrong_visibility_keys
from crm.core.errors import NotFound, Problem
from crm.core.policy import Actor, may_see
from crm.duplicates.models import DuplicatePair, DuplicateProgress
from crm.duplicates.policy import COMPARED_KINDS
from crm.duplicates.services import compare_changed
from crm.people.models import Affiliation
from tests.laws.dataset import NOW
from tests.laws.graphs.plan_steps import PlanStep

LETTERS = "bcdfghjklmnpqrstvwxz"
"""No vowels: a marker is not a word, pinyin or a typing error of another one."""
OTHERS = ("clara", "anna", "boris", "admin")
Action = Callable[["GraphDatabase", Actor, str, dict[str, Any]], Any]
ACTIONS: dict[str, Action] = {}


def action(verb: str) -> Callable[[Action], Action]:
    """Register a function for a verb of a plan; the verb of a step that creates a record is the record's kind."""

    def register(function: Action) -> Action:
        ACTIONS[verb] = function
        return function

    return register


@dataclass(frozen=True)
class VisibleFacts:
    """The facts of a record that decide its visibility."""

    team_id: int | None
    counselor_id: int | None
    confidential: bool
    without_managers: bool
    reader_ids: frozenset[int]


def _by_others(step: PlanStep) -> Iterator[PlanStep]:
    """Yield the step with its own person first, then with others who may have more rights."""
    yield step
    yield from (replace(step, by=name) for name in OTHERS if name != step.by)


def find_duplicates() -> None:
    """Search for suspected pairs from the beginning, as the job does."""
    for table in (DuplicatePair, DuplicateProgress):
        db.session.execute(sa.delete(table))
    for kind in COMPARED_KINDS:
        while compare_changed(kind):
            db.session.commit()


@dataclass
class GraphDatabase:
    """The records of one graph by their names in the plan, other rows in `rows`.

    `about` are the names in a record's words, `dropped` those that an edit removed. `done` are the accepted steps, by
    the people who could do them; `refused` has the reasons of the others.
    """

    users: dict[str, User]
    seed: int = 0
    ids: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    about: dict[str, set[str]] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    done: list[PlanStep] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)

    def mark(self, name: str) -> str:
        """Return the secret word of a record: in its own texts, and in texts about it."""
        number = int.from_bytes(hashlib.sha256(f"{self.seed}:{name}".encode()).digest()[:8], "big")
        letters = []
        for _ in range(9):
            number, rest = divmod(number, len(LETTERS))
            letters.append(LETTERS[rest])
        return "Q" + "".join(letters)

    def words(self, names: Iterable[str]) -> str:
        """Return the secret words of several records, for a text about them."""
        return " ".join(self.mark(name) for name in dict.fromkeys(names) if name)

    def write(self, name: str, about: Iterable[str]) -> str:
        """Return the words of a record and of its linked records; record the links that it no longer has."""
        now = set(about)
        self.dropped |= self.about.get(name, set()) - now
        self.about[name] = now
        return self.words([name, *sorted(now)])

    def with_employers(self, actor: Actor, names: Iterable[str]) -> list[str]:
        """Add the main organizations at which people of these names work now, if the actor can see them."""
        existing = [name for name in names if name in self.ids]
        people = [self.ids[name] for name in existing if name.startswith("person")]
        stmt = sa.select(Affiliation.organization_id).where(Affiliation.person_id.in_(people))
        stmt = stmt.join(Record, Record.id == Affiliation.organization_id).where(visible(actor))
        stmt = stmt.where(Affiliation.to_on.is_(None), Affiliation.main)
        employer_ids = set(db.session.scalars(stmt)) if people else set()
        return [*existing, *(name for name, i in self.ids.items() if i in employer_ids)]

    def actor(self, name: str) -> Actor:
        """Return a person as an actor for services; teams may have changed."""
        user = self.users[name]
        stmt = sa.select(Membership.team_id).where(Membership.user_id == user.id).order_by(Membership.position)
        return actor_of(user, list(db.session.scalars(stmt)))

    def get(self, actor: Actor, name: str, right: str | None = None) -> Any:
        """Return the record of a name as this actor opens it. Raises NotFound, Forbidden."""
        if name not in self.ids:
            raise NotFound
        return get_visible(Record, actor, self.ids[name], right)

    def id(self, actor: Actor, name: str) -> int | None:
        """Return the id of a record that a form names; None for an empty choice. Raises NotFound for a hidden one."""
        return int(self.get(actor, name).id) if name else None

    def id_list(self, actor: Actor, names: Sequence[str]) -> list[int]:
        """Return the ids of several records that a form names."""
        return [self.get(actor, name).id for name in names]

    def row_id(self, name: str) -> int:
        """Return the id of a row that isn't a record. Raises NotFound if its own step was refused."""
        if name not in self.rows:
            raise NotFound
        return self.rows[name]

    def name_of(self, record_id: int) -> str:
        """Return the name of a record in the plan."""
        return self.names_of([record_id])[0]

    @cached_property
    def team_ids(self) -> dict[str, int]:
        """Return the teams by name."""
        return dict(db.session.execute(sa.select(Team.name, Team.id)).all())

    def run(self, steps: Sequence[PlanStep]) -> GraphDatabase:
        """Run the steps in order over two days; refused steps are skipped, as a refused form would be."""
        for number, step in enumerate(steps):
            moment = NOW - timedelta(days=2) + timedelta(days=2) * number / len(steps)
            with clock.frozen(moment):
                any(self._take(one) for one in _by_others(step))
        act_as(db.session(), None, ChangeSource.shell)
        db.session.commit()
        find_duplicates()
        assert db.session.execute(find_wrong_visibility_keys()).all() == []
        return self

    def _take(self, step: PlanStep) -> bool:
        """Run a step; return whether it was accepted."""
        run, actor = ACTIONS[step.verb], self.actor(step.by)
        act_as(db.session(), actor, ChangeSource.web)
        try:
            with db.session.begin_nested():
                created = run(self, actor, step.name, step.args)
                db.session.flush()
                if step.name:
                    # Meetings are not records, and have their own ids.
                    (self.ids if isinstance(created, Record) else self.rows)[step.name] = created.id
        except Problem as error:
            self.refused[f"{step.verb}: {type(error).__name__} {error}"[:120]] = 1
            return False
        self.done.append(step)
        return True

    def facts(self) -> dict[int, VisibleFacts]:
        """Return the facts that decide each record's visibility."""
        readers: dict[int, set[int]] = {}
        for record_id, user_id in db.session.execute(sa.select(RecordReader.record_id, RecordReader.user_id)):
            readers.setdefault(record_id, set()).add(user_id)
        columns = (Record.team_id, Record.counselor_id, Record.confidential, Record.without_managers)
        stmt = sa.select(Record.id, *columns)
        return {row[0]: VisibleFacts(*row[1:], frozenset(readers.get(row[0], ()))) for row in db.session.execute(stmt)}

    def hidden_ids(self, viewer: str) -> set[int]:
        """Return the confidential records that this person may not see, by the pure policy."""
        actor = self.actor(viewer)
        return {i for i, facts in self.facts().items() if facts.confidential and not may_see(actor, facts)}

    def visible_ids(self, viewer: str) -> set[int]:
        """Return the records that this person may see, by the pure policy."""
        actor = self.actor(viewer)
        return {i for i, facts in self.facts().items() if may_see(actor, facts)}

    def names_of(self, ids: Iterable[int]) -> list[str]:
        """Return the names in the plan of these records."""
        by_id = {i: name for name, i in self.ids.items()}
        return [by_id[i] for i in ids if i in by_id]

    def is_copied(self, name: str, ids: Collection[int]) -> bool:
        """Return whether one of these records repeats another: the next repeat of a follow-up, a rescheduled visit.

        It has the same words, but is a separate record with its own visibility.
        """
        own = sa.select(Record.kind).where(Record.id == self.ids[name]).scalar_subquery()
        same = sa.select(Record.id).where(Record.kind == own, Record.label.startswith(self.mark(name)))
        return any(i in ids for i in db.session.scalars(same))
