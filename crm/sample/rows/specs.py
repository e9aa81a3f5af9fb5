"""Values of organizations, people and interactions from which rows are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crm.followups.enums import FollowUpSide, FollowUpState
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType, SentKind, SessionType
from crm.organizations.policy import AliasKind, BusinessStage, ClientStatus, LegalForm, OrganizationRole, YesNoUnknown
from crm.people.policy import ConsentKind, DisplayOrder, OfficialKind, OfficialRank
from crm.sample.places import SamplePlace


@dataclass(slots=True)
class OrganizationRef:
    """An organization that has been added."""

    id: int
    label: str
    native: str
    roles: frozenset[OrganizationRole]
    place: SamplePlace
    team_id: int | None
    counselor_id: int | None
    confidential: bool
    made_at: datetime
    people: list[PersonRef] = field(default_factory=list)
    products: list[ProductRef] = field(default_factory=list)
    cases: list[OpportunityRef] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OpportunityRef:
    """An opportunity of a client that has been added."""

    id: int
    since: datetime
    is_open: bool


@dataclass(slots=True)
class PersonRef:
    """A person who has been added."""

    id: int
    label: str
    native: str
    organization: OrganizationRef | None
    team_id: int | None
    zone: str


@dataclass(slots=True)
class ProductRef:
    """A product that has been added."""

    id: int
    label: str
    native: str
    sector: str
    cleared: bool


@dataclass(frozen=True, kw_only=True)
class ClientFigures:
    """Figures of a client; None is not known yet."""

    as_of: date
    staff: int | None = None
    export_staff: int | None = None
    sales: int | None = None
    export_sales: int | None = None
    us_content: int | None = None
    export_countries: str | None = None


@dataclass(frozen=True, kw_only=True)
class ClientFacts:
    """The details of a client."""

    status: ClientStatus = ClientStatus.client
    stage: BusinessStage | None = BusinessStage.in_business
    legal_form: LegalForm | None = None
    founded_on: date | None = None
    county: str | None = None
    naics: str | None = None
    step: YesNoUnknown = YesNoUnknown.unknown
    wish: str | None = None
    goals: str | None = None
    signed_on: date | None = None
    until: date | None = None
    figures: ClientFigures | None = None


@dataclass(frozen=True, kw_only=True)
class OrganizationSpec:
    """The values of an organization."""

    name: str
    place: SamplePlace
    made_at: datetime
    roles: tuple[OrganizationRole, ...]
    native: str | None = None
    by: str = "anna"
    team: str | None = None
    counselor: str | None = None
    aliases: tuple[tuple[AliasKind, str], ...] = ()
    sectors: tuple[str, ...] = ()
    domain: str | None = None
    phone: str | None = None
    uscc: str | None = None
    parent: OrganizationRef | None = None
    parent_share: int | None = None
    read_first: str | None = None
    confidential: bool = False
    client: ClientFacts | None = None


@dataclass(frozen=True, kw_only=True)
class AffiliationSpec:
    """A position, now or in the past."""

    organization: OrganizationRef
    title: str | None = None
    native_title: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    main: bool = True
    official: OfficialKind = OfficialKind.none
    rank: OfficialRank | None = None
    rank_words: str | None = None


@dataclass(frozen=True, kw_only=True)
class PersonSpec:
    """The values of a person; `points` are (medium, label, raw, normalized)."""

    made_at: datetime
    family_latin: str | None = None
    given_latin: str | None = None
    family_native: str | None = None
    given_native: str | None = None
    english_name: str | None = None
    order: DisplayOrder = DisplayOrder.given_first
    jobs: tuple[AffiliationSpec, ...] = ()
    place: SamplePlace | None = None
    by: str = "anna"
    counselor: str | None = None
    points: tuple[tuple[Any, Any, str, str], ...] = ()
    languages: str | None = None
    mail_language: str | None = None
    pronunciation: str | None = None
    consent: ConsentKind | None = None
    consent_place: str | None = None
    consent_on: date | None = None
    read_first: str | None = None
    note: str | None = None
    address_as: str | None = None


@dataclass(frozen=True, kw_only=True)
class InteractionSpec:
    """The values of an interaction; `clients` are (organization, contact, prep, travel minutes, funder code)."""

    wall: datetime
    zone: str
    subject: str
    by: str = "anna"
    type: InteractionType = InteractionType.call
    state: InteractionState = InteractionState.held
    reached: InteractionOutcome = InteractionOutcome.talked
    minutes: int | None = None
    place: str | None = None
    notes: str | None = None
    english: str | None = None
    people: tuple[PersonRef, ...] = ()
    unnamed_people: tuple[tuple[str, int, OrganizationRef], ...] = ()
    staff: tuple[str, ...] = ()
    clients: tuple[tuple[OrganizationRef, int, int, int, str | None], ...] = ()
    session_type: SessionType | None = None
    about: tuple[int, ...] = ()
    sent: tuple[tuple[SentKind, str], ...] = ()
    made_at: datetime | None = None
    confidential: bool = False


@dataclass(frozen=True, kw_only=True)
class FollowUpSpec:
    """The values of a follow-up; `due` is a date, or a local date and time in `zone`."""

    title: str
    due: date
    counselor: str
    made_at: datetime
    about: tuple[OrganizationRef | PersonRef, ...] = ()
    cases: tuple[int, ...] = ()
    team_id: int | None = None
    zone: str = "America/Los_Angeles"
    side: FollowUpSide = FollowUpSide.we
    by: str | None = None
    promised_by: PersonRef | None = None
    promised_to: PersonRef | None = None
    source_id: int | None = None
    state: FollowUpState = FollowUpState.open
    result: str | None = None
    closed_at: datetime | None = None
    tries: int = 0
    postponed_count: int = 0
    mail_alone: bool = False
    note: str | None = None
    confidential: bool = False
