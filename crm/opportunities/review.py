"""The export review of a case: what it consists of, where arms stop, and who of compliance sees and holds what."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, cast

from crm.core.policy import Actor, Facts, Right, may_see

from .stages import ExitTest, LicenseGate, OpportunityStage

EXPORT_TESTS = OpportunityStage.export_cleared.tests
"""What makes up the export review."""
CLOSED_GATES = (LicenseGate.denied, LicenseGate.returned_without_action)
EMBARGOED = frozenset(
    {
        "AF",
        "BY",
        "CD",
        "CF",
        "CN",
        "CU",
        "ER",
        "ET",
        "HK",
        "HT",
        "IQ",
        "IR",
        "KH",
        "KP",
        "LB",
        "LY",
        "MM",
        "MO",
        "NI",
        "RU",
        "SD",
        "SO",
        "SS",
        "SY",
        "VE",
        "ZW",
    }
)
"""Countries of 22 CFR 126.1 (d), to which no defense article goes; Hong Kong and Macau go with China."""


def is_review_finished(met_tests: Collection[ExitTest], gate: LicenseGate) -> bool:
    """Whether the export review is over and found for the case: every test of it settled, no license refused."""
    return all(test in met_tests for test in EXPORT_TESTS) and gate not in CLOSED_GATES


def is_arms_embargoed(usml_category: str | None, countries: Collection[str | None]) -> bool:
    """Whether a product of the US Munitions List would go to an embargoed country; an unknown country counts as one."""
    known_countries = {country for country in countries if country}
    return bool(usml_category) and (not known_countries or not known_countries.isdisjoint(EMBARGOED))


def may_mark_test(test: ExitTest, *, applies: bool, may_hold: bool) -> bool:
    """Whether an exit test may be settled by hand.

    Of the export review anybody may record a screening; the rest of it follows from product and case, and only
    compliance may say that it is met otherwise, or does not apply.
    """
    if test not in EXPORT_TESTS:
        return True
    return may_hold or (test is ExitTest.parties_screened and applies)


class ReviewFacts(Facts, Protocol):
    """What a rule about a case needs to know of it beside what it needs of any record."""

    stage: OpportunityStage
    license_gate: LicenseGate


AWAITING = (OpportunityStage.matched, OpportunityStage.introduced, OpportunityStage.qualifying)
"""Stages in which a case may still wait for its export review."""


def awaits_review(stage: OpportunityStage, gate: LicenseGate) -> bool:
    """Whether compliance has to look: held, or before the quote with the license question open."""
    return stage is OpportunityStage.export_hold or (stage in AWAITING and gate is LicenseGate.to_determine)


def has_compliance(actor: Actor) -> bool:
    """Who has the right of compliance at all."""
    return actor.everything or Right.compliance in actor.rights


def may_hold(actor: Actor, facts: Facts) -> bool:
    """Set and lift the hold: compliance, on every case it sees; the case of another team while it awaits review."""
    return has_compliance(actor) and may_see_opportunity(actor, facts)


def may_see_opportunity(actor: Actor, facts: Facts) -> bool:
    """The rule of sight, and for compliance every team's case that awaits review and is not confidential."""
    if may_see(actor, facts):
        return True
    opportunity = cast("ReviewFacts", facts)
    review = Right.compliance in actor.rights and not facts.confidential
    return review and awaits_review(opportunity.stage, opportunity.license_gate)
