"""Generates opportunities in all stages of both sales paths."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from crm.impact.policy import Confirmation, MilestoneKind
from crm.opportunities.policy import (
    Certainty,
    LicenseGate,
    OpportunityStage,
    SalesPath,
    StageGroup,
    WaitingFor,
    is_open,
    path_stages,
)
from crm.sample.rows import leads, milestones, opportunities
from crm.sample.rows.specs import OpportunityRef, OrganizationRef
from crm.sample.sectors import TRADES

from .market import Market

Steps = list[tuple[OpportunityStage, datetime, str | None]]
STAGES = (
    (OpportunityStage.matched, 16),
    (OpportunityStage.export_cleared, 10),
    (OpportunityStage.introduced, 14),
    (OpportunityStage.qualifying, 9),
    (OpportunityStage.quoted, 11),
    (OpportunityStage.evaluating, 9),
    (OpportunityStage.negotiating, 7),
    (OpportunityStage.contracted, 4),
    (OpportunityStage.delivering, 4),
    (OpportunityStage.impact_reported, 3),
    (OpportunityStage.lost, 6),
    (OpportunityStage.no_bid, 2),
    (OpportunityStage.withdrawn, 2),
    (OpportunityStage.dormant, 2),
    (OpportunityStage.export_hold, 1),
)
ENDED_WHY = (
    "Price 20% too high",
    "Owner requires local content",
    "Postponed to next year",
    "没有预算",
    "No reply since spring",
)


class OpportunityGenerator:
    """Generates opportunities of clients at the primes and buyers of a market."""

    def __init__(self, market: Market) -> None:
        self.market, self.generator = market, market.generator
        self.writer, self.rng = market.writer, market.rng

    def add_opportunities(self, count: int) -> None:
        """Create so many opportunities in all stages of both sales paths."""
        ready = [client for client in self.market.clients if client.products]
        visible_leads = [lead for lead in self.generator.generated.leads if lead.team_id is None]
        fitting = {code: [lead for lead in visible_leads if code in lead.sectors] for code in TRADES}
        stages, weights = zip(*STAGES, strict=True)
        for _ in range(count):
            self._add_opportunity(self.rng.choice(ready), self.rng.choices(stages, weights)[0], fitting)
            self.writer.inserter.insert_if_many()

    def _add_opportunity(
        self, client: OrganizationRef, stage: OpportunityStage, fitting: dict[str, list[leads.ProjectRef]]
    ) -> None:
        rng = self.rng
        product = rng.choice([p for p in client.products if p.cleared] or client.products)
        lead = rng.choice(fitting[product.sector]) if fitting[product.sector] and rng.random() < 0.7 else None
        path = SalesPath.project if lead else SalesPath.direct_sale
        if stage is OpportunityStage.qualifying and path is SalesPath.direct_sale:
            stage = OpportunityStage.introduced
        if not product.cleared and (stage is OpportunityStage.export_cleared or stage.needs_export_review):
            stage = OpportunityStage.introduced
        buyer = (lead.prime if lead else None) or rng.choice(
            (self.market.primes if lead else self.market.buyers)[product.sector]
        )
        amount = Decimal(int(rng.lognormvariate(12.2, 0.9)) // 1000 * 1000) if rng.random() < 0.9 else None
        day = self.writer.today + timedelta(days=rng.randint(-15, 300))
        quarter = rng.random() < 0.3
        requested = (
            stage.order < OpportunityStage.export_cleared.order
            or stage is OpportunityStage.introduced
            or stage is OpportunityStage.qualifying
        )
        steps = self._steps(stage, path)
        spec = opportunities.OpportunitySpec(
            client=client,
            steps=steps,
            by=self.market.by_id[client.counselor_id or 0],
            title=None if lead is None else f"{product.label.split(',')[0]}, {lead.label}"[:200],
            path=path,
            project=(lead.id, lead.label, lead.native) if lead else None,
            buyer=buyer,
            product=product,
            buyer_contact=buyer.people[0] if buyer.people else None,
            need_id=rng.choice(lead.needs) if lead and lead.needs else None,
            amount=amount,
            currency=rng.choices(("USD", "CNY"), (8, 2))[0],
            certainty=rng.choice((None, None, None, *Certainty)),
            close_on=None if quarter else day,
            close_quarter=f"{day.year}Q{(day.month - 1) // 3 + 1}" if quarter else None,
            waiting_for=rng.choice(tuple(WaitingFor)[:4]),
            gate=LicenseGate.to_determine if requested and rng.random() < 0.6 else LicenseGate.not_needed,
            lost_reason_id=rng.choice(self.writer.lost_reasons) if stage is OpportunityStage.lost else None,
            wakes_on=self.writer.today + timedelta(days=rng.randint(20, 120))
            if stage is OpportunityStage.dormant
            else None,
            evidence=opportunities.evidence_of(stage),
            slipped_from=day - timedelta(days=40) if not quarter and rng.random() < 0.15 else None,
        )
        opportunity_id = opportunities.add_opportunity(self.writer, spec)
        client.cases.append(OpportunityRef(opportunity_id, steps[0][1], is_open(stage)))
        if stage.group is StageGroup.signed:
            about = f"{product.label.split(',')[0]}, {lead.label}" if lead else product.label
            self._add_contract(spec, opportunity_id, about, buyer.place.country)

    def _add_contract(self, case: opportunities.OpportunitySpec, opportunity_id: int, about: str, country: str) -> None:
        """Add the contract as a milestone; the client confirmed it if impact was reported."""
        last_stage, last_at, _why = case.steps[-1]
        signed_at = next(
            (moment for stage, moment, _why in case.steps if stage is OpportunityStage.contracted), last_at
        )
        is_confirmed = last_stage is OpportunityStage.impact_reported
        milestones.add_milestone(
            self.writer,
            milestones.MilestoneSpec(
                client=case.client,
                by=case.by,
                made_at=signed_at,
                type=MilestoneKind.contract,
                on=signed_at.date(),
                about=about,
                opportunity_id=opportunity_id,
                amount=case.amount,
                currency=case.currency,
                country=country,
                confirmed_on=last_at.date() if is_confirmed else None,
                confirmed_how=Confirmation.document if is_confirmed else None,
            ),
        )

    def _steps(self, stage: OpportunityStage, path: SalesPath) -> Steps:
        """Return the stage changes of an opportunity up to its stage, in order of time, none in the future."""
        rng = self.rng
        ordered = [one for one in path_stages(path) if one.order <= (stage.order or rng.randint(5, 9))]
        stages = [one for one in ordered if one is OpportunityStage.matched or one is stage or rng.random() < 0.8]
        stages += [stage] if stage.is_end else []
        last = self.writer.now - timedelta(days=rng.expovariate(1 / 18) + 0.3)
        moments = [last]
        for _ in stages[1:]:
            moments.append(moments[-1] - timedelta(days=rng.uniform(3, 34), minutes=rng.randint(0, 400)))
        why = rng.choice(ENDED_WHY) if stage.is_end else None
        return [
            (one, moment, why if one is stage else None) for one, moment in zip(stages, reversed(moments), strict=True)
        ]
