"""The opportunities of the demo board."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from crm.opportunities import policy
from crm.opportunities.policy import ExitTest, LicenseGate, SalesPath, WaitingFor
from crm.reference.services import shipped_rows
from crm.sample.rows import opportunities

from .demo_records import DemoRecords

S = policy.OpportunityStage
CLEAR = (
    ExitTest.parties_screened,
    "Consolidated Screening List, manual search",
    "No match for client, prime and owner.",
)


def create(demo: DemoRecords) -> None:
    """Create the opportunities of the board, and the one that is on hold and confidential."""
    for row in shipped_rows("opportunities", "crm.sample.demo"):
        _add_opportunity(demo, row)
    palomar = demo.organizations["Palomar Photonics"]
    demo.opportunities["imager"] = opportunities.add_opportunity(
        demo.writer,
        opportunities.OpportunitySpec(
            client=palomar,
            title="Imagers, Qingshan campus",
            by="anna",
            product=demo.products["imager"],
            buyer=demo.organizations["Hanjiang Water"],
            amount=Decimal(1_900_000),
            confidential=True,
            project=(demo.leads["qingshan"].id, "Qingshan data campus", "青山数据园区"),
            steps=[
                (S.matched, demo.moment(-36), None),
                (S.export_hold, demo.moment(-30), "USML category XII, for China"),
            ],
        ),
    )


def _add_opportunity(demo: DemoRecords, row: dict[str, str]) -> None:
    lead = demo.leads[row["project"]] if row["project"] else None
    client, product, host = (
        demo.organizations[row["client"]],
        demo.products[row["product"]],
        demo.organizations[row["buyer"]],
    )
    current_stage, days = S.from_code(row["stage"]), int(row["days_in_stage"])
    path = SalesPath.project if lead else SalesPath.direct_sale
    cleared = product.cleared and (current_stage.order >= S.export_cleared.order)
    default_gate = LicenseGate.not_needed if cleared else LicenseGate.to_determine
    demo.opportunities[row["key"]] = opportunities.add_opportunity(
        demo.writer,
        opportunities.OpportunitySpec(
            client=client,
            title=row["title"],
            second="shen" if row["key"] in ("clearair", "level", "metering") else None,
            by="boris" if client.team_id == demo.writer.teams["Bay"] else "anna",
            path=path,
            project=(lead.id, lead.label, lead.native) if lead else None,
            buyer=host,
            product=product,
            buyer_contact=host.people[0] if host.people else None,
            need_id=lead.needs[0] if lead and lead.needs else None,
            rep_id=demo.reps.get(client.label),
            amount=Decimal(row["amount"]) if row["amount"] else None,
            currency=row["currency"],
            percent=int(row["percent"]) if row["percent"] else None,
            close_on=demo.day(40 + 9 * days % 150),
            slipped_from=demo.day(20) if row["key"] in ("valves", "walls") else None,
            waiting_for=WaitingFor.from_code(row["waiting_for"]),
            gate=LicenseGate.from_code(row["gate"]) if row["gate"] else default_gate,
            evidence=_evidence(current_stage, cleared=cleared),
            steps=_steps(demo, current_stage, days, path),
        ),
    )


def _steps(
    demo: DemoRecords, current: policy.OpportunityStage, days: int, path: SalesPath
) -> list[tuple[policy.OpportunityStage, datetime, str | None]]:
    """Return all stages up to the current one, about three weeks apart."""
    stages = [
        one
        for one in S
        if not one.is_end and one.order <= current.order and (one.is_direct or path is SalesPath.project)
    ]
    last = demo.moment(-days)
    changes = [(one, last - timedelta(days=19 * back, hours=back), None) for back, one in enumerate(reversed(stages))]
    return list(reversed(changes))


def _evidence(stage: policy.OpportunityStage, *, cleared: bool) -> tuple[tuple[ExitTest, str, str], ...]:
    evidence = [CLEAR] if cleared else []
    if stage.order > S.qualifying.order:
        evidence.append((ExitTest.nnn, "Attachment", "NNN signed by both sides"))
    if stage.order > S.quoted.order:
        evidence.append((ExitTest.quote, "Attachment", "CIF, USD, valid 60 days"))
    if stage.order >= S.contracted.order:
        evidence += [(ExitTest.signed_on, "Contract", "Signed"), (ExitTest.contract_number, "Contract", "HY-26-0118")]
    if stage is S.impact_reported:
        evidence.append((ExitTest.milestone, "", ""))
    return tuple(evidence)
