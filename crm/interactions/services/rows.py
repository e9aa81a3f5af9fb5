"""Set the child rows of an interaction: parties, staff, clients with minutes, items sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, db
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.data.together import run_together
from crm.core.data.visible_records import get_all_visible, read_all_visible
from crm.core.errors import Invalid, NotFound
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.services import list_employer_ids
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
from crm.people.position_dates import lasts_within
from crm.reference.models import Funder

from .details import ClientMinutes, PartyValues

MAX_MINUTES = 24 * 60


def set_staff(children: InteractionChildren, staff_ids: Collection[int]) -> None:
    """Set the users who took part. Raises NotFound for an unknown user."""
    user_ids = list(dict.fromkeys(staff_ids))
    roles = {x.user_id: x.role for x in children.of(InteractionStaff)}
    new_ids = set(user_ids) - {children.row.counselor_id, *roles}
    if new_ids and set(db.session.scalars(sa.select(User.id).where(User.id.in_(new_ids)))) != new_ids:
        raise NotFound
    rows = [{"user_id": i, "role": roles.get(i, StaffRole.attended)} for i in user_ids]
    children.sync_rows(InteractionStaff, rows, lambda x: x.user_id)


def set_sent(children: InteractionChildren, sent: Sequence[tuple[SentKind, str]]) -> None:
    """Set the items handed over or sent."""
    rows = [{"kind": kind, "description": text.strip()[:200]} for kind, text in sent if text and text.strip()]
    children.sync_rows(InteractionSent, rows, lambda x: (x.kind, x.description))


def set_parties(actor: Actor, children: InteractionChildren, parties: Sequence[PartyValues]) -> None:
    """Set the parties with their organization on that day; existing parties keep theirs.

    People hidden from the actor stay. Raises NotFound.
    """
    named_parties = [p for p in parties if p.person_id or p.label or p.organization_id]
    existing = {x.person_id: x for x in children.of(InteractionParty) if x.person_id is not None}
    person_ids = [p.person_id for p in named_parties if p.person_id]
    organization_ids = [p.organization_id for p in named_parties if p.organization_id]
    people, party_organizations, (organizations, clients, team_ids), children.employer_ids = run_together(
        partial(read_all_visible, "person", actor, person_ids),
        partial(read_all_visible, "organization", actor, organization_ids),
        partial(_organizations_of, actor, named_parties, existing, children.row.wall.date()),
        partial(list_employer_ids, actor, person_ids),
    )
    children.team_ids |= {record.id: record.team_id for record in (*people, *party_organizations)} | team_ids
    # Who sees a confidential person is known by the object only.
    children.people |= {p.id: db.session.get_one(Person, p.id) if p.confidential else p for p in people}
    rows = [
        {
            "person_id": party.person_id,
            "organization_id": organization_id,
            "label": party.label,
            "count": max(1, party.count),
            "side": party.side
            or _side_of(existing.get(party.person_id or 0))
            or (PartySide.client if organization_id in clients else PartySide.host),
        }
        for party, organization_id in zip(named_parties, organizations, strict=True)
    ]
    rows += _hidden_parties(actor, [x for i, x in existing.items() if i not in children.people])
    children.sync_rows(
        InteractionParty, rows, lambda x: (x.person_id, x.label, None if x.person_id else x.organization_id)
    )


def _side_of(party: InteractionParty | None) -> PartySide | None:
    return party.side if party else None


def _organizations_of(
    actor: Actor, parties: Sequence[PartyValues], existing: dict[int, InteractionParty], day: date
) -> tuple[list[int | None], set[int], dict[int, int | None]]:
    """Return the organization of each party, which of these are clients, and the teams of those looked up here.

    It is the given one, else the stored one, else the person's on that day.
    """
    organization_ids = {i: x.organization_id for i, x in existing.items() if x.organization_id}
    organization_ids |= {p.person_id: p.organization_id for p in parties if p.person_id and p.organization_id}
    jobs = _jobs_on(actor, {p.person_id for p in parties if p.person_id} - organization_ids.keys(), day)
    organization_ids |= {person_id: job.organization_id for person_id, job in jobs.items()}
    ids = [organization_ids.get(p.person_id) if p.person_id else p.organization_id for p in parties]
    team_ids = {job.organization_id: job.team_id for job in jobs.values()}
    clients = {job.organization_id for job in jobs.values() if job.is_client}
    return ids, clients | _clients_among(i for i in ids if i not in team_ids), team_ids


class PartyEmployer(NamedTuple):
    """The organization at which a person works, its team, and whether it is a client."""

    organization_id: int
    team_id: int | None
    is_client: bool


def _jobs_on(actor: Actor, person_ids: Collection[int], day: date) -> dict[int, PartyEmployer]:
    """Return where people work on a day, as far as the actor sees it: the main position, else any."""
    if not person_ids:
        return {}
    # The last of several wins.
    return {person_id: PartyEmployer(*job) for person_id, *job in _jobs(actor, ids=list(person_ids), day=day)}


@cached_query
def _jobs(viewer: AccessProfile) -> Select:
    ids: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
    day = sa.bindparam("day", type_=sa.Date)
    return (
        sa.select(
            Affiliation.person_id,
            Affiliation.organization_id,
            Organization.team_id,
            _is_client(Affiliation.organization_id),
        )
        .join(Organization, Organization.id == Affiliation.organization_id)
        .where(Affiliation.person_id.in_(ids), visible(viewer, Organization))
        .where(lasts_within(day, day))
        .order_by(Affiliation.main, Affiliation.id)
    )


def _is_client(organization_id: Any) -> sa.ColumnElement[bool]:
    link = OrganizationRoleLink
    return sa.exists().where(link.organization_id == organization_id, link.role == OrganizationRole.client)


def _clients_among(organization_ids: Iterable[int | None]) -> set[int]:
    role_link, ids = OrganizationRoleLink, {i for i in organization_ids if i is not None}
    if not ids:
        return set()
    stmt = sa.select(role_link.organization_id).where(
        role_link.organization_id.in_(ids), role_link.role == OrganizationRole.client
    )
    return set(db.session.scalars(stmt))


def _hidden_parties(actor: Actor, parties: Sequence[InteractionParty]) -> list[dict[str, Any]]:
    """Return the values of existing people who are hidden from the actor."""
    visible_ids = filter_visible(actor, Person, [x.person_id for x in parties])
    names = ("person_id", "organization_id", "label", "count", "side")
    return [{name: getattr(x, name) for name in names} for x in parties if x.person_id not in visible_ids]


def filter_visible(actor: Actor, cls: type[Record], ids: Collection[int | None]) -> set[int]:
    if not ids:
        return set()
    return set(db.session.scalars(sa.select(cls.id).where(cls.id.in_(ids), visible(actor, cls))))


def set_clients(actor: Actor, children: InteractionChildren, clients: Sequence[ClientMinutes]) -> None:
    """Set clients and minutes; clients hidden from the actor stay. Raises NotFound, Invalid."""
    by_id = {c.client_id: c for c in clients}
    children.team_ids |= {record.id: record.team_id for record in get_all_visible(Organization, actor, list(by_id))}
    existing = {x.client_id: x for x in children.of(InteractionClient)}
    rows = [_client_values(actor, existing.get(client.client_id), client) for client in by_id.values()]
    unnamed_ids = existing.keys() - by_id.keys()
    hidden_ids = unnamed_ids - filter_visible(actor, Organization, unnamed_ids)
    times = [
        *_time_rows(children, by_id),
        *_hidden_rows(children.of(InteractionTime), hidden_ids, "user_id", "contact", "prep", "travel"),
    ]
    children.sync_rows(InteractionTime, times, lambda x: (x.client_id, x.user_id))
    hidden_rows = _hidden_rows(existing.values(), hidden_ids, "funder_id", "session_type", "countable")
    children.sync_rows(InteractionClient, [*rows, *hidden_rows], lambda x: x.client_id)


def _hidden_rows(rows: Iterable[Any], client_ids: Collection[int], *names: str) -> list[dict[str, Any]]:
    """Return the stored values of these clients."""
    return [{n: getattr(x, n) for n in ("client_id", *names)} for x in rows if x.client_id in client_ids]


def _client_values(actor: Actor, existing: InteractionClient | None, client: ClientMinutes) -> dict[str, Any]:
    if not all(0 <= minutes <= MAX_MINUTES for minutes in client.minutes):
        raise Invalid(_("Enter minutes from 0 to 1440, such as 15."), "clients")
    funder_id = existing.funder_id if actor.hides_money and existing is not None else client.funder_id
    if funder_id is not None and db.session.get(Funder, funder_id) is None:
        raise NotFound
    return {
        "client_id": client.client_id,
        "funder_id": funder_id,
        "session_type": client.session_type,
        "countable": client.countable,
    }


def _time_rows(children: InteractionChildren, by_id: dict[int, ClientMinutes]) -> list[dict[str, Any]]:
    """Return the minutes by user; stored ones that differ between users stay if the form values are unchanged."""
    time_rows = sorted(children.of(InteractionTime), key=lambda x: x.user_id)
    existing = {(x.client_id, x.user_id): (x.contact, x.prep, x.travel) for x in time_rows}
    rows = []
    for client in by_id.values():
        shown_minutes = next(
            (minutes for (client_id, _u), minutes in existing.items() if client_id == client.client_id), None
        )
        for user_id in (x.user_id for x in children.of(InteractionStaff)):
            own_minutes = existing.get((client.client_id, user_id))
            minutes = own_minutes if own_minutes and shown_minutes == client.minutes else client.minutes
            if any(minutes):
                names = dict(zip(("contact", "prep", "travel"), minutes, strict=True))
                rows.append({"client_id": client.client_id, "user_id": user_id, **names})
    return rows
