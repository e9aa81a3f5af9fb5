"""Makes rows of posts with their roles, projects with their parties, and needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from crm import calendars, names
from crm.organizations.models import Post, PostRole
from crm.organizations.policy import PostKind, PostRoleKind
from crm.people.models import PostHolder
from crm.projects.models import LeadChange, Need, Project, ProjectParty, ProjectSector
from crm.projects.policy import LEAD_STAGES, LeadStage, NeedKind, NeedState, ProjectPhase, ProjectRole, SourceKind
from crm.records.models import Evidence
from crm.records.policy import EvidenceState

from .places import SamplePlace
from .specs import OrganizationRef, PersonRef
from .writer import Office, name_columns, tokens

POST_KINDS = {"embassy": PostKind.embassy, "consulate_general": PostKind.consulate_general, "ait": PostKind.institute}


def post_facts(office: Office, firm: OrganizationRef, row: dict[str, str]) -> None:
    """Note what is kept of a post, from a row of the shipped list."""
    closed_on = date(2020, 7, 27) if row["status"].startswith("closed") else None
    office.sheets.add(
        Post,
        organization_id=firm.id,
        kind=POST_KINDS.get(row["post_type"], PostKind.commercial_office),
        code=row["code"],
        district=row["consular_district"] or None,
        closed_on=closed_on,
        source="Shipped list",
    )


HolderSpec = tuple[PersonRef, date | None, date | None, date | None]
"""Who holds or held a role: from, to, expected end."""


def post_role(
    office: Office, firm: OrganizationRef, title: str, kind: PostRoleKind, holders: Sequence[HolderSpec] = ()
) -> None:
    """Note a role at a post, and who held it."""
    role_id = office.sheets.add(PostRole, organization_id=firm.id, title=title, kind=kind)
    for who, from_on, to_on, expected in holders:
        office.sheets.add(
            PostHolder, post_role_id=role_id, person_id=who.id, from_on=from_on, to_on=to_on, expected_end_on=expected
        )


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    """A project to be made."""

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
    screened: bool = False
    team: str | None = None


@dataclass(slots=True)
class ProjectRef:
    """A project that has its row."""

    id: int
    label: str
    native: str
    place: SamplePlace
    team_id: int | None
    counselor_id: int | None
    prime: OrganizationRef | None
    sectors: tuple[str, ...]
    needs: list[int]


def project(office: Office, told: ProjectFacts) -> ProjectRef:
    """Make a project as a lead, with its parties and the moves it made."""
    team_id = office.teams[told.team] if told.team else None
    since = told.stage_since or told.made_at
    project_id = office.sheets.record(
        Project,
        **office.stamp(told.by, told.made_at),
        **name_columns(told.name, told.native, [tokens(told.place.city, told.corridor)]),
        team_id=team_id,
        counselor_id=office.users[told.by],
        confidential=team_id is not None,
        name=told.name,
        native_name=told.native,
        country=told.place.country,
        city=told.place.city,
        city_key=names.sort_key(told.place.city)[:80],
        zone=told.place.zone,
        corridor=told.corridor,
        phase=told.phase,
        value=Decimal(told.value) if told.value else None,
        currency=told.currency if told.value else None,
        funding=told.funding,
        description=told.description,
        lead_stage=told.stage,
        stage_since=since,
        bid_wall=told.bid,
        bid_at=calendars.resolve_local(told.bid.date(), told.bid.time(), told.place.zone) if told.bid else None,
        source_kind=told.source_kind,
        source_id=told.source.id if told.source else None,
        source_note=told.source_note,
        heard_on=told.heard_on,
    )
    office.note_made(project_id, "project", told.by, told.made_at)
    for code in dict.fromkeys(told.sectors):
        office.sheets.add(ProjectSector, project_id=project_id, sector_id=office.sectors[code])
    for organization, role, who in told.parties:
        office.sheets.add(
            ProjectParty,
            project_id=project_id,
            organization_id=organization.id,
            role=role,
            person_id=who.id if who else None,
        )
    _moves(office, project_id, told, since)
    prime = next((organization for organization, role, _who in told.parties if role is ProjectRole.prime), None)
    return ProjectRef(
        project_id,
        told.name,
        told.native or "",
        told.place,
        team_id,
        office.users[told.by],
        prime,
        told.sectors,
        [],
    )


def _moves(office: Office, project_id: int, told: ProjectFacts, since: datetime) -> None:
    passed = LEAD_STAGES[: told.stage.order]
    span = (since - told.made_at) / max(1, len(passed) - 1)
    for at, (old, new) in enumerate(pairwise(passed), 1):
        office.sheets.add(
            LeadChange,
            project_id=project_id,
            at=told.made_at + span * at,
            by_id=office.users[told.by],
            old=old,
            new=new,
            skipped=[],
        )
    if told.screened:
        office.sheets.add(
            Evidence,
            record_id=project_id,
            test="screening",
            state=EvidenceState.met,
            on=since.date(),
            where="Consolidated Screening List, by hand",
            result="No match for prime, owner and end user.",
            by_id=office.users[told.by],
            at=since,
        )


@dataclass(frozen=True, kw_only=True)
class NeedFacts:
    """A need to be made."""

    title: str
    made_at: datetime
    by: str
    native: str | None = None
    what: NeedKind = NeedKind.product
    spec: str | None = None
    quantity: str | None = None
    hs6: str | None = None
    certificate: str | None = None
    needed_by: date | None = None
    state: NeedState = NeedState.open


def need(office: Office, told: NeedFacts, lead: ProjectRef | None, firm: OrganizationRef | None = None) -> int:
    """Make a need of a project, of a firm, or of both; it is seen as its host is."""
    host: ProjectRef | OrganizationRef | None = lead or firm
    if host is None:
        raise ValueError("a need is somebody's")
    need_id = office.sheets.record(
        Need,
        **office.stamp(told.by, told.made_at),
        **name_columns(told.title, told.native, [tokens(host.label, host.native, told.hs6)]),
        team_id=host.team_id,
        counselor_id=host.counselor_id,
        confidential=bool(lead and lead.team_id),
        project_id=lead.id if lead else None,
        organization_id=firm.id if firm else None,
        what=told.what,
        title=told.title,
        native_title=told.native,
        spec=told.spec,
        quantity=told.quantity,
        hs6=told.hs6,
        certificate=told.certificate,
        needed_by=told.needed_by,
        state=told.state,
    )
    if lead:
        lead.needs.append(need_id)
    return need_id
