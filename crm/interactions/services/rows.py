"""The rows under a contact: parties, staff, clients with minutes, what was sent. What stays the same is left alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.core.errors import Invalid, NotFound
from crm.core.identity import User
from crm.core.policy import Actor
from crm.core.record import get_visible, visible
from crm.core.words import _
from crm.interactions.models import (
    Interaction,
    InteractionClient,
    InteractionParty,
    InteractionSent,
    InteractionStaff,
    InteractionTime,
)
from crm.interactions.policy import PartySide, SentKind, StaffRole
from crm.organizations.models import Organization, OrganizationRoleHeld
from crm.organizations.policy import OrganizationRole
from crm.people.models import Affiliation, Person
from crm.people.queries import person
from crm.reference.models import Funder

from .told import ForClient, Party

MOST_MINUTES = 24 * 60


def _keep(cls: Any, row: Interaction, wanted: Sequence[dict[str, Any]], key: Callable[[Any], Hashable]) -> None:
    """Make `wanted` the rows of a table under the contact; `key` tells which kept row is which wanted one."""
    held = {key(x): x for x in db.session.scalars(sa.select(cls).where(cls.interaction_id == row.id))}
    seen = set()
    for values in wanted:
        made = cls(interaction_id=row.id, **values)
        known = held.get(key(made))
        seen.add(key(made))
        if known is None:
            db.session.add(made)
            held[key(made)] = made
            continue
        for name, value in values.items():
            setattr(known, name, value)
    for gone in held.keys() - seen:
        db.session.delete(held[gone])
    db.session.flush()


def set_staff(row: Interaction, staff_ids: Collection[int]) -> None:
    """Say who of us took part. Raises NotFound for nobody we know."""
    wanted = list(dict.fromkeys(staff_ids))
    known = set(db.session.scalars(sa.select(User.id).where(User.id.in_(wanted))))
    if known != set(wanted):
        raise NotFound
    roles = dict(_staff_roles(row))
    rows = [{"user_id": i, "role": roles.get(i, StaffRole.attended)} for i in wanted]
    _keep(InteractionStaff, row, rows, lambda x: x.user_id)


def _staff_roles(row: Interaction) -> list[tuple[int, StaffRole]]:
    asked = sa.select(InteractionStaff.user_id, InteractionStaff.role)
    return list(db.session.execute(asked.where(InteractionStaff.interaction_id == row.id)))


def set_sent(row: Interaction, sent: Sequence[tuple[SentKind, str]]) -> None:
    """Say what was handed over or sent."""
    rows = [{"kind": kind, "what": what.strip()[:200]} for kind, what in sent if what and what.strip()]
    _keep(InteractionSent, row, rows, lambda x: (x.kind, x.what))


def set_parties(actor: Actor, row: Interaction, parties: Sequence[Party]) -> None:
    """Keep each party with the organization of that day; one already kept keeps the one it has.

    A person whom the actor may not know of stays. Raises NotFound.
    """
    held = db.session.scalars(sa.select(InteractionParty).where(InteractionParty.interaction_id == row.id))
    kept = {x.person_id: (x.organization_id, x.side) for x in held if x.person_id is not None}
    named = [p for p in parties if p.person_id or p.label or p.organization_id]
    rows = [_party(actor, row, party, kept) for party in named]
    rows += _unseen(actor, row, {party.person_id for party in parties})
    _keep(InteractionParty, row, rows, lambda x: (x.person_id, x.label, None if x.person_id else x.organization_id))


def _party(
    actor: Actor, row: Interaction, party: Party, kept: dict[int, tuple[int | None, PartySide]]
) -> dict[str, Any]:
    organization_id, side = party.organization_id, party.side
    if organization_id is not None:
        get_visible(Organization, actor, organization_id)
    if party.person_id is not None:
        who = person(actor, party.person_id)
        firm_id, kept_side = kept.get(who.id, (None, None))
        organization_id = organization_id or firm_id or organization_on(who.id, row.wall.date())
        side = side or kept_side
        row.confidential = row.confidential or (who.confidential and row.team_id is not None)
    return {
        "person_id": party.person_id, "organization_id": organization_id, "label": party.label,
        "count": max(1, party.count), "side": side or _side_of(organization_id),
    }  # fmt: skip


def _side_of(organization_id: int | None) -> PartySide:
    held = OrganizationRoleHeld
    asked = sa.select(held.role).where(held.organization_id == organization_id, held.role == OrganizationRole.client)
    return PartySide.client if organization_id and db.session.scalar(asked) is not None else PartySide.host


def _unseen(actor: Actor, row: Interaction, named: set[int | None]) -> list[dict[str, Any]]:
    """The people kept whom the actor cannot have named, because they may not be known."""
    asked = (
        sa.select(InteractionParty)
        .join(Person, Person.id == InteractionParty.person_id)
        .where(InteractionParty.interaction_id == row.id, sa.not_(visible(actor, Person)))
    )
    names = ("person_id", "organization_id", "label", "count", "side")
    found = [x for x in db.session.scalars(asked) if x.person_id not in named]
    return [{name: getattr(x, name) for name in names} for x in found]


def organization_on(person_id: int, day: date) -> int | None:
    """Where a person worked on a day: the main job of then, else any job of then."""
    asked = (
        sa.select(Affiliation.organization_id)
        .where(Affiliation.person_id == person_id)
        .where(sa.or_(Affiliation.from_on.is_(None), Affiliation.from_on <= day))
        .where(sa.or_(Affiliation.to_on.is_(None), Affiliation.to_on >= day))
        .order_by(Affiliation.main.desc(), Affiliation.id.desc())
        .limit(1)
    )
    return db.session.scalar(asked)


def set_clients(actor: Actor, row: Interaction, clients: Sequence[ForClient]) -> None:
    """Say for which clients it was, and the minutes; one the actor may not know of stays. Raises NotFound, Invalid."""
    told = {c.client_id: c for c in clients}
    made = [_client(actor, row, client) for client in told.values()]
    staff = [i for i, _role in _staff_roles(row)]
    unseen, theirs = _unseen_clients(actor, row)
    _keep(InteractionTime, row, [*_times(row, told, staff), *theirs], lambda x: (x.client_id, x.user_id))
    _keep(InteractionClient, row, [*made, *unseen], lambda x: x.client_id)


def _unseen_clients(actor: Actor, row: Interaction) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The clients kept whom the actor cannot have named, and their minutes."""
    named = sa.select(InteractionClient.client_id).where(InteractionClient.interaction_id == row.id)
    hidden = sa.select(Organization.id).where(Organization.id.in_(named), sa.not_(visible(actor, Organization)))

    def kept(cls: Any, *names: str) -> list[dict[str, Any]]:
        asked = sa.select(cls).where(cls.interaction_id == row.id, cls.client_id.in_(hidden))
        return [{name: getattr(x, name) for name in names} for x in db.session.scalars(asked)]

    return (
        kept(InteractionClient, "client_id", "funder_id", "session_type", "countable"),
        kept(InteractionTime, "client_id", "user_id", "contact", "prep", "travel"),
    )


def _client(actor: Actor, row: Interaction, client: ForClient) -> dict[str, Any]:
    firm = get_visible(Organization, actor, client.client_id)
    row.confidential = row.confidential or (firm.confidential and row.team_id is not None)
    if not all(0 <= minutes <= MOST_MINUTES for minutes in client.minutes):
        raise Invalid(_("Write minutes as a number from 0 to 1440, such as 15."), "clients")
    held = db.session.get(InteractionClient, (row.id, firm.id))
    funder_id = held.funder_id if actor.hides_money and held is not None else client.funder_id
    if funder_id is not None and db.session.get(Funder, funder_id) is None:
        raise NotFound
    return {
        "client_id": firm.id, "funder_id": funder_id, "session_type": client.session_type,
        "countable": client.countable,
    }  # fmt: skip


def _times(row: Interaction, told: dict[int, ForClient], staff: list[int]) -> list[dict[str, Any]]:
    """The minutes of each of us; kept ones that differ between us stay while the shown ones are not changed."""
    asked = sa.select(InteractionTime).where(InteractionTime.interaction_id == row.id).order_by(InteractionTime.user_id)
    held = {(x.client_id, x.user_id): (x.contact, x.prep, x.travel) for x in db.session.scalars(asked)}
    rows = []
    for client in told.values():
        shown = next((minutes for (client_id, _u), minutes in held.items() if client_id == client.client_id), None)
        for user_id in staff:
            kept = held.get((client.client_id, user_id))
            minutes = kept if kept and shown == client.minutes else client.minutes
            if any(minutes):
                names = dict(zip(("contact", "prep", "travel"), minutes, strict=True))
                rows.append({"client_id": client.client_id, "user_id": user_id, **names})
    return rows
