"""The lead of a project: its stages, the opportunities that came of it, and who can introduce us."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import ngettext

from crm.core.data.base import alias, db
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.desk.profiles import ProjectProfile
from crm.interactions.models import Interaction, InteractionParty, InteractionStaff
from crm.interactions.policy import InteractionState, Reached
from crm.opportunities.models import Opportunity
from crm.people.models import Affiliation, Person, Relation
from crm.people.queries import AffiliationRow, load_affiliations
from crm.projects.models import Project
from crm.projects.policy import LEAD_STAGES, LeadStage, LeadTest, ProjectRole
from crm.projects.queries import PartyRow

MAX_INTRODUCTIONS = 3


class LeadStep(NamedTuple):
    """A lead stage: `position` is past, now or ahead; the facts that complete it, and the tests that are missing."""

    stage: LeadStage
    position: str
    facts: str
    missing: list[LeadTest]


class Introducer(NamedTuple):
    """A person who has talked with a colleague: how often, and when last."""

    id: int
    label: str
    native_label: str
    user_id: int
    colleague: str
    interactions: int
    last_at: datetime


class IntroductionPath(NamedTuple):
    """A person we know, where they work, and how they know our contact at the prime, if they do."""

    introducer: Introducer
    organization: str
    target: PartyRow | None
    relation: str


def build_lead_steps(row: Project, met_tests: frozenset[LeadTest], profile: ProjectProfile) -> list[LeadStep]:
    """Return the four lead stages, each with the facts on record that complete it."""
    facts = _stage_facts(row, profile)
    return [
        LeadStep(
            stage=stage,
            position=_position(stage, row.lead_stage),
            facts=", ".join(part for part in facts[stage] if part),
            missing=[test for test in stage.tests if test not in met_tests],
        )
        for stage in LEAD_STAGES
    ]


def _stage_facts(row: Project, profile: ProjectProfile) -> dict[LeadStage, list[str]]:
    source, needs = profile.source, len(profile.needs)
    roles = {party.role for party in profile.parties}
    return {
        LeadStage.lead_heard: [
            (source.label or source.native_label) if source else str(row.source_kind or ""),
            formats.day(row.heard_on),
        ],
        LeadStage.project_verified: [
            str(row.phase or ""),
            _("funding recorded") if row.funding else "",
            _("owner identified") if ProjectRole.owner in roles else "",
        ],
        LeadStage.prime_identified: [p.organization for p in profile.parties if p.role is ProjectRole.prime],
        LeadStage.needs_captured: [ngettext("%(num)s need", "%(num)s needs", needs)] if needs else [],
    }


def _position(stage: LeadStage, current: LeadStage) -> str:
    if stage is current:
        return "now"
    return "past" if stage.order < current.order else "ahead"


def count_opportunities(actor: Actor, project_id: int) -> int:
    """Return how many opportunities that the actor may see came of a project."""
    stmt = sa.select(sa.func.count(Opportunity.id)).where(
        Opportunity.project_id == project_id, Opportunity.archived_at.is_(None), visible(actor, Opportunity)
    )
    return db.session.scalar(stmt) or 0


def find_introductions(actor: Actor, parties: Sequence[PartyRow], source: Record | None) -> list[IntroductionPath]:
    """Return who can introduce us: people at the parties and the source who have talked with a colleague.

    Best known first; only interactions that the actor may see count.
    """
    introducers = _list_introducers(actor, _candidates(parties, source))[:MAX_INTRODUCTIONS]
    ids = [introducer.id for introducer in introducers]
    targets = {p.person_id: p for p in parties if p.role is ProjectRole.prime and p.person_id}
    relations = _load_relations(actor, ids, targets)
    affiliations = load_affiliations(actor, ids)
    return [
        _build_path(introducer, affiliations[introducer.id], targets, relations.get(introducer.id))
        for introducer in introducers
    ]


def _candidates(parties: Sequence[PartyRow], source: Record | None) -> sa.Select[Any]:
    organizations = [p.organization_id for p in parties] + (
        [source.id] if source and source.kind == "organization" else []
    )
    person_ids = [p.person_id for p in parties if p.person_id] + (
        [source.id] if source and source.kind == "person" else []
    )
    works = sa.select(Affiliation.person_id).where(
        Affiliation.organization_id.in_(organizations), Affiliation.to_on.is_(None)
    )
    return sa.select(Person.id).where(sa.or_(Person.id.in_(person_ids), Person.id.in_(works)))


def _list_introducers(actor: Actor, candidates: sa.Select[Any]) -> list[Introducer]:
    """Return one row a person: the colleague who met them most often, and when last."""
    interaction = alias(Interaction, "desk_interaction")
    interactions, last = sa.func.count(sa.distinct(interaction.id)), sa.func.max(interaction.at)
    stmt = (
        sa.select(Person.id, Person.label, Person.native_label, User.id, User.name, interactions, last)
        .join(InteractionParty, InteractionParty.person_id == Person.id)
        .join(interaction, interaction.id == InteractionParty.interaction_id)
        .join(InteractionStaff, InteractionStaff.interaction_id == interaction.id)
        .join(User, User.id == InteractionStaff.user_id)
        .where(
            Person.id.in_(candidates),
            Person.archived_at.is_(None),
            visible(actor, Person),
            interaction.state == InteractionState.held,
            interaction.reached == Reached.talked,
            interaction.archived_at.is_(None),
            visible(actor, interaction),
        )
        .group_by(Person.id, Person.label, Person.native_label, User.id, User.name)
        .order_by(interactions.desc(), last.desc(), Person.id, User.id)
    )
    by_person: dict[int, Introducer] = {}
    for row in db.session.execute(stmt):
        by_person.setdefault(row[0], Introducer._make(row))
    return list(by_person.values())


def _load_relations(actor: Actor, ids: Collection[int], targets: Collection[int]) -> dict[int, tuple[int, str]]:
    """Return by person a target they know, and how."""
    pair = sa.or_(
        sa.and_(Relation.person_id.in_(ids), Relation.other_id.in_(targets)),
        sa.and_(Relation.other_id.in_(ids), Relation.person_id.in_(targets)),
    )
    stmt = sa.select(Relation.person_id, Relation.other_id, Relation.kind).where(pair).order_by(Relation.id)
    if not actor.sees_all_teams:
        stmt = stmt.where(sa.or_(Relation.team_id.is_(None), Relation.team_id.in_(sorted(actor.team_ids))))
    relations: dict[int, tuple[int, str]] = {}
    for person_id, other_id, kind in db.session.execute(stmt):
        if other_id in targets:
            relations.setdefault(person_id, (other_id, str(kind.label)))
        else:
            relations.setdefault(other_id, (person_id, str(kind.inverse_label)))
    return relations


def _build_path(
    introducer: Introducer,
    affiliations: Sequence[AffiliationRow],
    targets: dict[int, PartyRow],
    relation: tuple[int, str] | None,
) -> IntroductionPath:
    target = targets.get(relation[0]) if relation else None
    return IntroductionPath(
        introducer=introducer,
        organization=next((row.organization for row in affiliations if row.to_on is None), ""),
        target=target,
        relation=relation[1] if relation and target else "",
    )
