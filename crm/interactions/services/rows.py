"""The rows under a contact: parties, staff, clients with minutes, what was sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import Record, get_all_visible, visible
from crm.core.errors import Invalid, NotFound
from crm.core.policy import Actor
from crm.core.words import _
from crm.interactions.children import InteractionChildren
from crm.interactions.models import (
    InteractionClient,
    InteractionParty,
    InteractionSent,
    InteractionStaff,
    InteractionTime,
)
from crm.interactions.policy import PartySide, SentKind, StaffRole
from crm.organizations.models import Organization, OrganizationRoleLink
from crm.organizations.policy import OrganizationRole
from crm.people.models import Affiliation, Person
from crm.reference.models import Funder

from .details import ForClient, PartyValues

MAX_MINUTES = 24 * 60


def set_staff(under: InteractionChildren, staff_ids: Collection[int]) -> None:
    """Say who of us took part. Raises NotFound for nobody we know."""
    wanted = list(dict.fromkeys(staff_ids))
    known = set(db.session.scalars(sa.select(User.id).where(User.id.in_(wanted))))
    if known != set(wanted):
        raise NotFound
    roles = {x.user_id: x.role for x in under.of(InteractionStaff)}
    rows = [{"user_id": i, "role": roles.get(i, StaffRole.attended)} for i in wanted]
    under.keep(InteractionStaff, rows, lambda x: x.user_id)


def set_sent(under: InteractionChildren, sent: Sequence[tuple[SentKind, str]]) -> None:
    """Say what was handed over or sent."""
    rows = [{"kind": kind, "what": what.strip()[:200]} for kind, what in sent if what and what.strip()]
    under.keep(InteractionSent, rows, lambda x: (x.kind, x.what))


def set_parties(actor: Actor, under: InteractionChildren, parties: Sequence[PartyValues]) -> None:
    """Keep each party with the organization of that day; one already kept keeps the one it has.

    A person whom the actor may not know of stays. Raises NotFound.
    """
    named = [p for p in parties if p.person_id or p.label or p.organization_id]
    people = get_all_visible(Person, actor, [p.person_id for p in named if p.person_id])
    get_all_visible(Organization, actor, [p.organization_id for p in named if p.organization_id])
    under.people |= {p.id: p for p in people}
    kept = {x.person_id: x for x in under.of(InteractionParty) if x.person_id is not None}
    organizations = _firms_of(actor, named, kept, under.row.wall.date())
    clients = _clients_among(organizations)
    rows = [
        {
            "person_id": party.person_id,
            "organization_id": firm_id,
            "label": party.label,
            "count": max(1, party.count),
            "side": party.side
            or _kept_side(kept.get(party.person_id or 0))
            or (PartySide.client if firm_id in clients else PartySide.host),
        }
        for party, firm_id in zip(named, organizations, strict=True)
    ]
    rows += _unseen(actor, [x for i, x in kept.items() if i not in under.people])
    under.keep(InteractionParty, rows, lambda x: (x.person_id, x.label, None if x.person_id else x.organization_id))


def _kept_side(held: InteractionParty | None) -> PartySide | None:
    return held.side if held else None


def _firms_of(
    actor: Actor, named: Sequence[PartyValues], kept: dict[int, InteractionParty], day: date
) -> list[int | None]:
    """At which organization each party is: the one told, else the one kept, else where the person worked that day."""
    at = {i: x.organization_id for i, x in kept.items() if x.organization_id}
    at |= {p.person_id: p.organization_id for p in named if p.person_id and p.organization_id}
    at |= _jobs_on(actor, {p.person_id for p in named if p.person_id} - at.keys(), day)
    return [at.get(p.person_id) if p.person_id else p.organization_id for p in named]


def _jobs_on(actor: Actor, person_ids: Collection[int], day: date) -> dict[int, int]:
    """Where people worked on a day, as far as the actor may know: the main job of then, else any job of then."""
    if not person_ids:
        return {}
    stmt = (
        sa.select(Affiliation.person_id, Affiliation.organization_id)
        .join(Organization, Organization.id == Affiliation.organization_id)
        .where(Affiliation.person_id.in_(person_ids), visible(actor, Organization))
        .where(sa.or_(Affiliation.from_on.is_(None), Affiliation.from_on <= day))
        .where(sa.or_(Affiliation.to_on.is_(None), Affiliation.to_on >= day))
        .order_by(Affiliation.main, Affiliation.id)
    )
    # Of several the last one stays.
    return dict(db.session.execute(stmt).all())


def _clients_among(organization_ids: Iterable[int | None]) -> set[int]:
    held, ids = OrganizationRoleLink, {i for i in organization_ids if i is not None}
    if not ids:
        return set()
    stmt = sa.select(held.organization_id).where(held.organization_id.in_(ids), held.role == OrganizationRole.client)
    return set(db.session.scalars(stmt))


def _unseen(actor: Actor, others: Sequence[InteractionParty]) -> list[dict[str, Any]]:
    """The people kept whom the actor cannot have named, because they may not be known."""
    seen = filter_visible(actor, Person, [x.person_id for x in others])
    names = ("person_id", "organization_id", "label", "count", "side")
    return [{name: getattr(x, name) for name in names} for x in others if x.person_id not in seen]


def filter_visible(actor: Actor, cls: type[Record], ids: Collection[int | None]) -> set[int]:
    """Those of the records that the actor may know of."""
    if not ids:
        return set()
    return set(db.session.scalars(sa.select(cls.id).where(cls.id.in_(ids), visible(actor, cls))))


def set_clients(actor: Actor, under: InteractionChildren, clients: Sequence[ForClient]) -> None:
    """Say for which clients it was, and the minutes; one the actor may not know of stays. Raises NotFound, Invalid."""
    told = {c.client_id: c for c in clients}
    get_all_visible(Organization, actor, list(told))
    held = {x.client_id: x for x in under.of(InteractionClient)}
    made = [_client(actor, held.get(client.client_id), client) for client in told.values()]
    others = held.keys() - told.keys()
    hidden = others - filter_visible(actor, Organization, others)
    times = [*_times(under, told), *_rows(under.of(InteractionTime), hidden, "user_id", "contact", "prep", "travel")]
    under.keep(InteractionTime, times, lambda x: (x.client_id, x.user_id))
    unseen = _rows(held.values(), hidden, "funder_id", "session_type", "countable")
    under.keep(InteractionClient, [*made, *unseen], lambda x: x.client_id)


def _rows(held: Iterable[Any], client_ids: Collection[int], *names: str) -> list[dict[str, Any]]:
    """What is kept of clients whom the actor cannot have named."""
    return [{n: getattr(x, n) for n in ("client_id", *names)} for x in held if x.client_id in client_ids]


def _client(actor: Actor, held: InteractionClient | None, client: ForClient) -> dict[str, Any]:
    if not all(0 <= minutes <= MAX_MINUTES for minutes in client.minutes):
        raise Invalid(_("Enter minutes from 0 to 1440, such as 15."), "clients")
    funder_id = held.funder_id if actor.hides_money and held is not None else client.funder_id
    if funder_id is not None and db.session.get(Funder, funder_id) is None:
        raise NotFound
    return {
        "client_id": client.client_id,
        "funder_id": funder_id,
        "session_type": client.session_type,
        "countable": client.countable,
    }


def _times(under: InteractionChildren, told: dict[int, ForClient]) -> list[dict[str, Any]]:
    """The minutes of each of us; kept ones that differ between us stay while the shown ones are not changed."""
    kept_rows = sorted(under.of(InteractionTime), key=lambda x: x.user_id)
    held = {(x.client_id, x.user_id): (x.contact, x.prep, x.travel) for x in kept_rows}
    rows = []
    for client in told.values():
        shown = next((minutes for (client_id, _u), minutes in held.items() if client_id == client.client_id), None)
        for user_id in (x.user_id for x in under.of(InteractionStaff)):
            kept = held.get((client.client_id, user_id))
            minutes = kept if kept and shown == client.minutes else client.minutes
            if any(minutes):
                names = dict(zip(("contact", "prep", "travel"), minutes, strict=True))
                rows.append({"client_id": client.client_id, "user_id": user_id, **names})
    return rows
