"""Log thousands of interactions in few statements, with the same result as `log_interaction`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm import calendars, names
from crm.core.data.base import db
from crm.core.data.bulk import BulkInsert
from crm.core.data.chunks import chunked
from crm.core.data.record import Record, visible
from crm.core.data.record_names import naming
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.interactions.dates import update_last_dates
from crm.interactions.models import (
    Interaction,
    InteractionClient,
    InteractionLink,
    InteractionParty,
    InteractionStaff,
    InteractionTime,
)
from crm.interactions.policy import InteractionState, PartySide
from crm.organizations.models import Organization, OrganizationRoleLink
from crm.organizations.policy import OrganizationRole
from crm.people.models import Affiliation

from .details import ClientMinutes, InteractionDetails, PartyValues
from .log import NO_TEAM, PLAIN, default_subject, log_interaction


class InteractionToLog(NamedTuple):
    """Arguments of one interaction. It names only records visible to the actor and closes no follow-ups."""

    uid: str
    values: Mapping[str, Any]
    details: InteractionDetails


class _PrefetchedRecord(NamedTuple):
    label: str
    native_label: str
    team_id: int | None
    confidential: bool


class _PrefetchedAffiliation(NamedTuple):
    organization_id: int
    from_on: date | None
    to_on: date | None


@dataclass
class _Prefetched:
    """Data of all named people and organizations, loaded once."""

    records: dict[int, _PrefetchedRecord] = field(default_factory=dict)
    clients: set[int] = field(default_factory=set)
    affiliations: dict[int, list[_PrefetchedAffiliation]] = field(default_factory=dict)

    def organization_on(self, person_id: int, day: date) -> int | None:
        """Return the organization of a person on a day, as `rows` does for one interaction."""
        current = (j for j in self.affiliations.get(person_id, ()) if (j.from_on or day) <= day <= (j.to_on or day))
        return next((j.organization_id for j in current), None)

    def side_of(self, organization_id: int | None) -> PartySide:
        """Return the client's side or the host's."""
        return PartySide.client if organization_id in self.clients else PartySide.host


def log_interactions(actor: Actor, items: Sequence[InteractionToLog]) -> list[int]:
    """Log interactions; return their ids in the same order. Raises Invalid, NotFound as `log_interaction` does.

    Interactions that name a confidential record are logged one by one, because their readers must be computed.
    """
    prefetched = _prefetch(actor, {i for item in items for i in _ids(item.details)})
    ids = [0] * len(items)
    bulk = BulkInsert(db.session())
    changed_ids: set[int] = set()
    for index, item in enumerate(items):
        if not _is_confidential(item, prefetched):
            ids[index], links = _add(bulk, actor, item, prefetched)
            changed_ids |= links
    bulk.write()
    for index, item in enumerate(items):
        ids[index] = ids[index] or log_interaction(actor, item.values, item.details, uid=item.uid).id
    for part in chunked(sorted(changed_ids)):
        update_last_dates(part)
    return ids


def _is_confidential(item: InteractionToLog, prefetched: _Prefetched) -> bool:
    """Whether a named record, or the organization of a person on that day, is confidential."""
    day, parties = item.values["wall"].date(), item.details.parties or ()
    employer_ids = (
        prefetched.organization_on(p.person_id, day) for p in parties if p.person_id and not p.organization_id
    )
    return any(prefetched.records[i].confidential for i in (*_ids(item.details), *employer_ids) if i)


def _ids(details: InteractionDetails) -> Iterator[int]:
    for party in details.parties or ():
        yield from (i for i in (party.person_id, party.organization_id) if i)
    yield from (client.client_id for client in details.clients or ())


def _prefetch(actor: Actor, ids: set[int]) -> _Prefetched:
    prefetched, role_link = _Prefetched(_load_records(ids)), OrganizationRoleLink
    for part in chunked(sorted(ids)):
        stmt = sa.select(Affiliation.person_id, Affiliation.organization_id, Affiliation.from_on, Affiliation.to_on)
        stmt = stmt.join(Organization, Organization.id == Affiliation.organization_id)
        stmt = stmt.where(Affiliation.person_id.in_(part), visible(actor, Organization))
        stmt = stmt.order_by(Affiliation.main.desc(), Affiliation.id.desc())
        for row in db.session.execute(stmt):
            prefetched.affiliations.setdefault(row[0], []).append(_PrefetchedAffiliation(*row[1:]))
    employer_ids = {job.organization_id for jobs in prefetched.affiliations.values() for job in jobs} - ids
    prefetched.records |= _load_records(employer_ids)
    for part in chunked(sorted(ids | employer_ids)):
        clients = sa.select(role_link.organization_id).where(role_link.role == OrganizationRole.client)
        prefetched.clients |= set(db.session.scalars(clients.where(role_link.organization_id.in_(part))))
    return prefetched


def _load_records(ids: set[int]) -> dict[int, _PrefetchedRecord]:
    records: dict[int, _PrefetchedRecord] = {}
    columns = (Record.id, Record.label, Record.native_label, Record.team_id, Record.confidential)
    for part in chunked(sorted(ids)):
        for row in db.session.execute(sa.select(*columns).where(Record.id.in_(part))):
            records[row.id] = _PrefetchedRecord(*row[1:])
    return records


def _add(bulk: BulkInsert, actor: Actor, item: InteractionToLog, prefetched: _Prefetched) -> tuple[int, set[int]]:
    """Add an interaction and its rows; return its id and the ids of linked records."""
    details, v = item.details, item.values
    team_id = v.get("team_id") or _team_of(actor, details, prefetched)
    if team_id is None and not actor.is_system:
        raise Invalid(NO_TEAM)
    parties = _parties(details.parties or (), v["wall"].date(), prefetched)
    people = [prefetched.records[p["person_id"]] for p in parties if p["person_id"]]
    people = [p for p in people if p.team_id in (None, team_id)]
    plain = _plain_columns(actor, v, people)
    labels = (part for p in people for part in (p.label, p.native_label))
    tokens = names.tokens(v.get("place"), *labels, v.get("notes"), v.get("english_line"))
    moment = calendars.resolve_local(v["wall"].date(), v["wall"].time(), v["zone"])
    interaction_id = bulk.add(
        Interaction,
        uid=item.uid,
        team_id=team_id,
        wall=v["wall"],
        zone=v["zone"],
        at=moment,
        **plain,
        **naming(plain["subject"], None, [tokens]),
    )
    links = {i for p in parties for i in (p["person_id"], p["organization_id"]) if i}
    for party in parties:
        bulk.add(InteractionParty, interaction_id=interaction_id, **party)
    links |= _add_clients(bulk, interaction_id, details.clients or (), list(dict.fromkeys(details.staff_ids or ())))
    for record_id in sorted(links):
        bulk.add(InteractionLink, record_id=record_id, interaction_id=interaction_id, at=moment)
    return interaction_id, links


def _plain_columns(actor: Actor, values: Mapping[str, Any], people: Sequence[_PrefetchedRecord]) -> dict[str, Any]:
    """Return the plain columns with the default counselor and subject."""
    plain = {"counselor_id": actor.id} | {name: values[name] for name in PLAIN if name in values}
    if plain["state"] is not InteractionState.held:
        plain["reached"] = None
    labels = [p.label or p.native_label for p in people]
    plain["subject"] = plain.get("subject") or default_subject(plain["type"], labels)
    return plain


def _team_of(actor: Actor, details: InteractionDetails, prefetched: _Prefetched) -> int | None:
    if details.clients:
        team_id = prefetched.records[details.clients[0].client_id].team_id
        return team_id if team_id in actor.team_ids or actor.is_above_teams else actor.first_team_id
    return actor.first_team_id


def _parties(parties: Iterable[PartyValues], day: date, prefetched: _Prefetched) -> list[dict[str, Any]]:
    rows: dict[Any, dict[str, Any]] = {}
    for p in parties:
        organization_id = p.organization_id or (prefetched.organization_on(p.person_id, day) if p.person_id else None)
        key = (p.person_id, p.label, None if p.person_id else organization_id)
        rows[key] = {
            "person_id": p.person_id,
            "organization_id": organization_id,
            "label": p.label,
            "count": max(1, p.count),
            "side": p.side or prefetched.side_of(organization_id),
        }
    return list(rows.values())


def _add_clients(
    bulk: BulkInsert, interaction_id: int, clients: Iterable[ClientMinutes], staff: Sequence[int]
) -> set[int]:
    """Add staff, clients and minutes; return the client ids."""
    for user_id in staff:
        bulk.add(InteractionStaff, interaction_id=interaction_id, user_id=user_id)
    by_id = {client.client_id: client for client in clients}
    for client in by_id.values():
        bulk.add(
            InteractionClient,
            interaction_id=interaction_id,
            client_id=client.client_id,
            funder_id=client.funder_id,
            session_type=client.session_type,
            countable=client.countable,
        )
        minutes = {"contact": client.contact, "prep": client.prep, "travel": client.travel}
        for user_id in staff if any(client.minutes) else ():
            bulk.add(
                InteractionTime, interaction_id=interaction_id, client_id=client.client_id, user_id=user_id, **minutes
            )
    return set(by_id)
