"""Queries about China reps and their possible conflicts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db
from crm.core.data.pointers import declare_pointers, may_have_rows
from crm.core.data.record import Record, get_visible, visible
from crm.core.policy import Actor
from crm.organizations.models import OrganizationSector
from crm.people.models import Representation
from crm.people.policy import (
    Exclusivity,
    RepresentationKind,
    RepresentationStatus,
)
from crm.people.position_dates import is_over
from crm.people.territories import territories_overlap
from crm.reference.models import Sector


class RepresentationRow(NamedTuple):
    """A China rep as shown on pages of clients, people and organizations."""

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
    """Another representation by the same person or organization; `label` is None if it is another team's."""

    id: int
    client_id: int
    label: str | None
    is_overlapping: bool
    """Whether the territories may overlap."""
    shared_sectors: tuple[str, ...]
    """Names of the sectors of both clients."""


REPRESENTED = declare_pointers(
    *(Representation.__table__.c[name] for name in ("client_id", "person_id", "organization_id"))
)


def list_representations(actor: Actor, record_id: int) -> list[RepresentationRow]:
    """Return the representations of a client, or those by a person or an organization; ended ones last.

    A client, person or organization that the actor may not see is None.
    """
    if not may_have_rows(record_id, REPRESENTED):
        return []
    return [RepresentationRow._make(row) for row in _representations(actor, record=record_id)]


@cached_query
def _representations(viewer: AccessProfile) -> Select:
    rep, record = Representation, sa.bindparam("record", type_=sa.Integer)
    about = sa.or_(rep.client_id == record, rep.person_id == record, rep.organization_id == record)
    return (
        _select_representations(viewer)
        .where(about, rep.archived_at.is_(None))
        .order_by(rep.status == RepresentationStatus.ended, rep.id)
    )


def visible_representations(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """Select the China reps the viewer may see."""
    return sa.select(Representation).where(visible(viewer, Representation))


def load_representations(actor: Actor, ids: Collection[int]) -> list[RepresentationRow]:
    """Return the China reps with these ids, archived or not."""
    return [
        RepresentationRow._make(row)
        for row in db.session.execute(_select_representations(actor).where(Representation.id.in_(ids)))
    ]


def load_representation(actor: Actor, representation: Representation) -> RepresentationRow:
    """Return the row of one China rep, archived or not."""
    return RepresentationRow._make(
        db.session.execute(_select_representations(actor).where(Representation.id == representation.id)).one()
    )


def _select_representations(actor: Actor | AccessProfile) -> sa.Select[Any]:
    client, person, organization = (alias(Record, f"rep_{name}") for name in ("client", "person", "organization"))
    rep = Representation
    columns: list[Any] = [
        rep.id,
        rep.client_id,
        client.label,
        person.id,
        person.label,
        person.native_label,
        organization.id,
        organization.label,
        rep.rep_kind,
        rep.status,
        rep.territory,
        rep.exclusive,
        rep.to_on,
        rep.may_quote,
        rep.mark_owner,
    ]
    return (
        sa.select(*columns)
        .select_from(rep)
        .outerjoin(client, sa.and_(client.id == rep.client_id, visible(actor, client)))
        .outerjoin(person, sa.and_(person.id == rep.person_id, visible(actor, person)))
        .outerjoin(organization, sa.and_(organization.id == rep.organization_id, visible(actor, organization)))
        .where(visible(actor, rep))
    )


def list_rivals(actor: Actor, representation: Representation) -> list[RivalRow]:
    """Return the active and proposed representations of other clients by the same person or organization.

    One past its end date is left out.
    Another team's has no label; a confidential one is left out. Runs two statements.
    """
    rep = Representation
    same = [
        c == x
        for c, x in ((rep.person_id, representation.person_id), (rep.organization_id, representation.organization_id))
        if x
    ]
    if not same:
        return []
    stmt = (
        sa.select(rep.id, rep.client_id, sa.case((visible(actor, rep), rep.label)), rep.territory)
        .where(sa.or_(*same), rep.id != representation.id, rep.client_id != representation.client_id)
        .where(rep.archived_at.is_(None), rep.status.in_((RepresentationStatus.active, RepresentationStatus.proposed)))
        .where(sa.or_(rep.to_on.is_(None), rep.to_on >= clock.today(actor.zone)))
        .where(sa.or_(visible(actor, rep), sa.not_(rep.confidential)))
        .order_by(rep.id)
    )
    rows = db.session.execute(stmt).all()
    shared_sectors = _shared_sectors(representation.client_id, {row[1] for row in rows})
    return [
        RivalRow(
            i,
            client_id,
            label,
            territories_overlap(territory, representation.territory),
            tuple(shared_sectors.get(client_id, ())),
        )
        for i, client_id, label, territory in rows
    ]


def list_exclusive_conflicts(
    actor: Actor, client_id: int, territory: str | None, exclusive: Exclusivity, *, except_id: int | None = None
) -> list[RepresentationRow]:
    """Return a client's other active and proposed reps in a territory that conflict with an exclusive one.

    These are all of them if the rep is to be exclusive, else those that are exclusive. One past its end date no longer
    conflicts.
    """
    today = clock.today(actor.zone)
    return [
        row
        for row in list_representations(actor, client_id)
        if row.client_id == client_id
        and row.id != except_id
        and row.status is not RepresentationStatus.ended
        and not is_over(row.to_on, today)
        and Exclusivity.yes in (exclusive, row.exclusive)
        and territories_overlap(row.territory, territory)
    ]


def _shared_sectors(client_id: int, other_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the names of the sectors that a client has in common with other clients, by client."""
    link = OrganizationSector
    own_sector_ids = sa.select(link.sector_id).where(link.organization_id == client_id)
    stmt = (
        sa.select(link.organization_id, Sector.name)
        .join(Sector, Sector.id == link.sector_id)
        .where(link.organization_id.in_(other_ids), link.sector_id.in_(own_sector_ids))
        .order_by(Sector.name)
    )
    names_by_client: dict[int, list[str]] = {}
    for other, name in db.session.execute(stmt):
        names_by_client.setdefault(other, []).append(name)
    return names_by_client


def get_representation(actor: Actor, representation_id: int, right: str | None = None) -> Representation:
    """Return one China rep. Raises NotFound, Forbidden."""
    return get_visible(Representation, actor, representation_id, right)
