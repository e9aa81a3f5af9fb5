"""What is here already: records by mail and phone, firms by name, users by mail or name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.imports.readers.values import has_han
from crm.organizations.models import Alias
from crm.people.queries import has_public_contact_details
from crm.records.models import ContactPoint
from crm.records.policy import Medium

from .line import RecordMatch

T = TypeVar("T")
CHUNK_SIZE = 500
"""Values in one statement's list."""


def chunked(values: Iterable[T], size: int = CHUNK_SIZE) -> Iterator[list[T]]:
    """Lists short enough for one statement."""
    walk = iter(values)
    while part := list(islice(walk, size)):
        yield part


class PointKey(NamedTuple):
    """A normalized mail address or phone number."""

    medium: Medium
    value: str


def find_records_by_point(actor: Actor, kind: str, keys: Collection[PointKey]) -> dict[PointKey, list[RecordMatch]]:
    """Visible records of a kind, archived ones apart, by the mails and phones asked for; the oldest first."""
    by_point: dict[PointKey, list[RecordMatch]] = {}
    for medium in (Medium.email, Medium.phone):
        for part in chunked(sorted({k.value for k in keys if k.medium is medium})):
            stmt = (
                sa.select(ContactPoint.value, Record.id, Record.label, Record.native_label)
                .join(Record, Record.id == ContactPoint.record_id)
                .where(ContactPoint.medium == medium, ContactPoint.value.in_(part))
                .where(Record.kind == kind, Record.archived_at.is_(None), visible(actor))
                .order_by(Record.id)
            )
            if kind == "person":
                stmt = stmt.where(has_public_contact_details(Record))
            for value, record_id, label, native in db.session.execute(stmt):
                matches = by_point.setdefault(PointKey(medium, value), [])
                match = RecordMatch(record_id, label or native)
                if match not in matches:
                    matches.append(match)
    return by_point


@dataclass
class OrganizationCandidate:
    """An organization as rows name it; without `id` it is to be made."""

    label: str
    native: str = ""
    team_id: int | None = None
    id: int | None = None
    country: str = ""
    city: str = ""
    confidential: bool = False

    @cached_property
    def tokens(self) -> str:
        """What people who work there are found by."""
        return names.tokens(self.label, self.native)


@dataclass
class OrganizationIndex:
    """Organizations by name: those that are visible, and those that rows will make. Ask `look_up` first."""

    actor: Actor
    _by_key: dict[str, list[OrganizationCandidate]] = field(default_factory=dict)

    def load(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Find the organizations of these names (Latin, native) among the visible ones, by name and other names."""
        unique = {pair for pair in pairs if any(pair)}
        sort_keys = {names.sort_key(text) for pair in unique for text in pair if text}
        r = Record
        base = sa.select(r.id, r.label, r.native_label, r.team_id, r.confidential).where(
            r.kind == "organization", r.archived_at.is_(None), visible(self.actor)
        )
        by_id: dict[int, OrganizationCandidate] = {}
        for part in chunked(sorted(sort_keys)):
            self._take(by_id, db.session.execute(base.where(Record.sort_key.in_(part))))
        if any(has_han(text) for pair in unique for text in pair):
            self._take(by_id, db.session.execute(base.where(Record.native_label != "")))
        other = base.add_columns(Alias.name).join(Alias, Alias.organization_id == Record.id)
        for *row, alias in db.session.execute(other.order_by(r.id)):
            organization = by_id.setdefault(row[0], _candidate(*row))
            self._put(_key(alias), organization)

    def _take(self, by_id: dict[int, OrganizationCandidate], rows: Iterable[Any]) -> None:
        for row in rows:
            if row.id not in by_id:
                organization = by_id[row.id] = _candidate(*row)
                for key in _keys(organization.label, organization.native):
                    self._put(key, organization)

    def _put(self, key: str, candidate: OrganizationCandidate) -> None:
        candidates = self._by_key.setdefault(key, [])
        if key and candidate not in candidates:
            candidates.append(candidate)

    def find_by_name(self, latin: str, native: str = "") -> list[OrganizationCandidate]:
        """All organizations of a name: the own team's first, then shared ones, older ones before newer."""
        both = [organization for key in _keys(latin, native) for organization in self._by_key.get(key, [])]
        organizations = list({id(organization): organization for organization in both}.values())
        return sorted(organizations, key=lambda f: (f.team_id not in self.actor.team_ids, f.id or 0))

    def get(self, latin: str, native: str = "", *, country: str = "", city: str = "") -> OrganizationCandidate:
        """The organization of a name, or one that is to be made, the same for each row that names it."""
        matches = self.find_by_name(latin, native)
        if matches:
            return matches[0]
        candidate = OrganizationCandidate(latin or native, native if latin else "", country=country, city=city)
        for key in _keys(candidate.label, candidate.native):
            self._put(key, candidate)
        return candidate


def _candidate(
    record_id: int,
    label: str,
    native: str,
    team_id: int | None,
    confidential: bool,  # noqa: FBT001 - a column of the row
) -> OrganizationCandidate:
    return OrganizationCandidate(label, native, team_id, record_id, confidential=confidential)


def _keys(latin: str, native: str) -> Sequence[str]:
    return [key for key in dict.fromkeys((_key(latin), _key(native))) if key]


def _key(name: str) -> str:
    """A name in characters is itself: its sorting key is how it sounds, which many share."""
    if not name:
        return ""
    return names.fold(name) if has_han(name) else names.sort_key(name)
