"""Which organizations a record wants to reach: the primes, owners and buyers of its project or opportunities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, find_visible, visible
from crm.core.data.together import run_together
from crm.core.policy import Actor
from crm.opportunities.conditions import OPEN
from crm.opportunities.models import Opportunity
from crm.organizations.models import Organization
from crm.projects.models import Need, Project, ProjectParty
from crm.projects.policy import ProjectRole

MAX_OPPORTUNITIES = 10
"""Of a client's open opportunities the newest count."""


class TargetRow(NamedTuple):
    """An organization to reach."""

    id: int
    label: str
    native_label: str


class _Party(NamedTuple):
    project_id: int
    organization_id: int
    label: str
    native_label: str
    role: ProjectRole
    person_id: int | None


class LeadSource(NamedTuple):
    """The person or organization that reported a lead, and when."""

    id: int
    kind: str
    target_id: int
    heard_on: date | None


@dataclass(frozen=True)
class Goal:
    """What to reach from a record, as far as the actor may see it.

    `targets` are all organizations that it wants to reach, `chosen_ids` those for which paths are searched. `contacts`
    are people by name with their organization. `partners` are other parties of the same project, with the target that
    they know through it. `client_ids` are the clients whose China reps can help.
    """

    targets: tuple[TargetRow, ...]
    chosen_ids: tuple[int, ...]
    contacts: dict[int, int] = field(default_factory=dict)
    partners: dict[int, int] = field(default_factory=dict)
    partner_people: dict[int, int] = field(default_factory=dict)
    sources: tuple[LeadSource, ...] = ()
    client_ids: tuple[int, ...] = ()


class _Chance(NamedTuple):
    """Through what a record wants to reach an organization: a buyer or a project."""

    project_id: int | None
    buyer_id: int | None
    contact_id: int | None
    client_id: int | None = None


def load_goal(actor: Actor, record: Record, target_id: int | None = None) -> Goal:
    """Return what a project, need, opportunity or client wants to reach: primes and buyers, without them owners.

    `target_id` chooses one organization.
    """
    chances = _chances(actor, record)
    project_ids = sorted({chance.project_id for chance in chances if chance.project_id})
    party_rows, buyers, source_rows = run_together(
        lambda: _parties(actor, projects=project_ids) if project_ids else (),
        partial(_load_buyers, actor, chances),
        lambda: _sources(actor, projects=project_ids) if project_ids else (),
    )
    parties = [_Party._make(row) for row in party_rows]
    targets = _targets(parties, buyers.values())
    if target_id is not None and all(target.id != target_id for target in targets):
        targets += _find_organization(actor, target_id)
    chosen_ids = _choose(parties, targets, target_id)
    bridges = {p.project_id: p.organization_id for p in reversed(parties) if p.organization_id in chosen_ids}
    partners = [p for p in parties if p.organization_id not in chosen_ids and p.project_id in bridges]
    contacts = {p.person_id: p.organization_id for p in parties if p.person_id and p.organization_id in chosen_ids}
    contacts |= {c.contact_id: c.buyer_id for c in chances if c.contact_id and c.buyer_id in chosen_ids}
    return Goal(
        targets=tuple(targets),
        chosen_ids=chosen_ids,
        contacts=contacts,
        partners={p.organization_id: bridges[p.project_id] for p in partners},
        partner_people={p.person_id: bridges[p.project_id] for p in partners if p.person_id},
        sources=tuple(LeadSource(i, kind, bridges[p], on) for p, i, kind, on in source_rows if p in bridges),
        client_ids=tuple(sorted({chance.client_id for chance in chances if chance.client_id})),
    )


def _find_organization(actor: Actor, record_id: int) -> list[TargetRow]:
    row = find_visible(actor, record_id)
    if row is None or row.kind != "organization":
        return []
    return [TargetRow(row.id, row.label, row.native_label)]


def _chances(actor: Actor, record: Record) -> list[_Chance]:
    if isinstance(record, Project):
        return [_Chance(record.id, None, None)]
    if isinstance(record, Need):
        return [_Chance(record.project_id, record.organization_id, None)]
    if isinstance(record, Opportunity):
        return [_Chance(record.project_id, record.buyer_id, record.buyer_contact_id, record.client_id)]
    return [_Chance._make(row) for row in _open_opportunities(actor, client=record.id)] or [
        _Chance(None, None, None, record.id)
    ]


@cached_query
def _open_opportunities(viewer: AccessProfile) -> Select:
    return (
        sa.select(Opportunity.project_id, Opportunity.buyer_id, Opportunity.buyer_contact_id, Opportunity.client_id)
        .where(
            Opportunity.client_id == sa.bindparam("client"),
            Opportunity.stage.in_(OPEN),
            Opportunity.archived_at.is_(None),
            visible(viewer, Opportunity),
        )
        .order_by(Opportunity.id.desc())
        .limit(MAX_OPPORTUNITIES)
    )


@cached_query
def _parties(viewer: AccessProfile) -> Select:
    person, organization = alias(Record, "introductions_party_person"), alias(Record, "introductions_party")
    return (
        sa.select(
            ProjectParty.project_id,
            organization.id,
            organization.label,
            organization.native_label,
            ProjectParty.role,
            person.id,
        )
        .join(Project, Project.id == ProjectParty.project_id)
        .join(organization, organization.id == ProjectParty.organization_id)
        .outerjoin(
            person,
            sa.and_(person.id == ProjectParty.person_id, person.archived_at.is_(None), visible(viewer, person)),
        )
        .where(
            ProjectParty.project_id.in_(sa.bindparam("projects", expanding=True)),
            organization.archived_at.is_(None),
            visible(viewer, Project),
            visible(viewer, organization),
        )
        .order_by(ProjectParty.id)
    )


def _load_buyers(actor: Actor, chances: Sequence[_Chance]) -> dict[int, TargetRow]:
    ids = sorted({chance.buyer_id for chance in chances if chance.buyer_id})
    rows = _organizations(actor, ids=ids) if ids else ()
    return {row.id: TargetRow._make(row) for row in rows}


@cached_query
def _organizations(viewer: AccessProfile) -> Select:
    return (
        sa.select(Organization.id, Organization.label, Organization.native_label)
        .where(
            Organization.id.in_(sa.bindparam("ids", expanding=True)),
            Organization.archived_at.is_(None),
            visible(viewer, Organization),
        )
        .order_by(Organization.id)
    )


def _targets(parties: Sequence[_Party], buyers: Iterable[TargetRow]) -> list[TargetRow]:
    """Return primes, buyers and owners, each once."""
    rows = [*_with_role(parties, ProjectRole.prime), *buyers, *_with_role(parties, ProjectRole.owner)]
    return list({row.id: row for row in rows}.values())


def _with_role(parties: Sequence[_Party], role: ProjectRole) -> list[TargetRow]:
    return [TargetRow(p.organization_id, p.label, p.native_label) for p in parties if p.role is role]


def _choose(parties: Sequence[_Party], targets: Sequence[TargetRow], target_id: int | None) -> tuple[int, ...]:
    ids = [target.id for target in targets]
    if target_id is not None:
        return (target_id,) if target_id in ids else ()
    owners = {p.organization_id for p in parties if p.role is ProjectRole.owner}
    primes = {p.organization_id for p in parties if p.role is ProjectRole.prime}
    first = [id for id in ids if id in primes or id not in owners]
    return tuple(first or ids)


@cached_query
def _sources(viewer: AccessProfile) -> Select:
    source = alias(Record, "introductions_source")
    return (
        sa.select(Project.id, source.id, source.kind, Project.heard_on)
        .join(source, source.id == Project.source_id)
        .where(
            Project.id.in_(sa.bindparam("projects", expanding=True)),
            source.kind.in_(("person", "organization")),
            source.archived_at.is_(None),
            visible(viewer, Project),
            visible(viewer, source),
        )
        .order_by(Project.id)
    )
