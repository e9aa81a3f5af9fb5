"""What the header and the panels of a record's page both show: loaded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from crm.core.data.record import Record
from crm.core.data.together import run_together
from crm.core.policy import Actor
from crm.organizations import queries as organizations
from crm.organizations.models import Client, Organization, Post, Prime
from crm.organizations.policy import OrganizationRole
from crm.organizations.queries import SubsidiaryRow
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.projects.queries import LeadAnswers, NeedRow, PartyRow
from crm.records.queries import EvidenceRow, evidence_of

T = TypeVar("T")


@dataclass(frozen=True)
class OrganizationProfile:
    """What an organization is; `client`, `prime` and `post` only where it has that role."""

    roles: list[OrganizationRole]
    parent: SubsidiaryRow | None
    client: Client | None
    has_agreement: bool
    prime: Prime | None
    post: Post | None


def load_organization_profile(actor: Actor, row: Organization, today: date) -> OrganizationProfile:
    """Load the roles of an organization with their details; `has_agreement` is a client's on `today`."""
    all_roles, parent, has_agreement, clients, primes, posts = run_together(
        partial(organizations.load_roles, [row.id]),
        partial(organizations.get_parent, actor, row),
        partial(organizations.has_agreement, row.id, today),
        partial(organizations.list_details, Client, row.id),
        partial(organizations.list_details, Prime, row.id),
        partial(organizations.list_details, Post, row.id),
    )
    roles = all_roles[row.id]

    def find_details(role: OrganizationRole, rows: Sequence[T]) -> T | None:
        return rows[0] if rows and role in roles else None

    return OrganizationProfile(
        roles=roles,
        parent=parent,
        client=find_details(OrganizationRole.client, clients),
        has_agreement=OrganizationRole.client in roles and has_agreement,
        prime=find_details(OrganizationRole.prime, primes),
        post=find_details(OrganizationRole.post, posts),
    )


@dataclass(frozen=True)
class ProjectProfile:
    """What is known of a project: who takes part, what they need, where the lead was heard."""

    parties: list[PartyRow]
    needs: list[NeedRow]
    source: Record | None
    sectors: list[str]
    screening: EvidenceRow | None
    answers: LeadAnswers


def load_project_profile(actor: Actor, row: Project) -> ProjectProfile:
    """Load parties, needs, source, sectors and screening of a project, as far as the actor may see them."""
    parties, needs, sectors, evidence, answers = run_together(
        partial(projects.list_parties, actor, row.id),
        partial(projects.list_needs, actor, project_id=row.id),
        partial(projects.list_sectors, row.id),
        partial(evidence_of, row.id),
        partial(projects.load_lead_answers, row),
    )
    return ProjectProfile(
        parties=parties,
        needs=needs,
        source=projects.get_source(actor, row),
        sectors=[name for _id, name in sectors],
        screening=evidence.get("screening"),
        answers=answers,
    )
