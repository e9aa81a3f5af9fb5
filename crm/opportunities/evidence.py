"""Which exit tests of an opportunity are met: by data on record, or marked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias, fetch
from crm.core.data.together import run_together
from crm.interactions.models import Interaction, InteractionLink
from crm.interactions.policy import InteractionState, InteractionType
from crm.organizations.models import DatedFact, Organization
from crm.organizations.policy import FactKind
from crm.products.models import Product
from crm.products.policy import Jurisdiction, is_classified, is_defense_article
from crm.projects.models import Project
from crm.records.policy import EvidenceState
from crm.records.queries import EvidenceRow, evidence_of

from .models import Opportunity
from .policy import (
    ExitTest,
    LicenseGate,
    OpportunityFacts,
    OpportunityStage,
    is_arms_embargoed,
    is_review_finished,
    path_stages,
)


@dataclass(frozen=True)
class ExitTestRow:
    """One exit test of a stage; `evidence` says who marked it by hand, when and why."""

    test: ExitTest
    is_met: bool
    evidence: EvidenceRow | None

    @property
    def is_waived(self) -> bool:
        """Whether it was marked as not applicable."""
        return self.evidence is not None and self.evidence.state is EvidenceState.does_not_apply


@dataclass(frozen=True)
class ExitTests:
    """The facts that moves depend on, and the evidence entered by hand, by code of the test."""

    facts: OpportunityFacts
    evidence: Mapping[str, EvidenceRow]

    def of(self, stage: OpportunityStage) -> list[ExitTestRow]:
        """Return the tests of a stage as lines of a checklist."""
        return [ExitTestRow(t, t in self.facts.met_tests, self.evidence.get(str(t.value))) for t in stage.tests]

    def stages(self) -> list[tuple[OpportunityStage, list[ExitTestRow]]]:
        """Return every stage of the path with its tests."""
        return [(stage, self.of(stage)) for stage in path_stages(self.facts.path)]


def load_exit_tests(opportunity: Opportunity) -> ExitTests:
    """Load the exit tests, in two statements. The caller has checked that the reader may see the opportunity."""
    (product, countries, introduced, us_content), evidence = run_together(
        partial(_on_record, opportunity), partial(evidence_of, opportunity.id)
    )
    on_record = {
        ExitTest.client: True,
        ExitTest.product: product is not None,
        ExitTest.rep_known: opportunity.representation_id is not None,
        ExitTest.license_need: opportunity.license_gate is not LicenseGate.to_determine,
        ExitTest.introduction: introduced,
        ExitTest.us_content: us_content,
        ExitTest.value: opportunity.amount is not None,
    }
    if product is not None:
        on_record |= _export_status(product)
    met_tests = frozenset(test for test in ExitTest if on_record.get(test) or str(test.value) in evidence)
    is_defense = product is not None and is_defense_article(product.jurisdiction, product.usml_category)
    facts = OpportunityFacts(
        path=opportunity.path,
        met_tests=met_tests,
        is_cleared=is_review_finished(met_tests, opportunity.license_gate),
        is_embargoed=is_defense and is_arms_embargoed(countries),
    )
    return ExitTests(facts, evidence)


def _export_status(product: Any) -> dict[ExitTest, bool]:
    classified = is_classified(
        product.jurisdiction, eccn=product.eccn, usml=product.usml_category, said_by=product.said_by
    )
    return {
        ExitTest.ip_note: bool(product.ip_note),
        ExitTest.jurisdiction: product.jurisdiction is not Jurisdiction.unknown,
        ExitTest.classification: classified and product.said_on is not None,
    }


def _on_record(opportunity: Opportunity) -> tuple[Any, tuple[str | None, str | None], bool, bool]:
    """Return the product or None, the countries of project and buyer, whether introduced, whether US content is set."""
    product, project, buyer = Product.__table__, Project.__table__, Organization.__table__
    content = sa.exists().where(
        DatedFact.organization_id == opportunity.client_id,
        DatedFact.kind == FactKind.us_content,
        DatedFact.number.is_not(None),
    )
    columns = (
        product.c.id,
        product.c.ip_note,
        product.c.jurisdiction,
        product.c.eccn,
        product.c.usml_category,
        product.c.said_by,
        product.c.said_on,
    )
    stmt = (
        sa.select(*columns, project.c.country.label("project"), buyer.c.country.label("buyer"))
        .add_columns(_introduction_condition(opportunity).label("introduced"), content.label("us_content"))
        .select_from(Opportunity.__table__)
        .outerjoin(product, product.c.id == Opportunity.product_id)
        .outerjoin(project, project.c.id == Opportunity.project_id)
        .outerjoin(buyer, buyer.c.id == Opportunity.buyer_id)
        .where(Opportunity.__table__.c.id == opportunity.id)
    )
    row = fetch(stmt)[0]
    return row if row.id is not None else None, (row.project, row.buyer), bool(row.introduced), bool(row.us_content)


def _introduction_condition(opportunity: Opportunity) -> sa.Exists:
    """Return the condition that an introduction of the client to the buyer, project or opportunity was held."""
    their_link, our_link = alias(InteractionLink, "their_link"), alias(InteractionLink, "our_link")
    other_ids = [i for i in (opportunity.id, opportunity.buyer_id, opportunity.project_id) if i is not None]
    return (
        sa.select(sa.literal(1))
        .select_from(Interaction)
        .join(our_link, sa.and_(our_link.interaction_id == Interaction.id, our_link.record_id == opportunity.client_id))
        .join(their_link, sa.and_(their_link.interaction_id == Interaction.id, their_link.record_id.in_(other_ids)))
        .where(Interaction.type == InteractionType.introduction, Interaction.state == InteractionState.held)
        .where(Interaction.archived_at.is_(None))
        .exists()
    )
