"""The export review of an opportunity: its tests, the arms embargo, and the rights of compliance officers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, cast

from crm.core.policy import Actor, HasAccess, Right, may_see
from crm.products.policy import ARMS_EMBARGOED

from .stages import ExitTest, LicenseGate, OpportunityStage

EXPORT_TESTS = OpportunityStage.export_cleared.tests
"""The tests of the export review."""
CLOSED_GATES = (LicenseGate.denied, LicenseGate.returned_without_action)


def is_review_finished(met_tests: Collection[ExitTest], gate: LicenseGate) -> bool:
    """Whether every test of the export review is met and no license was refused."""
    return all(test in met_tests for test in EXPORT_TESTS) and gate not in CLOSED_GATES


def is_arms_embargoed(countries: Collection[str | None]) -> bool:
    """Whether a defense article would go to a country under an arms embargo; no known country counts as one."""
    known_countries = {country for country in countries if country}
    return not known_countries or not known_countries.isdisjoint(ARMS_EMBARGOED)


def may_mark_test(test: ExitTest, *, applies: bool, may_hold: bool) -> bool:
    """Whether an exit test may be marked by hand.

    Everyone may record a screening. The other tests of the export review follow from product and opportunity; only
    compliance may mark them as met or as not applicable.
    """
    if test not in EXPORT_TESTS:
        return True
    return may_hold or (test is ExitTest.parties_screened and applies)


class ReviewFacts(HasAccess, Protocol):
    """What rules about opportunities read besides the facts of any record."""

    stage: OpportunityStage
    license_gate: LicenseGate


AWAITING = (OpportunityStage.matched, OpportunityStage.introduced, OpportunityStage.qualifying)
"""Stages in which an opportunity may still wait for its export review."""


def awaits_review(stage: OpportunityStage, gate: LicenseGate) -> bool:
    """Whether it waits for compliance: on export hold, or before the quote with the license to be determined."""
    return stage is OpportunityStage.export_hold or (stage in AWAITING and gate is LicenseGate.to_determine)


def has_compliance(actor: Actor) -> bool:
    """Whether the actor has the compliance right."""
    return actor.is_system or Right.compliance in actor.rights


def may_hold(actor: Actor, facts: HasAccess) -> bool:
    """Whether the actor may set and lift the export hold: compliance, for every opportunity it may see."""
    return has_compliance(actor) and may_see_opportunity(actor, facts)


def may_see_opportunity(actor: Actor, facts: HasAccess) -> bool:
    """Whether the actor may see it. Compliance also sees other teams' opportunities that await review."""
    if may_see(actor, facts):
        return True
    opportunity = cast("ReviewFacts", facts)
    review = Right.compliance in actor.rights and not facts.confidential
    return review and awaits_review(opportunity.stage, opportunity.license_gate)
