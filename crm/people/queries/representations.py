"""China reps, and what they might conflict with."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, question
from crm.core.data.base import Select, alias, db
from crm.core.data.record import Record, get_visible, visible
from crm.core.policy import Actor
from crm.organizations.models import OrganizationSector
from crm.people.models import Representation
from crm.people.policy import (
    Exclusivity,
    RepresentationKind,
    RepresentationStatus,
)
from crm.reference.models import Sector


class RepresentationRow(NamedTuple):
    """A China rep as pages of clients, people and firms show it."""

    id: int
    client_id: int
    client: str | None
    person_id: int | None
    person: str | None
    native_person: str | None
    organization_id: int | None
    organization: str | None
    kind: RepresentationKind
    status: RepresentationStatus
    territory: str | None
    exclusive: Exclusivity
    to_on: date | None
    may_quote: bool
    mark_owner: str | None


class RivalRow(NamedTuple):
    """Another representation by the same person or firm; without a label it is another team's."""

    id: int
    client_id: int
    label: str | None
    is_overlapping: bool
    """Whether the territories may be the same."""
    shared_sectors: tuple[str, ...]
    """Lines of business that both clients are in."""


def list_representations(actor: Actor, record_id: int) -> list[RepresentationRow]:
    """China reps of a client, or what a person or firm stands for; those that ended last.

    A client, person or firm that the actor may not know of is None.
    """
    return [RepresentationRow._make(row) for row in _representations(actor, record=record_id)]


@question
def _representations(who: AccessProfile) -> Select:
    R, record = Representation, sa.bindparam("record", type_=sa.Integer)  # noqa: N806 - read often below
    about = sa.or_(R.client_id == record, R.person_id == record, R.firm_id == record)
    return (
        _select_representations(who)
        .where(about, R.archived_at.is_(None))
        .order_by(R.status == RepresentationStatus.ended, R.id)
    )


def visible_representations(actor: Actor) -> sa.Select[Any]:
    """China reps the actor may know of."""
    return sa.select(Representation).where(visible(actor, Representation))


def load_representations(actor: Actor, ids: Collection[int]) -> list[RepresentationRow]:
    """China reps of these numbers, archived or not, as pages show them."""
    return [
        RepresentationRow._make(row)
        for row in db.session.execute(_select_representations(actor).where(Representation.id.in_(ids)))
    ]


def load_representation(actor: Actor, representation: Representation) -> RepresentationRow:
    """One China rep, archived or not, as pages show it."""
    return RepresentationRow._make(
        db.session.execute(_select_representations(actor).where(Representation.id == representation.id)).one()
    )


def _select_representations(actor: Actor | AccessProfile) -> sa.Select[Any]:
    client, who, organization = (alias(Record, f"rep_{name}") for name in ("client", "who", "firm"))
    R = Representation  # noqa: N806 - read a dozen times below
    columns: list[Any] = [
        R.id,
        R.client_id,
        client.label,
        who.id,
        who.label,
        who.native_label,
        organization.id,
        organization.label,
        R.rep_kind,
        R.status,
        R.territory,
        R.exclusive,
        R.to_on,
        R.may_quote,
        R.mark_owner,
    ]
    return (
        sa.select(*columns)
        .select_from(R)
        .outerjoin(client, sa.and_(client.id == R.client_id, visible(actor, client)))
        .outerjoin(who, sa.and_(who.id == R.person_id, visible(actor, who)))
        .outerjoin(organization, sa.and_(organization.id == R.firm_id, visible(actor, organization)))
        .where(visible(actor, R))
    )


def list_rivals(actor: Actor, representation: Representation) -> list[RivalRow]:
    """Other running representations, of other clients, by the same person or firm.

    Another team's has no label, a confidential one leaves no trace. Two statements.
    """
    R = Representation  # noqa: N806 - read often below
    same = [c == x for c, x in ((R.person_id, representation.person_id), (R.firm_id, representation.firm_id)) if x]
    if not same:
        return []
    stmt = (
        sa.select(R.id, R.client_id, sa.case((visible(actor, R), R.label)), R.territory)
        .where(sa.or_(*same), R.id != representation.id, R.client_id != representation.client_id)
        .where(R.archived_at.is_(None), R.status.in_((RepresentationStatus.active, RepresentationStatus.proposed)))
        .where(sa.or_(visible(actor, R), sa.not_(R.confidential)))
        .order_by(R.id)
    )
    rows = db.session.execute(stmt).all()
    lines = _shared_sectors(representation.client_id, {row[1] for row in rows})
    return [
        RivalRow(
            i,
            client_id,
            label,
            _territories_overlap(territory, representation.territory),
            tuple(lines.get(client_id, ())),
        )
        for i, client_id, label, territory in rows
    ]


def _shared_sectors(client_id: int, others: Collection[int]) -> dict[int, list[str]]:
    """Names of the lines of business that a client has in common with others, by the other."""
    held = OrganizationSector
    mine = sa.select(held.sector_id).where(held.organization_id == client_id)
    stmt = (
        sa.select(held.organization_id, Sector.name)
        .join(Sector, Sector.id == held.sector_id)
        .where(held.organization_id.in_(others), held.sector_id.in_(mine))
        .order_by(Sector.name)
    )
    found: dict[int, list[str]] = {}
    for other, name in db.session.execute(stmt):
        found.setdefault(other, []).append(name)
    return found


def _territories_overlap(one: str | None, other: str | None) -> bool:
    if not one or not other:
        return True
    a, b = one.casefold(), other.casefold()
    return "china" in (a, b) or a in b or b in a


def get_representation(actor: Actor, representation_id: int, right: str | None = None) -> Representation:
    """One China rep. Raises NotFound, Forbidden."""
    return get_visible(Representation, actor, representation_id, right)
