"""Records of any kind by their names in files: a name in either script, or an identifier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.core.search import search
from crm.people.models import Affiliation

KINDS = ("organization", "person", "project", "opportunity", "show", "need", "product", "representation")
"""Kinds of records by name; the first kind wins if two share a name."""
_CANDIDATES = 20


class ResolvedRecord(NamedTuple):
    id: int
    kind: str
    team_id: int | None
    confidential: bool


class NameResolver:
    """Visible records by name or identifier. Call `load` with all names first."""

    def __init__(self, actor: Actor, kinds: Sequence[str] = KINDS) -> None:
        self._actor, self._kinds = actor, kinds
        self._records: dict[str, list[ResolvedRecord]] = {}

    @cached_property
    def confidential_employer_ids(self) -> dict[int, set[int]]:
        """The confidential organizations at which people mainly work now, as far as the actor sees them, by person."""
        stmt = (
            sa.select(Affiliation.person_id, Record.id)
            .join(Record, Record.id == Affiliation.organization_id)
            .where(Affiliation.to_on.is_(None), Affiliation.main)
            .where(Record.kind == "organization", Record.confidential, visible(self._actor))
        )
        by_person: dict[int, set[int]] = {}
        for person_id, organization_id in db.session.execute(stmt):
            by_person.setdefault(person_id, set()).add(organization_id)
        return by_person

    def _base_stmt(self) -> sa.Select[*tuple[Any, ...]]:
        r = Record
        stmt = sa.select(r.uid, r.label, r.native_label, r.id, r.kind, r.team_id, r.confidential)
        return stmt.where(r.kind.in_(self._kinds), r.archived_at.is_(None), visible(self._actor)).order_by(r.id)

    def load(self, texts: Iterable[str]) -> None:
        """Load the records with these names: as written first, else regardless of case, width and script."""
        unique = {text for text in texts if text}
        for part in chunked(sorted(unique)):
            exact = sa.or_(Record.label.in_(part), Record.native_label.in_(part), Record.uid.in_(part))
            self._take(self._base_stmt().where(exact), set(part))
        for text in sorted(unique - self._records.keys()):
            self._take(self._base_stmt().where(search.matching(text)).limit(_CANDIDATES), {text})

    def _take(self, stmt: sa.Select[Any], texts: set[str]) -> None:
        keys = {_key(text): text for text in texts}
        for uid, label, native, *rest in db.session.execute(stmt):
            row = ResolvedRecord(*rest)
            for name in (uid, label, native):
                text = name if name in texts else keys.get(_key(name))
                if name and text is not None and row not in self._records.setdefault(text, []):
                    self._records[text].append(row)

    def get(self, text: str) -> list[ResolvedRecord]:
        """Return the records with a name: none, one, or several if the name is ambiguous."""
        records = self._records.get(text, [])
        first = next((kind for kind in self._kinds if any(f.kind == kind for f in records)), "")
        records = [f for f in records if f.kind == first]
        own = [f for f in records if f.team_id in self._actor.team_ids]
        return own if len(own) == 1 else records


def _key(text: str) -> str:
    return names.fold(text)
