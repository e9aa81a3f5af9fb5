"""Find suspected pairs of changed records, and remember decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record, visible
from crm.core.policy import SYSTEM, Actor
from crm.names.matching import OrganizationName, PersonName
from crm.organizations.models import Alias, Organization
from crm.people.models import Affiliation, Person
from crm.people.queries import has_public_contact_details
from crm.records.models import ContactPoint

from .candidates import ComparedName, SimilarCandidate, find_candidates
from .models import DuplicatePair, DuplicateProgress
from .policy import PairState, is_suspect
from .reasons import reason_to_json

Ids = tuple[int, int]
SLICE = 25
"""Records that one transaction compares."""


def mark_different(actor: Actor, pair: DuplicatePair) -> None:
    """Remember that two records aren't the same."""
    pair.state, pair.decided_by_id, pair.decided_at = PairState.different, actor.id, clock.now()
    db.session.flush()


def reopen_pair(pair: DuplicatePair) -> None:
    """List a pair again that was marked as not the same."""
    pair.state, pair.decided_by_id, pair.decided_at = PairState.open, None, None
    db.session.flush()


def compare_changed(kind: str) -> int:
    """Compare the next records of a kind that changed since the last run, and return how many there were."""
    progress = db.session.get(DuplicateProgress, kind)
    rows = _changed_since(kind, progress)
    for row in rows:
        _compare(kind, row.id, row.team_id)
    if rows:
        if kind == "organization":
            _compare_people_of([row.id for row in rows])
        progress = progress or DuplicateProgress(kind=kind)
        progress.changed_at, progress.record_id = rows[-1].changed_at, rows[-1].id
        db.session.add(progress)
        db.session.flush()
    return len(rows)


def _changed_since(kind: str, progress: DuplicateProgress | None) -> list[Any]:
    stmt = sa.select(Record.id, Record.team_id, Record.changed_at).where(Record.kind == kind)
    if progress is not None:
        same = sa.and_(Record.changed_at == progress.changed_at, Record.id > progress.record_id)
        # The first condition alone lets the index start at the right place.
        stmt = stmt.where(
            Record.changed_at >= progress.changed_at, sa.or_(Record.changed_at > progress.changed_at, same)
        )
    return list(db.session.execute(stmt.order_by(Record.changed_at, Record.id).limit(SLICE)))


def _compare_people_of(organization_ids: list[int]) -> None:
    """Compare the people in pairs again: an organization that became confidential is no longer evidence."""
    pair = DuplicatePair
    in_pair = sa.exists().where(sa.or_(pair.a_id == Person.id, pair.b_id == Person.id), pair.state == PairState.open)
    stmt = sa.select(Person.id, Person.team_id).join(Affiliation, Affiliation.person_id == Person.id).distinct()
    for row in db.session.execute(stmt.where(Affiliation.organization_id.in_(organization_ids), in_pair)).all():
        _compare("person", row.id, row.team_id)


def _compare(kind: str, record_id: int, team_id: int | None) -> None:
    """Update the undecided pairs of a record to those that its current name and contact details suggest.

    Only what everyone sees who sees both records is evidence: a pair must not reveal hidden records.
    """
    pair = DuplicatePair
    of_record = sa.or_(pair.a_id == record_id, pair.b_id == record_id)
    existing = {(row.a_id, row.b_id): row for row in db.session.scalars(sa.select(pair).where(of_record))}
    undecided = {ids for ids, row in existing.items() if row.state is PairState.open}
    former = undecided - _store_suspects(kind, record_id, team_id, existing)
    db.session.flush()
    former_ids = [existing[ids].id for ids in former if not _is_suspected_from(kind, sum(ids) - record_id, record_id)]
    if former_ids:  # A pair that was decided in the meantime stays.
        db.session.execute(sa.delete(pair).where(pair.id.in_(former_ids), pair.state == PairState.open))


def _store_suspects(kind: str, record_id: int, team_id: int | None, existing: Mapping[Ids, DuplicatePair]) -> set[Ids]:
    """Add or update the undecided pairs of a record, and return the ids of their records. Pairs keep their own id."""
    stored: set[Ids] = set()
    for candidate in _list_suspects(kind, record_id, team_id):
        ids = (min(record_id, candidate.id), max(record_id, candidate.id))
        row = existing.get(ids)
        if ids not in stored and (row is None or row.state is PairState.open):
            _store_pair(ids, row, candidate)
            stored.add(ids)
    return stored


def _is_suspected_from(kind: str, record_id: int, other_id: int) -> bool:
    """Whether a record is suspected when its counterpart is compared: only that one may have the keys of both."""
    team_id = db.session.scalar(sa.select(Record.team_id).where(Record.id == record_id))
    return any(candidate.id == other_id for candidate in _list_suspects(kind, record_id, team_id))


def _list_suspects(kind: str, record_id: int, team_id: int | None) -> list[SimilarCandidate]:
    """Return the records that are suspected to be the same as a record; [] if it is archived."""
    any_viewer = Actor(None, team_ids=frozenset(() if team_id is None else (team_id,)))
    compared = load_compared(any_viewer, kind, record_id)
    if compared is None:
        return []
    hidden, shared = _find_candidates(any_viewer, compared)
    return [
        candidate
        for candidates, namesakes in ((shared, len(shared)), (hidden, len(shared) + 1))
        for candidate in candidates
        if _is_pair(candidate, namesakes)
    ]


def _find_candidates(
    any_viewer: Actor, compared: ComparedName
) -> tuple[list[SimilarCandidate], list[SimilarCandidate]]:
    """Return the candidates that are hidden from some who see the record, and the others."""
    candidates = find_candidates(SYSTEM, compared)
    stmt = sa.select(Record.id).where(Record.id.in_([candidate.id for candidate in candidates]), visible(any_viewer))
    visible_ids = set(db.session.scalars(stmt)) if candidates else set()
    hidden = [candidate for candidate in candidates if candidate.id not in visible_ids]
    # Only so many are compared, and hidden ones must not displace others.
    return hidden, find_candidates(any_viewer, compared) if hidden else candidates


def _is_pair(candidate: SimilarCandidate, namesakes: int) -> bool:
    return is_suspect(
        candidate.match.score,
        namesakes,
        same_organization=candidate.same_organization,
        same_point=bool(candidate.same_points),
    )


def _store_pair(ids: Ids, row: DuplicatePair | None, candidate: SimilarCandidate) -> None:
    pair = row or DuplicatePair(a_id=ids[0], b_id=ids[1])
    pair.score, pair.reasons = candidate.score, [reason_to_json(reason) for reason in candidate.match.reasons]
    db.session.add(pair)


def load_compared(any_viewer: Actor, kind: str, record_id: int) -> ComparedName | None:
    """Return the name of a record and its contact details and employers that `any_viewer` sees; None if archived."""
    if kind == "organization":
        return _load_organization(record_id)
    columns = (getattr(Person, part) for part in PersonName._fields)
    stmt = sa.select(has_public_contact_details(), *columns)
    row = db.session.execute(stmt.where(Person.id == record_id, Person.archived_at.is_(None))).one_or_none()
    if row is None:
        return None
    is_public, *parts = row
    employers = (
        sa.select(Affiliation.organization_id)
        .join(Record, Record.id == Affiliation.organization_id)
        .where(Affiliation.person_id == record_id, visible(any_viewer))
    )
    name = PersonName(*(part or "" for part in parts))
    points = _load_points(record_id) if is_public else frozenset()
    return ComparedName(kind, name, points, frozenset(db.session.scalars(employers)), record_id)


def _load_points(record_id: int) -> frozenset[Any]:
    points = sa.select(ContactPoint.medium, ContactPoint.value).where(
        ContactPoint.record_id == record_id, ContactPoint.value != ""
    )
    return frozenset((medium, value) for medium, value in db.session.execute(points))


def _load_organization(record_id: int) -> ComparedName | None:
    stmt = sa.select(Organization.name, Organization.native_name)
    row = db.session.execute(stmt.where(Organization.id == record_id, Organization.archived_at.is_(None))).one_or_none()
    if row is None:
        return None
    aliases = tuple(db.session.scalars(sa.select(Alias.name).where(Alias.organization_id == record_id)))
    name = OrganizationName(row.name, row.native_name or "", aliases)
    return ComparedName("organization", name, _load_points(record_id), frozenset(), record_id)
