"""Records like the one in a form, and the list of suspected pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import url_for

from crm.core.data.base import alias, db
from crm.core.data.record import Record, visible
from crm.core.errors import NotFound
from crm.core.forms.similar import SimilarRecord
from crm.core.hooks import SIMILAR_RECORDS
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.names.matching import OrganizationName, PersonName
from crm.organizations.models import Organization

from .candidates import ComparedName, SimilarCandidate, find_candidates, load_related_names, normalized_points
from .models import DuplicatePair
from .policy import ASK_FROM
from .reasons import reason_from_json, reason_text

MAX_SHOWN = 5


def find_similar_people(actor: Actor, values: Mapping[str, Any]) -> list[SimilarRecord]:
    """Return people like the one that a form describes."""
    name = PersonName(*(values.get(part) or "" for part in PersonName._fields))
    return _list_similar(actor, "person", values, name) if name.text else []


def find_similar_organizations(actor: Actor, values: Mapping[str, Any]) -> list[SimilarRecord]:
    """Return organizations like the one that a form describes."""
    aliases = tuple(text for text in values.get("aliases", ()) if text)
    name = OrganizationName(values.get("name") or "", values.get("native_name") or "", aliases)
    return _list_similar(actor, "organization", values, name) if name.texts else []


def _list_similar(actor: Actor, kind: str, values: Mapping[str, Any], name: Any) -> list[SimilarRecord]:
    points = normalized_points(values.get("emails", ()), values.get("phones", ()), values.get("country"))
    organization_id = values.get("organization_id")
    ids = frozenset([organization_id] if isinstance(organization_id, int) else ())
    candidates = find_candidates(actor, ComparedName(kind, name, points, ids))
    return [_similar_record(kind, candidate) for candidate in candidates[:MAX_SHOWN]]


def _similar_record(kind: str, candidate: SimilarCandidate) -> SimilarRecord:
    is_question = bool(candidate.same_points) or candidate.score >= ASK_FROM
    url = url_for(f"desk.{kind}", id=candidate.id)
    reasons = tuple(explain(candidate))
    return SimilarRecord(
        candidate.id, kind, candidate.label, candidate.native, candidate.organization, url, reasons, is_question
    )


def explain(candidate: SimilarCandidate) -> list[str]:
    """Return why a record may be the same, as sentences."""
    texts = [reason_text(reason) for reason in candidate.match.reasons]
    if candidate.same_points and candidate.match.score < ASK_FROM:
        texts.insert(0, _("Another name, but the same phone or email: %(point)s.", point=candidate.same_points[0]))
    elif candidate.same_points:
        texts.append(_("Same phone or email: %(point)s.", point=candidate.same_points[0]))
    if candidate.same_organization:
        texts.append(_("Works at the same organization."))
    return texts


SIMILAR_RECORDS["person"] = find_similar_people
SIMILAR_RECORDS["organization"] = find_similar_organizations


class PairRow(NamedTuple):
    """A suspected pair with both records: id, kind, labels and URLs; why; and where to merge them."""

    id: int
    kind: str
    a: Any
    b: Any
    reasons: list[str]


class PairSide(NamedTuple):
    id: int
    label: str
    native: str
    url: str
    detail: str
    """What tells it apart from a namesake: where a person works, where an organization is."""


def load_pairs(actor: Actor, ids: Sequence[int]) -> list[PairRow]:
    """Return pairs in this order, with both records. The caller has checked that these are visible."""
    first, second = alias(Record, "first_record"), alias(Record, "second_record")
    pair = DuplicatePair
    stmt = (
        sa.select(
            pair.id,
            pair.reasons,
            first.kind,
            first.id.label("a_id"),
            first.label.label("a_label"),
            first.native_label.label("a_native"),
            second.id.label("b_id"),
            second.label.label("b_label"),
            second.native_label.label("b_native"),
        )
        .join(first, first.id == pair.a_id)
        .join(second, second.id == pair.b_id)
        .where(pair.id.in_(ids))
    )
    rows = {row.id: row for row in db.session.execute(stmt)}
    details = _load_details(actor, rows.values())
    return [_pair_row(rows[id], details) for id in ids]


def _load_details(actor: Actor, rows: Iterable[Any]) -> dict[int, str]:
    """Return the organization of people and the place of organizations, by id."""
    ids: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        ids[row.kind] |= {row.a_id, row.b_id}
    employers = load_related_names(actor, "person", sorted(ids["person"]))
    details = {person_id: related[0][1] for person_id, related in employers.items()}
    stmt = sa.select(Organization.id, Organization.city, Organization.country)
    for row in db.session.execute(stmt.where(Organization.id.in_(ids["organization"]))):
        details[row.id] = ", ".join(filter(None, (row.city, formats.country(row.country))))
    return details


def _pair_row(row: Any, details: Mapping[int, str]) -> PairRow:
    a, b = (
        PairSide(i, label, native, url_for(f"desk.{row.kind}", id=i), details.get(i, ""))
        for i, label, native in ((row.a_id, row.a_label, row.a_native), (row.b_id, row.b_label, row.b_native))
    )
    return PairRow(row.id, row.kind, a, b, [reason_from_json(reason) for reason in row.reasons])


def get_pair(actor: Actor, pair_id: int, record_ids: Collection[int] = ()) -> DuplicatePair:
    """Return a pair. Raises NotFound unless both records are visible, and are `record_ids` if given.

    The id of a pair that is no longer suspected can be that of another pair by now.
    """
    pair = db.session.get(DuplicatePair, pair_id)
    ids = {pair.a_id, pair.b_id} if pair else set()
    visible_ids = db.session.scalars(sa.select(Record.id).where(Record.id.in_(ids), visible(actor))) if ids else ()
    if pair is None or set(visible_ids) != ids or (record_ids and set(record_ids) != ids):
        raise NotFound
    return pair
