"""Records that may be the same as a name with contact details: by shared keys, from an index."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm import names
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.core.search.search import find_by_keys
from crm.core.search.similar import MAX_QUERY_KEYS
from crm.names import matching
from crm.names.matching import LIKELY, NO_MATCH, Match, OrganizationName, PersonName
from crm.organizations.models import Alias
from crm.people.models import Affiliation
from crm.people.queries import has_public_contact_details
from crm.records.models import ContactPoint
from crm.records.policy import ContactMedium

from .policy import SAME_ORGANIZATION, SAME_POINT

MAX_CANDIDATES = 60
"""Records that are compared name by name; a common name has thousands of namesakes."""
IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)


@dataclass(frozen=True)
class ComparedName:
    """What is compared: a name, email addresses and phone numbers as stored, and ids of organizations."""

    kind: str
    name: PersonName | OrganizationName
    points: frozenset[tuple[ContactMedium, str]] = frozenset()
    organization_ids: frozenset[int] = frozenset()
    own_id: int = 0

    @property
    def keys(self) -> Sequence[str]:
        if isinstance(self.name, PersonName):
            return matching.either_order_keys(self.name, MAX_QUERY_KEYS)
        return matching.organization_keys(*self.name.texts)


class SimilarCandidate(NamedTuple):
    """A record that may be the same: the match of the names, what else is the same, and its organization."""

    id: int
    label: str
    native: str
    match: Match
    same_points: tuple[str, ...]
    same_organization: bool
    organization: str

    @property
    def score(self) -> float:
        """How likely it is the same, from 0 to 1."""
        more = 0.0
        if self.same_points:
            more += SAME_POINT
        if self.same_organization:
            more += SAME_ORGANIZATION
        return min(1.0, self.match.score + more)


class _Row(NamedTuple):
    id: int
    label: str
    native_label: str


def normalized_points(emails: Collection[str], phones: Collection[str], country: str | None) -> frozenset[Any]:
    """Return typed email addresses and phone numbers as they are stored; invalid ones are omitted."""
    points = {(ContactMedium.email, text.strip().lower()) for text in emails if "@" in text}
    numbers = (names.parse_phone(text, country).e164 for text in phones)
    return frozenset(points | {(ContactMedium.phone, number) for number in numbers if number})


def find_candidates(actor: Actor, compared: ComparedName) -> list[SimilarCandidate]:
    """Return visible records that may be the same, most likely first, in at most four statements."""
    rows = {r.id: _Row(r.id, r.label, r.native_label) for r in _namesakes(actor, compared)}
    same_points: dict[int, list[str]] = {}
    for row in _with_points(actor, compared):
        rows.setdefault(row.id, _Row(row.id, row.label, row.native_label))
        same_points.setdefault(row.id, []).append(row.raw)
    rows.pop(compared.own_id, None)
    related = load_related_names(actor, compared.kind, list(rows))
    candidates = [
        _compare(compared, row, same_points.get(row.id, []), related.get(row.id, [])) for row in rows.values()
    ]
    likely = [c for c in candidates if c.same_points or c.match.score >= LIKELY]
    return sorted(likely, key=lambda c: (-c.score, c.id))


def _namesakes(actor: Actor, compared: ComparedName) -> Sequence[Any]:
    rows = find_by_keys(actor, (compared.kind,), compared.keys, MAX_CANDIDATES)
    return [row for row in rows if not row.archived]


def _with_points(actor: Actor, compared: ComparedName) -> Sequence[Any]:
    if not compared.points:
        return ()
    values = sorted(value for _medium, value in compared.points)
    return _sharing_points(actor, compared.kind, values=values, kind=compared.kind)


@cached_query
def _sharing_points(viewer: AccessProfile, kind: str) -> Select:
    point = ContactPoint
    stmt = (
        sa.select(Record.id, Record.label, Record.native_label, point.raw)
        .join(point, point.record_id == Record.id)
        .where(
            point.medium.in_((ContactMedium.email, ContactMedium.phone)),
            point.value.in_(sa.bindparam("values", expanding=True)),
        )
        .where(Record.kind == sa.bindparam("kind"), Record.archived_at.is_(None), visible(viewer))
        .limit(MAX_CANDIDATES)
    )
    return stmt.where(has_public_contact_details(Record)) if kind == "person" else stmt


def load_related_names(actor: Actor, kind: str, ids: list[int]) -> Mapping[int, list[Any]]:
    """Return the visible organizations of people (id, name), or the other names of organizations (0, name)."""
    related: dict[int, list[Any]] = {}
    stmt = _employers if kind == "person" else _aliases
    for record_id, organization_id, name in stmt(actor, ids=ids) if ids else ():
        related.setdefault(record_id, []).append((organization_id, name))
    return related


@cached_query
def _employers(viewer: AccessProfile) -> Select:
    return (
        sa.select(Affiliation.person_id, Record.id, sa.func.coalesce(sa.func.nullif(Record.label, ""), ""))
        .join(Record, Record.id == Affiliation.organization_id)
        .where(Affiliation.person_id.in_(IDS), visible(viewer))
        .order_by(Affiliation.main.desc(), Affiliation.id)
    )


@cached_query
def _aliases(_viewer: AccessProfile) -> Select:
    return sa.select(Alias.organization_id, sa.literal(0), Alias.name).where(Alias.organization_id.in_(IDS))


def _compare(compared: ComparedName, row: _Row, points: list[str], related: list[Any]) -> SimilarCandidate:
    if isinstance(compared.name, PersonName):
        match = _match_person(compared.name, row)
        same = any(organization_id in compared.organization_ids for organization_id, _name in related)
        employer = related[0][1] if related else ""
    else:
        stored = OrganizationName(row.label, row.native_label, tuple(name for _id, name in related))
        match = matching.match_organizations(compared.name, stored)
        same = False
        employer = ""
    return SimilarCandidate(row.id, row.label, row.native_label, match, tuple(dict.fromkeys(points)), same, employer)


def _match_person(name: PersonName, row: _Row) -> Match:
    texts = [f"{row.native_label} {row.label}".strip(), row.label, row.native_label]
    best = NO_MATCH
    for text in dict.fromkeys(filter(None, texts)):
        best = max(best, matching.match_people(name, text), key=lambda match: match.score)
        if row.native_label and name.family_native:
            # Different characters outweigh the same sound.
            break
    return best
