"""Makes rows of products, China reps and cases, as the services of their features would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from crm.opportunities.models import Opportunity, OpportunityChange, visibility_key
from crm.opportunities.policy import (
    Certainty,
    ChangedField,
    ExitTest,
    LicenseGate,
    OpportunityStage,
    SalesPath,
    WaitingFor,
    probability,
)
from crm.opportunities.services import quarter_end
from crm.people.models import Representation
from crm.people.policy import Exclusivity, RepresentationBasis, RepresentationKind, RepresentationStatus
from crm.products.models import Product, RepresentationProduct
from crm.products.policy import ClassificationSource, Jurisdiction, ProductKind
from crm.records.models import Evidence
from crm.records.policy import EvidenceState

from .specs import OrganizationRef, PersonRef, ProductRef
from .writer import Office, name_columns, tokens

NEVER = date(9999, 12, 31)


@dataclass(frozen=True, kw_only=True)
class OfferFacts:
    """A product to be made."""

    name: str
    sector: str
    made_at: datetime
    by: str
    native: str | None = None
    kind: ProductKind = ProductKind.product
    hs6: str | None = None
    certificates: str | None = None
    capacity: str | None = None
    jurisdiction: Jurisdiction = Jurisdiction.unknown
    eccn: str | None = None
    usml: str | None = None
    said_by: ClassificationSource | None = None
    said_on: date | None = None
    ip_note: str | None = None


def offer(office: Office, client: OrganizationRef, told: OfferFacts) -> ProductRef:
    """Make a product of a client."""
    words = [tokens(client.label, client.native, told.hs6)]
    offer_id = office.sheets.record(
        Product,
        **office.stamp(told.by, told.made_at),
        **name_columns(told.name, told.native, words),
        team_id=client.team_id,
        counselor_id=client.counselor_id,
        confidential=client.confidential,
        client_id=client.id,
        offer=told.kind,
        name=told.name,
        native_name=told.native,
        hs6=told.hs6,
        certificates=told.certificates,
        capacity=told.capacity,
        jurisdiction=told.jurisdiction,
        eccn=told.eccn,
        usml_category=told.usml,
        said_by=told.said_by,
        said_on=told.said_on,
        ip_note=told.ip_note,
    )
    office.note_made(offer_id, "product", told.by, told.made_at)
    cleared = bool(told.said_by and told.eccn) and told.jurisdiction is Jurisdiction.ear
    made = ProductRef(offer_id, told.name, told.native or "", told.sector, bool(told.usml), cleared)
    client.products.append(made)
    return made


@dataclass(frozen=True, kw_only=True)
class RepresentationSpec:
    """A China rep to be made."""

    made_at: datetime
    by: str
    person: PersonRef | None = None
    firm: OrganizationRef | None = None
    kind: RepresentationKind = RepresentationKind.agent
    territory: str | None = None
    exclusive: Exclusivity = Exclusivity.unknown
    from_on: date | None = None
    to_on: date | None = None
    status: RepresentationStatus = RepresentationStatus.active
    may_quote: bool = False
    mark_owner: str | None = None
    products: tuple[ProductRef, ...] = ()


def represent(office: Office, client: OrganizationRef, told: RepresentationSpec) -> int:
    """Make the representation of a client."""
    who = [one for one in (told.person, told.firm) if one is not None]
    label = " / ".join(one.label for one in who)
    native = " / ".join(one.native for one in who if one.native)
    rep_id = office.sheets.record(
        Representation,
        **office.stamp(told.by, told.made_at),
        **name_columns(f"{label} for {client.label}", native, [tokens(client.label)]),
        team_id=client.team_id,
        counselor_id=client.counselor_id or office.users[told.by],
        client_id=client.id,
        person_id=told.person.id if told.person else None,
        firm_id=told.firm.id if told.firm else None,
        rep_kind=told.kind,
        territory=told.territory,
        exclusive=told.exclusive,
        basis=RepresentationBasis.agreement if told.from_on else RepresentationBasis.word,
        from_on=told.from_on,
        to_on=told.to_on,
        status=told.status,
        may_quote=told.may_quote,
        mark_owner=told.mark_owner,
    )
    for product in told.products:
        office.sheets.add(RepresentationProduct, representation_id=rep_id, product_id=product.id)
    office.note_made(rep_id, "representation", told.by, told.made_at)
    return rep_id


@dataclass(frozen=True, kw_only=True)
class OpportunitySpec:
    """A case to be made. `steps` are (stage, when, why) from the first on; the last one is where it stands."""

    client: OrganizationRef
    steps: Sequence[tuple[OpportunityStage, datetime, str | None]]
    by: str
    title: str | None = None
    path: SalesPath = SalesPath.project
    project: tuple[int, str, str] | None = None
    buyer: OrganizationRef | None = None
    buyer_contact: PersonRef | None = None
    need_id: int | None = None
    rep_id: int | None = None
    product: ProductRef | None = None
    amount: Decimal | None = None
    currency: str = "USD"
    percent: int | None = None
    certainty: Certainty | None = None
    close_on: date | None = None
    close_quarter: str | None = None
    waiting_for: WaitingFor = WaitingFor.us
    gate: LicenseGate = LicenseGate.to_determine
    lost_reason_id: int | None = None
    wakes_on: date | None = None
    evidence: tuple[tuple[ExitTest, str, str], ...] = ()
    confidential: bool = False
    slipped_from: date | None = None


def add_opportunity(office: Office, told: OpportunitySpec) -> int:
    """Make a case with every step it has taken."""
    stage, since, why = told.steps[-1]
    project_label = told.project[1] if told.project else None
    parts = (told.product.label if told.product else None, project_label or (told.buyer.label if told.buyer else None))
    title = (told.title or ", ".join(filter(None, parts)) or told.client.label)[:200]
    close_key = told.close_on or (quarter_end(told.close_quarter) if told.close_quarter else NEVER)
    case_id = office.sheets.record(
        Opportunity,
        **office.stamp(told.by, told.steps[0][1]),
        **name_columns(title, None, _found_by(told)),
        title=title,
        team_id=told.client.team_id,
        counselor_id=told.client.counselor_id or office.users[told.by],
        confidential=told.confidential,
        client_id=told.client.id,
        path=told.path,
        project_id=told.project[0] if told.project else None,
        buyer_id=told.buyer.id if told.buyer else None,
        buyer_contact_id=told.buyer_contact.id if told.buyer_contact else None,
        need_id=told.need_id,
        representation_id=told.rep_id,
        product_id=told.product.id if told.product else None,
        stage=stage,
        stage_since=since,
        amount=told.amount,
        currency=told.currency,
        probability=told.percent,
        held_from=told.steps[-2][0] if stage is OpportunityStage.export_hold else None,
        certainty=told.certainty,
        chance=probability(stage, percent=told.percent, certainty=told.certainty),
        close_on=told.close_on,
        close_quarter=told.close_quarter,
        close_key=close_key,
        waiting_for=told.waiting_for,
        license_gate=told.gate,
        lost_reason_id=told.lost_reason_id,
        end_why=why if stage.is_end else None,
        wakes_on=told.wakes_on,
        shelf=visibility_key(told.client.team_id, confidential=told.confidential, archived=False),
    )
    office.note_made(case_id, "opportunity", told.by, told.steps[0][1])
    _steps(office, case_id, told)
    return case_id


def _found_by(told: OpportunitySpec) -> list[str]:
    found = [tokens(told.client.label, told.client.native)]
    if told.project:
        found.append(tokens(told.project[1], told.project[2]))
    found += [tokens(one.label, one.native) for one in (told.buyer, told.product) if one is not None]
    return found


def _steps(office: Office, case_id: int, told: OpportunitySpec) -> None:
    add, by_id, old = office.sheets.add, office.users[told.by], None
    for stage, at, why in told.steps:
        add(
            OpportunityChange,
            opportunity_id=case_id,
            at=at,
            by_id=by_id,
            field=ChangedField.stage.value,
            old=old.value if old else None,
            new=stage.value,
            why=why,
            skipped=[],
        )
        old = stage
    if told.slipped_from and told.close_on:
        add(
            OpportunityChange,
            opportunity_id=case_id,
            at=told.steps[-1][1],
            by_id=by_id,
            field=ChangedField.close.value,
            old=told.slipped_from.isoformat(),
            new=told.close_on.isoformat(),
            why="Budget round moved",
            skipped=[],
        )
    for test, where, result in told.evidence:
        add(
            Evidence,
            record_id=case_id,
            test=test.value,
            state=EvidenceState.met,
            on=told.steps[-1][1].date(),
            where=where,
            result=result,
            by_id=by_id,
            at=told.steps[-1][1],
        )


def evidence_of(stage: OpportunityStage) -> tuple[tuple[ExitTest, str, str], ...]:
    """What was settled by hand on the way to a stage: test, where, result."""
    found = []
    if stage.order >= OpportunityStage.export_cleared.order or stage is OpportunityStage.export_hold:
        found.append((ExitTest.parties_screened, "Consolidated Screening List, by hand", "No match."))
    if stage.order > OpportunityStage.quoted.order:
        found.append((ExitTest.quote, "Quote on file", "CIF Shanghai, valid 60 days"))
    if stage.order > OpportunityStage.contracted.order:
        found += [
            (ExitTest.signed_on, "Contract on file", "Signed"),
            (ExitTest.contract_number, "Contract on file", "No. 26-118"),
        ]
    return tuple(found)
