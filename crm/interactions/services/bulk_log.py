"""Log contacts by the thousand: what `log_interaction` makes of each, in few statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm import calendars, names
from crm.core.data.base import db
from crm.core.data.bulk import Bulk
from crm.core.data.record import Record, naming, visible
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

from .details import ForClient, InteractionDetails, PartyValues
from .log import NO_TEAM, PLAIN, default_subject, log_interaction

CHUNK_SIZE = 500


class ToLog(NamedTuple):
    """A contact to be made, as `log_interaction` takes it; it names only what the actor sees, and closes nothing."""

    uid: str
    values: Mapping[str, Any]
    told: InteractionDetails


class _PrefetchedRecord(NamedTuple):
    label: str
    native_label: str
    team_id: int | None
    confidential: bool


class _Job(NamedTuple):
    organization_id: int
    from_on: date | None
    to_on: date | None


@dataclass
class _Prefetched:
    """What is asked for once of all people and firms that are named."""

    records: dict[int, _PrefetchedRecord] = field(default_factory=dict)
    clients: set[int] = field(default_factory=set)
    jobs: dict[int, list[_Job]] = field(default_factory=dict)

    def firm_on(self, person_id: int, day: date) -> int | None:
        """Where a person worked on a day: as `rows` asks it of one contact."""
        held = (j for j in self.jobs.get(person_id, ()) if (j.from_on or day) <= day <= (j.to_on or day))
        return next((j.organization_id for j in held), None)

    def side_of(self, organization_id: int | None) -> PartySide:
        """The client's side or the host's."""
        return PartySide.client if organization_id in self.clients else PartySide.host


def log_interactions(actor: Actor, wanted: Sequence[ToLog]) -> list[int]:
    """Make contacts; gives their ids in the same order. Raises Invalid, NotFound as `log_interaction` does.

    One that names something confidential goes by itself: it is drawn into a circle, and named by who is in that.
    """
    known = _known(actor, {i for one in wanted for i in _ids(one.told)})
    ids, bulk, touched = [0] * len(wanted), Bulk(db.session()), set[int]()
    for at, one in enumerate(wanted):
        if not _is_confidential(one, known):
            ids[at], links = _add(bulk, actor, one, known)
            touched |= links
    bulk.write()
    for at, one in enumerate(wanted):
        ids[at] = ids[at] or log_interaction(actor, one.values, one.told, uid=one.uid).id
    for part in _parts(sorted(touched)):
        update_last_dates(part)
    return ids


def _is_confidential(one: ToLog, known: _Prefetched) -> bool:
    """Whether anything it is about is confidential, where the people worked on that day included."""
    day, parties = one.values["wall"].date(), one.told.parties or ()
    jobs = (known.firm_on(p.person_id, day) for p in parties if p.person_id and not p.organization_id)
    return any(known.records[i].confidential for i in (*_ids(one.told), *jobs) if i)


def _ids(told: InteractionDetails) -> Iterator[int]:
    for party in told.parties or ():
        yield from (i for i in (party.person_id, party.organization_id) if i)
    yield from (client.client_id for client in told.clients or ())


def _known(actor: Actor, ids: set[int]) -> _Prefetched:
    known, r, held = _Prefetched(), Record, OrganizationRoleLink
    for part in _parts(sorted(ids)):
        rows = sa.select(r.id, r.label, r.native_label, r.team_id, r.confidential).where(r.id.in_(part))
        known.records |= {row[0]: _PrefetchedRecord(*row[1:]) for row in db.session.execute(rows)}
        jobs = sa.select(Affiliation.person_id, Affiliation.organization_id, Affiliation.from_on, Affiliation.to_on)
        jobs = jobs.join(Organization, Organization.id == Affiliation.organization_id)
        jobs = jobs.where(Affiliation.person_id.in_(part), visible(actor, Organization))
        jobs = jobs.order_by(Affiliation.main.desc(), Affiliation.id.desc())
        for row in db.session.execute(jobs):
            known.jobs.setdefault(row[0], []).append(_Job(*row[1:]))
    jobs_at = {job.organization_id for jobs_ in known.jobs.values() for job in jobs_} - ids
    for part in _parts(sorted(jobs_at)):
        rows = sa.select(r.id, r.label, r.native_label, r.team_id, r.confidential).where(r.id.in_(part))
        known.records |= {row[0]: _PrefetchedRecord(*row[1:]) for row in db.session.execute(rows)}
    for part in _parts(sorted(ids | jobs_at)):
        clients = sa.select(held.organization_id).where(held.role == OrganizationRole.client)
        known.clients |= set(db.session.scalars(clients.where(held.organization_id.in_(part))))
    return known


def _add(bulk: Bulk, actor: Actor, one: ToLog, known: _Prefetched) -> tuple[int, set[int]]:
    """Add a contact and all under it; gives its id and in whose timelines it stands."""
    told, v = one.told, one.values
    team_id = v.get("team_id") or _team_of(actor, told, known)
    if team_id is None and not actor.everything:
        raise Invalid(NO_TEAM)
    parties = _parties(told.parties or (), v["wall"].date(), known)
    who = [known.records[p["person_id"]] for p in parties if p["person_id"]]
    who = [p for p in who if p.team_id in (None, team_id)]
    plain = {"counselor_id": actor.id} | {name: v[name] for name in PLAIN if name in v}
    if plain["state"] is not InteractionState.held:
        plain["reached"] = None
    plain["subject"] = plain.get("subject") or default_subject(plain["what"], [p.label or p.native_label for p in who])
    words = names.tokens(v.get("place"), *(part for p in who for part in (p.label, p.native_label)))
    at = calendars.resolve_local(v["wall"].date(), v["wall"].time(), v["zone"])
    made = bulk.add(
        Interaction,
        uid=one.uid,
        team_id=team_id,
        wall=v["wall"],
        zone=v["zone"],
        at=at,
        **plain,
        **naming(plain["subject"], None, [words]),
    )
    links = {i for p in parties for i in (p["person_id"], p["organization_id"]) if i}
    for party in parties:
        bulk.add(InteractionParty, interaction_id=made, **party)
    links |= _for_clients(bulk, made, told.clients or (), list(dict.fromkeys(told.staff_ids or ())))
    for record_id in sorted(links):
        bulk.add(InteractionLink, record_id=record_id, interaction_id=made, at=at)
    return made, links


def _team_of(actor: Actor, told: InteractionDetails, known: _Prefetched) -> int | None:
    if told.clients and (len(actor.team_ids) > 1 or actor.is_above_teams):
        team_id = known.records[told.clients[0].client_id].team_id
        return team_id if team_id in actor.team_ids or actor.is_above_teams else actor.first_team_id
    return actor.first_team_id


def _parties(parties: Iterable[PartyValues], day: date, known: _Prefetched) -> list[dict[str, Any]]:
    made: dict[Any, dict[str, Any]] = {}
    for p in parties:
        firm_id = p.organization_id or (known.firm_on(p.person_id, day) if p.person_id else None)
        key = (p.person_id, p.label, None if p.person_id else firm_id)
        made[key] = {
            "person_id": p.person_id,
            "organization_id": firm_id,
            "label": p.label,
            "count": max(1, p.count),
            "side": p.side or known.side_of(firm_id),
        }
    return list(made.values())


def _for_clients(bulk: Bulk, made: int, clients: Iterable[ForClient], staff: Sequence[int]) -> set[int]:
    """Add who of us took part, for which clients, and the minutes; gives the clients."""
    for user_id in staff:
        bulk.add(InteractionStaff, interaction_id=made, user_id=user_id)
    told = {client.client_id: client for client in clients}
    for client in told.values():
        bulk.add(
            InteractionClient,
            interaction_id=made,
            client_id=client.client_id,
            funder_id=client.funder_id,
            session_type=client.session_type,
            countable=client.countable,
        )
        minutes = {"contact": client.contact, "prep": client.prep, "travel": client.travel}
        for user_id in staff if any(client.minutes) else ():
            bulk.add(InteractionTime, interaction_id=made, client_id=client.client_id, user_id=user_id, **minutes)
    return set(told)


def _parts(values: Iterable[int]) -> Iterator[list[int]]:
    walk = iter(values)
    while part := list(islice(walk, CHUNK_SIZE)):
        yield part
