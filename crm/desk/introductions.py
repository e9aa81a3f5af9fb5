"""What the page of a project tells of its lead: the steps, the cases that came of it, and who can introduce us."""

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
from crm.interactions.models import Interaction, InteractionParty, InteractionStaff
from crm.interactions.policy import InteractionState, Reached
from crm.opportunities.models import Opportunity
from crm.people.models import Affiliation, Person, Relation
from crm.people.queries import AffiliationRow, load_affiliations
from crm.projects.models import Project
from crm.projects.policy import LEAD_STAGES, LeadStage, LeadTest, ProjectRole
from crm.projects.queries import NeedRow, PartyRow

MAX_INTRODUCTIONS = 3


class LeadStep(NamedTuple):
    """A lead stage: past, now or ahead; the fact that closed it, and what is missing of it."""

    stage: LeadStage
    place: str
    fact: str
    missing: list[LeadTest]


class Introducer(NamedTuple):
    """Somebody one of us has talked with: how often, and when last."""

    id: int
    label: str
    native_label: str
    user_id: int
    colleague: str
    times: int
    last_at: datetime


class IntroductionPath(NamedTuple):
    """Whom we know, where they work, and how they know our contact at the prime, if they do."""

    known: Introducer
    firm: str
    goal: PartyRow | None
    relation: str


def steps_of(
    row: Project, met: frozenset[LeadTest], parties: Sequence[PartyRow], needs: Sequence[NeedRow], source: Record | None
) -> list[LeadStep]:
    """The four lead stages, each with the fact on record that closes it."""
    facts = {
        LeadStage.lead_heard: [
            (source.label or source.native_label) if source else str(row.source_kind or ""),
            formats.day(row.heard_on),
        ],
        LeadStage.project_verified: [
            str(row.phase or ""),
            _("funding recorded") if row.funding else "",
            _("owner identified") if any(p.role is ProjectRole.owner for p in parties) else "",
        ],
        LeadStage.prime_identified: [p.organization for p in parties if p.role is ProjectRole.prime],
        LeadStage.needs_captured: [ngettext("%(num)d need", "%(num)d needs", len(needs))] if needs else [],
    }
    return [
        LeadStep(
            stage=stage,
            place=_place(stage, row.lead_stage),
            fact=", ".join(part for part in facts[stage] if part),
            missing=[test for test in stage.tests if test not in met],
        )
        for stage in LEAD_STAGES
    ]


def _place(stage: LeadStage, now: LeadStage) -> str:
    return "now" if stage is now else "past" if stage.order < now.order else "ahead"


def count_opportunities(actor: Actor, project_id: int) -> int:
    """How many cases that the actor may know of came of a project."""
    stmt = sa.select(sa.func.count(Opportunity.id)).where(
        Opportunity.project_id == project_id, Opportunity.archived_at.is_(None), visible(actor, Opportunity)
    )
    return db.session.scalar(stmt) or 0


def find_introductions(actor: Actor, parties: Sequence[PartyRow], source: Record | None) -> list[IntroductionPath]:
    """Who can introduce us: people at the parties and at the source whom one of us has talked with, best known first.

    Only contacts that the actor may see count.
    """
    known = _known(actor, _candidates(parties, source))[:MAX_INTRODUCTIONS]
    ids = [k.id for k in known]
    goals = {p.person_id: p for p in parties if p.role is ProjectRole.prime and p.person_id}
    links = _relations(actor, ids, goals)
    jobs = load_affiliations(actor, ids)
    return [_way(k, jobs[k.id], goals, links.get(k.id)) for k in known]


def _candidates(parties: Sequence[PartyRow], source: Record | None) -> sa.Select[Any]:
    organizations = [p.organization_id for p in parties] + (
        [source.id] if source and source.kind == "organization" else []
    )
    named = [p.person_id for p in parties if p.person_id] + ([source.id] if source and source.kind == "person" else [])
    works = sa.select(Affiliation.person_id).where(
        Affiliation.organization_id.in_(organizations), Affiliation.to_on.is_(None)
    )
    return sa.select(Person.id).where(sa.or_(Person.id.in_(named), Person.id.in_(works)))


def _known(actor: Actor, candidates: sa.Select[Any]) -> list[Introducer]:
    """One row a person: whoever of us met them most often, and when last."""
    contact = alias(Interaction, "desk_contact")
    times, last = sa.func.count(sa.distinct(contact.id)), sa.func.max(contact.at)
    stmt = (
        sa.select(Person.id, Person.label, Person.native_label, User.id, User.name, times, last)
        .join(InteractionParty, InteractionParty.person_id == Person.id)
        .join(contact, contact.id == InteractionParty.interaction_id)
        .join(InteractionStaff, InteractionStaff.interaction_id == contact.id)
        .join(User, User.id == InteractionStaff.user_id)
        .where(
            Person.id.in_(candidates),
            Person.archived_at.is_(None),
            visible(actor, Person),
            contact.state == InteractionState.held,
            contact.reached == Reached.talked,
            contact.archived_at.is_(None),
            visible(actor, contact),
        )
        .group_by(Person.id, Person.label, Person.native_label, User.id, User.name)
        .order_by(times.desc(), last.desc(), Person.id, User.id)
    )
    first: dict[int, Introducer] = {}
    for row in db.session.execute(stmt):
        first.setdefault(row[0], Introducer._make(row))
    return list(first.values())


def _relations(actor: Actor, ids: Collection[int], goals: Collection[int]) -> dict[int, tuple[int, str]]:
    """By person: a goal they know, and how."""
    pair = sa.or_(
        sa.and_(Relation.person_id.in_(ids), Relation.other_id.in_(goals)),
        sa.and_(Relation.other_id.in_(ids), Relation.person_id.in_(goals)),
    )
    stmt = sa.select(Relation.person_id, Relation.other_id, Relation.kind).where(pair).order_by(Relation.id)
    if not actor.sees_all_teams:
        stmt = stmt.where(sa.or_(Relation.team_id.is_(None), Relation.team_id.in_(sorted(actor.team_ids))))
    found: dict[int, tuple[int, str]] = {}
    for person_id, other_id, kind in db.session.execute(stmt):
        if other_id in goals:
            found.setdefault(person_id, (other_id, str(kind.label)))
        else:
            found.setdefault(other_id, (person_id, str(kind.inverse_label)))
    return found


def _way(
    known: Introducer, jobs: Sequence[AffiliationRow], goals: dict[int, PartyRow], link: tuple[int, str] | None
) -> IntroductionPath:
    goal = goals.get(link[0]) if link else None
    return IntroductionPath(
        known=known,
        firm=next((job.organization for job in jobs if job.to_on is None), ""),
        goal=goal,
        relation=link[1] if link and goal else "",
    )
