"""Makes rows of posts with their roles, projects with their parties, and needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from crm import calendars, names
from crm.organizations.models import Post, PostRole
from crm.organizations.policy import PostKind, PostRoleKind
from crm.people.models import PostHolder
from crm.projects.models import LeadChange, Project, ProjectParty, ProjectSector
from crm.projects.policy import LEAD_STAGES, LeadStage, ProjectPhase, ProjectRole, SourceKind
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.sample.places import SamplePlace

from .specs import OrganizationRef, PersonRef
from .writer import RecordWriter, name_columns, tokens

POST_KINDS = {"embassy": PostKind.embassy, "consulate_general": PostKind.consulate_general, "ait": PostKind.institute}


def add_post(writer: RecordWriter, organization: OrganizationRef, row: dict[str, str]) -> None:
    """Add the details of a post, from a row of the shipped list."""
    closed_on = date(2020, 7, 27) if row["status"].startswith("closed") else None
    writer.inserter.add(
        Post,
        organization_id=organization.id,
        kind=POST_KINDS.get(row["post_type"], PostKind.commercial_office),
        code=row["code"],
        district=row["consular_district"] or None,
        closed_on=closed_on,
        source="Shipped list",
    )


HolderSpec = tuple[PersonRef, date | None, date | None, date | None]
"""Who holds or held a role: from, to, expected end."""


def add_post_role(
    writer: RecordWriter,
    organization: OrganizationRef,
    title: str,
    kind: PostRoleKind,
    holders: Sequence[HolderSpec] = (),
) -> None:
    """Add a role at a post, and who held it."""
    role_id = writer.inserter.add(PostRole, organization_id=organization.id, title=title, kind=kind)
    for holder, from_on, to_on, expected in holders:
        writer.inserter.add(
            PostHolder,
            post_role_id=role_id,
            person_id=holder.id,
            from_on=from_on,
            to_on=to_on,
            expected_end_on=expected,
        )


@dataclass(frozen=True, kw_only=True)
class ProjectSpec:
    """The values of a project; `under` is the party above another one, by the label of the latter."""

    name: str
    place: SamplePlace
    made_at: datetime
    by: str
    native: str | None = None
    corridor: str | None = None
    phase: ProjectPhase | None = None
    value: int | None = None
    currency: str = "USD"
    funding: str | None = None
    description: str | None = None
    stage: LeadStage = LeadStage.lead_heard
    stage_since: datetime | None = None
    bid: datetime | None = None
    source_kind: SourceKind | None = None
    source: OrganizationRef | PersonRef | None = None
    source_note: str | None = None
    heard_on: date | None = None
    sectors: tuple[str, ...] = ()
    parties: tuple[tuple[OrganizationRef, ProjectRole, PersonRef | None], ...] = ()
    under: dict[str, OrganizationRef] = field(default_factory=dict)
    screened: bool = False
    unknown: tuple[str, ...] = ()
    team: str | None = None


@dataclass(slots=True)
class ProjectRef:
    """A project that has been added."""

    id: int
    label: str
    native: str
    place: SamplePlace
    team_id: int | None
    counselor_id: int | None
    prime: OrganizationRef | None
    sectors: tuple[str, ...]
    needs: list[int]


def add_project(writer: RecordWriter, spec: ProjectSpec) -> ProjectRef:
    """Add a project as a lead, with its parties and stage changes."""
    team_id = writer.teams[spec.team] if spec.team else None
    since = spec.stage_since or spec.made_at
    project_id = writer.inserter.record(
        Project,
        **writer.stamp(spec.by, spec.made_at),
        **name_columns(spec.name, spec.native, [tokens(spec.place.city, spec.corridor)]),
        team_id=team_id,
        counselor_id=writer.users[spec.by],
        confidential=team_id is not None,
        name=spec.name,
        native_name=spec.native,
        country=spec.place.country,
        city=spec.place.city,
        city_key=names.city_key(spec.place.city),
        zone=spec.place.zone,
        corridor=spec.corridor,
        phase=spec.phase,
        value=Decimal(spec.value) if spec.value else None,
        currency=spec.currency if spec.value else None,
        funding=spec.funding,
        description=spec.description,
        lead_stage=spec.stage,
        stage_since=since,
        bid_wall=spec.bid,
        bid_at=calendars.resolve_local(spec.bid.date(), spec.bid.time(), spec.place.zone) if spec.bid else None,
        source_kind=spec.source_kind,
        source_id=spec.source.id if spec.source else None,
        source_note=spec.source_note,
        heard_on=spec.heard_on,
    )
    writer.add_history(project_id, "project", spec.by, spec.made_at)
    for code in dict.fromkeys(spec.sectors):
        writer.inserter.add(ProjectSector, project_id=project_id, sector_id=writer.sectors[code])
    for organization, role, person in spec.parties:
        writer.inserter.add(
            ProjectParty,
            project_id=project_id,
            organization_id=organization.id,
            role=role,
            person_id=person.id if person else None,
            under_id=spec.under[organization.label].id if organization.label in spec.under else None,
        )
    _moves(writer, project_id, spec, since)
    prime = next((organization for organization, role, _person in spec.parties if role is ProjectRole.prime), None)
    return ProjectRef(
        project_id,
        spec.name,
        spec.native or "",
        spec.place,
        team_id,
        writer.users[spec.by],
        prime,
        spec.sectors,
        [],
    )


def _moves(writer: RecordWriter, project_id: int, spec: ProjectSpec, since: datetime) -> None:
    passed_stages = LEAD_STAGES[: spec.stage.order]
    span = (since - spec.made_at) / max(1, len(passed_stages) - 1)
    for position, (old, new) in enumerate(pairwise(passed_stages), 1):
        writer.inserter.add(
            LeadChange,
            project_id=project_id,
            at=spec.made_at + span * position,
            by_id=writer.users[spec.by],
            old=old,
            new=new,
            skipped=[],
        )
    for test in spec.unknown:
        writer.inserter.add(
            Evidence,
            record_id=project_id,
            test=test,
            state=EvidenceState.not_known,
            on=spec.made_at.date(),
            where="",
            result="",
            by_id=writer.users[spec.by],
            at=spec.made_at,
        )
    if spec.screened:
        writer.inserter.add(
            Evidence,
            record_id=project_id,
            test="screening",
            state=EvidenceState.met,
            on=since.date(),
            where="Consolidated Screening List, manual search",
            result="No match for prime, owner and end user.",
            by_id=writer.users[spec.by],
            at=since,
        )
