"""Existing records: by email address and phone number, and organizations by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.imports.readers.values import has_han
from crm.organizations.models import Alias
from crm.people.queries import has_public_contact_details
from crm.records.models import ContactPoint
from crm.records.policy import ContactMedium

from .line import RecordMatch


class PointKey(NamedTuple):
    """A normalized email address or phone number."""

    medium: ContactMedium
    value: str


def find_records_by_point(actor: Actor, kind: str, keys: Collection[PointKey]) -> dict[PointKey, list[RecordMatch]]:
    """Return visible, unarchived records of a kind by these email addresses and phone numbers, oldest first."""
    by_point: dict[PointKey, list[RecordMatch]] = {}
    for medium in (ContactMedium.email, ContactMedium.phone):
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
    """An organization named by rows; without `id` it is still to be created."""

    label: str
    native: str = ""
    team_id: int | None = None
    id: int | None = None
    country: str = ""
    city: str = ""
    confidential: bool = False

    @cached_property
    def tokens(self) -> str:
        """Search tokens for people who work there."""
        return names.tokens(self.label, self.native)


@dataclass
class OrganizationIndex:
    """Organizations by name: visible ones, and new ones named by rows. Call `load` first."""

    actor: Actor
    _by_key: dict[str, list[OrganizationCandidate]] = field(default_factory=dict)

    def load(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Load the visible organizations with these names (Latin, native), including other names."""
        unique = {pair for pair in pairs if any(pair)}
        sort_keys = {names.sort_key(text) for pair in unique for text in pair if text}
        base = sa.select(Record.id, Record.label, Record.native_label, Record.team_id, Record.confidential).where(
            Record.kind == "organization", Record.archived_at.is_(None), visible(self.actor)
        )
        by_id: dict[int, OrganizationCandidate] = {}
        for part in chunked(sorted(sort_keys)):
            self._take(by_id, db.session.execute(base.where(Record.sort_key.in_(part))))
        if any(has_han(text) for pair in unique for text in pair):
            self._take(by_id, db.session.execute(base.where(Record.native_label != "")))
        other = base.add_columns(Alias.name).join(Alias, Alias.organization_id == Record.id)
        for *row, alias in db.session.execute(other.order_by(Record.id)):
            organization = by_id.setdefault(row[0], _candidate(*row))
            self._put(_key(alias), organization)

    def _take(self, by_id: dict[int, OrganizationCandidate], rows: Iterable[Any]) -> None:
        for row in rows:
            if row.id not in by_id:
                organization = by_id[row.id] = _candidate(*row)
                for key in name_keys(organization.label, organization.native):
                    self._put(key, organization)

    def _put(self, key: str, candidate: OrganizationCandidate) -> None:
        candidates = self._by_key.setdefault(key, [])
        if key and candidate not in candidates:
            candidates.append(candidate)

    def find_by_name(self, latin: str, native: str = "") -> list[OrganizationCandidate]:
        """Return all organizations with a name: own team first, then shared ones, older before newer."""
        both = [organization for key in name_keys(latin, native) for organization in self._by_key.get(key, [])]
        organizations = list({id(organization): organization for organization in both}.values())
        return sorted(organizations, key=lambda f: (f.team_id not in self.actor.team_ids, f.id or 0))

    def get(self, latin: str, native: str = "", *, country: str = "", city: str = "") -> OrganizationCandidate:
        """Return the organization with a name, or a new candidate, the same one for each row that names it."""
        matches = self.find_by_name(latin, native)
        if matches:
            return matches[0]
        candidate = OrganizationCandidate(latin or native, native if latin else "", country=country, city=city)
        for key in name_keys(candidate.label, candidate.native):
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


def name_keys(latin: str, native: str) -> Sequence[str]:
    """Return the keys that all spellings of a name share, one for each script."""
    return [key for key in dict.fromkeys((_key(latin), _key(native))) if key]


def _key(name: str) -> str:
    """Return the key of a name. A Chinese name is its own key: many share one sort key, which is the sound."""
    if not name:
        return ""
    return names.fold(name) if has_han(name) else names.sort_key(name)
