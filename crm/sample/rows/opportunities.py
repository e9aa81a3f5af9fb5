"""Makes rows of opportunities with their stage changes and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from crm.opportunities.models import Opportunity, OpportunityChange
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
from crm.opportunities.quarters import quarter_end
from crm.people.models import RecordEmployer
from crm.records.models import Evidence
from crm.records.policy import EvidenceState

from .specs import OrganizationRef, PersonRef, ProductRef
from .writer import RecordWriter, name_columns, tokens

NEVER = date(9999, 12, 31)


@dataclass(frozen=True, kw_only=True)
class OpportunitySpec:
    """The values of an opportunity. `steps` are (stage, when, why) in order; the last one is its current stage."""

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
    second: str | None = None
    confidential: bool = False
    slipped_from: date | None = None


def add_opportunity(writer: RecordWriter, spec: OpportunitySpec) -> int:
    """Add an opportunity with all its stage changes."""
    stage, since, why = spec.steps[-1]
    project_label = spec.project[1] if spec.project else None
    parts = (spec.product.label if spec.product else None, project_label or (spec.buyer.label if spec.buyer else None))
    title = (spec.title or ", ".join(filter(None, parts)) or spec.client.label)[:200]
    close_key = spec.close_on or (quarter_end(spec.close_quarter) if spec.close_quarter else NEVER)
    case_id = writer.inserter.record(
        Opportunity,
        **writer.stamp(spec.by, spec.steps[0][1]),
        **name_columns(title, None, _found_by(spec)),
        title=title,
        team_id=spec.client.team_id,
        counselor_id=spec.client.counselor_id or writer.users[spec.by],
        second_counselor_id=writer.users[spec.second] if spec.second else None,
        confidential=spec.confidential,
        client_id=spec.client.id,
        path=spec.path,
        project_id=spec.project[0] if spec.project else None,
        buyer_id=spec.buyer.id if spec.buyer else None,
        buyer_contact_id=spec.buyer_contact.id if spec.buyer_contact else None,
        need_id=spec.need_id,
        representation_id=spec.rep_id,
        product_id=spec.product.id if spec.product else None,
        stage=stage,
        stage_since=since,
        amount=spec.amount,
        currency=spec.currency,
        probability=spec.percent,
        held_from=spec.steps[-2][0] if stage is OpportunityStage.export_hold else None,
        certainty=spec.certainty,
        chance=probability(stage, percent=spec.percent, certainty=spec.certainty),
        close_on=spec.close_on,
        close_quarter=spec.close_quarter,
        close_key=close_key,
        waiting_for=spec.waiting_for,
        waiting_since=since,
        license_gate=spec.gate,
        lost_reason_id=spec.lost_reason_id,
        end_why=why if stage.is_end else None,
        wakes_on=spec.wakes_on,
    )
    if (contact := spec.buyer_contact) and contact.organization:
        writer.inserter.add(
            RecordEmployer, record_id=case_id, person_id=contact.id, organization_id=contact.organization.id
        )
    writer.add_history(case_id, "opportunity", spec.by, spec.steps[0][1])
    _steps(writer, case_id, spec)
    return case_id


def _found_by(spec: OpportunitySpec) -> list[str]:
    texts = [tokens(spec.client.label, spec.client.native)]
    if spec.project:
        texts.append(tokens(spec.project[1], spec.project[2]))
    texts += [tokens(one.label, one.native) for one in (spec.buyer, spec.product) if one is not None]
    return texts


def _steps(writer: RecordWriter, case_id: int, spec: OpportunitySpec) -> None:
    add, by_id, old = writer.inserter.add, writer.users[spec.by], None
    for stage, current, why in spec.steps:
        add(
            OpportunityChange,
            opportunity_id=case_id,
            at=current,
            by_id=by_id,
            field=ChangedField.stage.value,
            old=old.value if old else None,
            new=stage.value,
            why=why,
            skipped=[],
        )
        old = stage
    if spec.slipped_from and spec.close_on:
        add(
            OpportunityChange,
            opportunity_id=case_id,
            at=spec.steps[-1][1],
            by_id=by_id,
            field=ChangedField.close.value,
            old=spec.slipped_from.isoformat(),
            new=spec.close_on.isoformat(),
            why="Budget decision postponed",
            skipped=[],
        )
    for test, where, result in spec.evidence:
        add(
            Evidence,
            record_id=case_id,
            test=test.value,
            state=EvidenceState.met,
            on=spec.steps[-1][1].date(),
            where=where,
            result=result,
            by_id=by_id,
            at=spec.steps[-1][1],
        )


def evidence_of(stage: OpportunityStage) -> tuple[tuple[ExitTest, str, str], ...]:
    """Return the stage requirements that were completed by hand: test, place, result."""
    evidence = []
    if stage.order >= OpportunityStage.export_cleared.order or stage is OpportunityStage.export_hold:
        evidence.append((ExitTest.parties_screened, "Consolidated Screening List, manual search", "No match."))
    if stage.order > OpportunityStage.quoted.order:
        evidence.append((ExitTest.quote, "Quote on file", "CIF Shanghai, valid 60 days"))
    if stage.order > OpportunityStage.contracted.order:
        evidence += [
            (ExitTest.signed_on, "Contract on file", "Signed"),
            (ExitTest.contract_number, "Contract on file", "No. 26-118"),
        ]
    if stage is OpportunityStage.impact_reported:
        evidence.append((ExitTest.milestone, "", ""))
    return tuple(evidence)
