"""Questions about projects and needs; each begins from what the actor may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.db import Asked, alias, db
from crm.core.errors import NotFound
from crm.core.identity import User
from crm.core.policy import Actor
from crm.core.record import Record, get_visible, seen, visible
from crm.core.sight import Sight, question
from crm.organizations.models import Organization
from crm.records.queries import evidence_of
from crm.reference.models import Sector

from .models import LeadChange, Need, Project, ProjectParty, ProjectSector
from .policy import LeadStage, LeadTest, NeedKind, NeedState, PartyRole


class PartyRow(NamedTuple):
    """An organization in a project, with our contact there as far as the actor may know of them."""

    id: int
    organization_id: int
    organization: str
    native_organization: str
    role: PartyRole
    person_id: int | None
    person: str | None
    native_person: str | None


class NeedRow(NamedTuple):
    """One line of what is looked for."""

    id: int
    title: str
    native_title: str | None
    what: NeedKind
    quantity: str | None
    certificate: str | None
    hs6: str | None
    needed_by: date | None
    state: NeedState
    project_id: int | None
    organization_id: int | None


class Move(NamedTuple):
    """One move of a lead."""

    at: datetime
    by: str | None
    old: LeadStage | None
    new: LeadStage
    why: str | None
    skipped: list[LeadTest]


class Taking(NamedTuple):
    """A project in which an organization has a part."""

    id: int
    label: str
    native_label: str
    role: PartyRole
    lead_stage: LeadStage


def visible_to(actor: Actor) -> sa.Select[Any]:
    """Projects the actor may know of."""
    return sa.select(Project).where(visible(actor, Project))


def project(actor: Actor, project_id: int, right: str | None = None) -> Project:
    """One project. Raises NotFound, Forbidden."""
    return get_visible(Project, actor, project_id, right)


def need(actor: Actor, need_id: int, right: str | None = None) -> Need:
    """One need, whether or not the actor may know of its project. Raises NotFound, Forbidden."""
    return get_visible(Need, actor, need_id, right)


def sectors_of(project_id: int) -> list[tuple[int, str]]:
    """Lines of business: id and name."""
    asked = (
        sa.select(Sector.id, Sector.name)
        .join(ProjectSector, ProjectSector.sector_id == Sector.id)
        .where(ProjectSector.project_id == project_id)
        .order_by(Sector.name)
    )
    return list(db.session.execute(asked))


def sector_names(ids: Collection[int]) -> dict[int, list[str]]:
    """Names of lines of business by project, sorted."""
    found: dict[int, list[str]] = {i: [] for i in ids}
    asked = (
        sa.select(ProjectSector.project_id, Sector.name)
        .join(Sector, Sector.id == ProjectSector.sector_id)
        .where(ProjectSector.project_id.in_(ids))
        .order_by(Sector.name)
    )
    for project_id, name in db.session.execute(asked):
        found[project_id].append(name)
    return found


def parties_of(actor: Actor, project_id: int) -> list[PartyRow]:
    """The parties in the order of their parts; firms and people the actor may not know of are left out."""
    order = list(PartyRole)
    rows = [PartyRow._make(row) for row in _parties_of(actor, project=project_id)]
    return sorted(rows, key=lambda p: order.index(p.role))


@question
def _parties_of(who: Sight) -> Asked:
    # The plain table of records: an outer join to a class of two tables is a subquery, made whole for each page.
    person = alias(Record, "projects_person")
    P = ProjectParty  # noqa: N806 - read a dozen times below
    return (
        sa.select(
            P.id, P.organization_id, Organization.label, Organization.native_label, P.role, person.id, person.label,
            person.native_label,
        )
        .join(Organization, Organization.id == P.organization_id)
        .outerjoin(person, sa.and_(person.id == P.person_id, visible(who, person)))
        .where(P.project_id == sa.bindparam("project"), visible(who, Organization))
        .order_by(P.id)
    )  # fmt: skip


def party(project_id: int, party_id: int) -> ProjectParty:
    """One party of a project that was already found to be visible. Raises NotFound."""
    found = db.session.get(ProjectParty, party_id)
    if found is None or found.project_id != project_id:
        raise NotFound
    return found


def needs_visible_to(actor: Actor) -> sa.Select[Any]:
    """What is looked for, as far as the actor may know."""
    return sa.select(Need).where(visible(actor, Need))


def needs_of(actor: Actor, *, project_id: int | None = None, organization_id: int | None = None) -> list[NeedRow]:
    """What a project, or an organization, looks for: what is still open first."""
    order = list(NeedState)
    asked = _needs_of_project if project_id is not None else _needs_of_firm
    rows = [NeedRow._make(row) for row in asked(actor, of=organization_id if project_id is None else project_id)]
    return sorted(rows, key=lambda n: order.index(n.state))


@question
def _needs_of_project(who: Sight) -> Asked:
    return _needs(who).where(Need.project_id == sa.bindparam("of"))


@question
def _needs_of_firm(who: Sight) -> Asked:
    return _needs(who).where(Need.organization_id == sa.bindparam("of"))


def _needs(who: Sight) -> Asked:
    return (
        sa.select(
            Need.id, Need.title, Need.native_title, Need.what, Need.quantity, Need.certificate, Need.hs6,
            Need.needed_by, Need.state, Need.project_id, Need.organization_id,
        )
        .where(visible(who, Need), Need.archived_at.is_(None))
        .order_by(Need.needed_by.is_(None), Need.needed_by, Need.id)
    )  # fmt: skip


def moves_of(project_id: int) -> list[Move]:
    """The moves of a lead, newest first."""
    asked = (
        sa.select(LeadChange.at, User.name, LeadChange.old, LeadChange.new, LeadChange.why, LeadChange.skipped)
        .outerjoin(User, User.id == LeadChange.by_id)
        .where(LeadChange.project_id == project_id)
        .order_by(LeadChange.id.desc())
    )
    return [
        Move(at, by, old, new, why, [LeadTest.named(t) for t in skipped or ()])
        for at, by, old, new, why, skipped in db.session.execute(asked)
    ]


def source_of(actor: Actor, row: Project) -> Record | None:
    """The record a lead was heard from, when the actor may know of it."""
    return seen(actor, row.source_id)


def met_tests(row: Project) -> frozenset[LeadTest]:
    """The tests that are met by what is on record, whoever may see it, or settled by hand."""
    parties = list(
        db.session.execute(
            sa.select(ProjectParty.role, ProjectParty.person_id).where(ProjectParty.project_id == row.id)
        )
    )
    roles = {role for role, _person in parties}
    whole_need = sa.select(Need.id).where(
        Need.project_id == row.id, Need.archived_at.is_(None), Need.quantity.is_not(None), Need.spec.is_not(None),
        Need.needed_by.is_not(None),
    )  # fmt: skip
    sector = sa.select(ProjectSector.sector_id).where(ProjectSector.project_id == row.id)
    needs, sectors = db.session.execute(sa.select(whole_need.exists(), sector.exists())).one()
    facts: dict[LeadTest, Any] = {
        LeadTest.source: row.source_kind,
        LeadTest.heard_on: row.heard_on,
        LeadTest.told_by: row.source_id or row.source_note,
        LeadTest.country: row.country,
        LeadTest.city: row.city,
        LeadTest.sector: sectors,
        LeadTest.phase: row.phase,
        LeadTest.project_owner: PartyRole.owner in roles,
        LeadTest.funding: row.funding,
        LeadTest.prime: PartyRole.prime in roles,
        LeadTest.prime_contact: any(role is PartyRole.prime and who for role, who in parties),
        LeadTest.need_line: needs,
    }
    by_hand = {LeadTest.named(code) for code in evidence_of(row.id)}
    return frozenset({test for test, fact in facts.items() if fact} | by_hand)


def taking_part(actor: Actor, organization_id: int) -> list[Taking]:
    """The projects in which an organization has a part."""
    return [Taking._make(row) for row in _taking_part(actor, firm=organization_id)]


@question
def _taking_part(who: Sight) -> Asked:
    firm = ProjectParty.organization_id == sa.bindparam("firm")
    return (
        sa.select(Project.id, Project.label, Project.native_label, ProjectParty.role, Project.lead_stage)
        .join(ProjectParty, ProjectParty.project_id == Project.id)
        .where(firm, Project.archived_at.is_(None), visible(who, Project))
        .order_by(Project.sort_key, Project.id)
    )


def settled(project_id: int, test: str) -> dict[str, Any]:
    """What was said of a test by hand, as its form shows it; empty when nothing was."""
    said = evidence_of(project_id).get(test)
    return {"state": said.state, "where": said.where, "result": said.result} if said else {}
