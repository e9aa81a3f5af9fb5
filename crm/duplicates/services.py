"""Find suspected pairs of changed records, and remember decisions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.policy import SYSTEM, Actor
from crm.names.matching import OrganizationName, PersonName
from crm.organizations.models import Alias, Organization
from crm.people.models import Affiliation, Person
from crm.records.models import ContactPoint

from .candidates import ComparedName, SimilarCandidate, find_candidates
from .models import DuplicatePair, DuplicateProgress
from .policy import PairState, is_suspect
from .reasons import reason_to_json

SLICE = 100
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
        _compare(kind, row.id)
    if rows:
        progress = progress or DuplicateProgress(kind=kind)
        progress.changed_at, progress.record_id = rows[-1].changed_at, rows[-1].id
        db.session.add(progress)
        db.session.flush()
    return len(rows)


def _changed_since(kind: str, progress: DuplicateProgress | None) -> list[Any]:
    stmt = sa.select(Record.id, Record.changed_at).where(Record.kind == kind)
    if progress is not None:
        same = sa.and_(Record.changed_at == progress.changed_at, Record.id > progress.record_id)
        # The first condition alone lets the index start at the right place.
        stmt = stmt.where(
            Record.changed_at >= progress.changed_at, sa.or_(Record.changed_at > progress.changed_at, same)
        )
    return list(db.session.execute(stmt.order_by(Record.changed_at, Record.id).limit(SLICE)))


def _compare(kind: str, record_id: int) -> None:
    """Replace the undecided pairs of a record by those that its current name and contact details suggest."""
    pair = DuplicatePair
    of_record = sa.or_(pair.a_id == record_id, pair.b_id == record_id)
    db.session.execute(sa.delete(pair).where(of_record, pair.state == PairState.open))
    compared = load_compared(kind, record_id)
    if compared is None:
        return
    candidates = find_candidates(SYSTEM, compared)
    decided = {other for row in db.session.execute(sa.select(pair.a_id, pair.b_id).where(of_record)) for other in row}
    for candidate in candidates:
        if candidate.id not in decided and _is_pair(candidate, len(candidates)):
            _add_pair(record_id, candidate)
    db.session.flush()


def _is_pair(candidate: SimilarCandidate, namesakes: int) -> bool:
    return is_suspect(
        candidate.match.score,
        namesakes,
        same_organization=candidate.same_organization,
        same_point=bool(candidate.same_points),
    )


def _add_pair(record_id: int, candidate: SimilarCandidate) -> None:
    a, b = sorted((record_id, candidate.id))
    reasons = [reason_to_json(reason) for reason in candidate.match.reasons]
    db.session.add(DuplicatePair(a_id=a, b_id=b, score=candidate.score, reasons=reasons))


def load_compared(kind: str, record_id: int) -> ComparedName | None:
    """Return the name and contact details of a record; None if it is archived."""
    points = sa.select(ContactPoint.medium, ContactPoint.value).where(
        ContactPoint.record_id == record_id, ContactPoint.value != ""
    )
    values = frozenset((medium, value) for medium, value in db.session.execute(points))
    if kind == "organization":
        return _load_organization(record_id, values)
    person = Person
    columns = (getattr(person, part) for part in PersonName._fields)
    stmt = sa.select(*columns).where(person.id == record_id, person.archived_at.is_(None))
    row = db.session.execute(stmt).one_or_none()
    if row is None:
        return None
    employers = sa.select(Affiliation.organization_id).where(Affiliation.person_id == record_id)
    name = PersonName(*(part or "" for part in row))
    return ComparedName(kind, name, values, frozenset(db.session.scalars(employers)), record_id)


def _load_organization(record_id: int, values: frozenset[Any]) -> ComparedName | None:
    stmt = sa.select(Organization.name, Organization.native_name)
    row = db.session.execute(stmt.where(Organization.id == record_id, Organization.archived_at.is_(None))).one_or_none()
    if row is None:
        return None
    aliases = tuple(db.session.scalars(sa.select(Alias.name).where(Alias.organization_id == record_id)))
    name = OrganizationName(row.name, row.native_name or "", aliases)
    return ComparedName("organization", name, values, frozenset(), record_id)
