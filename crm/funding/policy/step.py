"""STEP assistance: the statutory activities, partners for referrals, and tests of eligibility. Pure.

Source of the tests: the definition of an eligible small business concern (ESBC) in the STEP statute, 15 U.S.C. 649(l).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm.calendars import add_months
from crm.core.words import LabeledEnum, Lazy, _l

US_CONTENT_PERCENT = 51
MONTHS_IN_BUSINESS = 12


class StepActivity(LabeledEnum):
    """An activity that STEP pays for."""

    trade_mission = "trade_mission", _l("Foreign trade mission")
    sales_trip = "sales_trip", _l("Foreign market sales trip")
    commerce_service = "commerce_service", _l("Commercial Service subscription or service")
    translation = "translation", _l("Translation or localization")
    media_design = "media_design", _l("International marketing media design")
    show = "show", _l("Trade show exhibition")
    training = "training", _l("Training workshop")
    reverse_mission = "reverse_mission", _l("Reverse trade mission")
    compliance_testing = "compliance_testing", _l("Compliance testing")
    other = "other", _l("Other export activity")


class AssistanceState(LabeledEnum):
    """How far an application for assistance is."""

    requested = "requested", _l("Requested")
    approved = "approved", _l("Approved")
    completed = "completed", _l("Completed")
    paid = "paid", _l("Paid")
    declined = "declined", _l("Declined")
    withdrawn = "withdrawn", _l("Withdrawn")


WITHOUT_REPORT = (AssistanceState.declined, AssistanceState.withdrawn)
"""Assistance that the client didn't get, so that no report about it is due."""


def is_report_open(state: AssistanceState, due_on: date | None, received_on: date | None) -> bool:
    """Return whether the client still owes the report about assistance, due or not yet."""
    return due_on is not None and received_on is None and state not in WITHOUT_REPORT


class ReferralPartner(LabeledEnum):
    """An organization to which clients are referred, by the words of the counseling form; `sba` is its wording."""

    sba: str

    useac = "useac", _l("U.S. Export Assistance Center (USEAC)"), "US Export Assistance Center"
    sbdc = "sbdc", _l("Small Business Development Center (SBDC)"), "Small Business Development Center"
    exim = "exim", _l("Export-Import Bank (EXIM)"), "Export/Import Bank"
    ustda = "ustda", _l("U.S. Trade and Development Agency"), "U.S. Trade And Development Agency"
    state_trade = "state_trade", _l("State trade agency"), "State Trade Agency"
    sba_district = "sba_district", _l("SBA district office"), "SBA District Office"
    score = "score", _l("SCORE chapter"), "SCORE Chapter"
    wbc = "wbc", _l("Women's Business Center"), "Women's Business Center"
    apex = "apex", _l("APEX Accelerator"), "APEX Accelerator"
    mep = "mep", _l("Manufacturing Extension Partnership"), "Other"
    other = "other", _l("Other"), "Other"

    def __init__(self, _code: str, _label: object, sba: str) -> None:
        self.sba = sba

    @property
    def short_label(self) -> Lazy:
        """Return the usual abbreviation, if there is one."""
        return _ABBREVIATIONS.get(self, self.label)


_ABBREVIATIONS = {
    ReferralPartner.useac: _l("USEAC"),
    ReferralPartner.sbdc: _l("SBDC"),
    ReferralPartner.exim: _l("EXIM"),
    ReferralPartner.ustda: _l("USTDA"),
}


class EligibilityResult(LabeledEnum):
    """The result of a test."""

    met = "met", _l("Met")
    failed = "failed", _l("Not met")
    unknown = "unknown", _l("To verify")


@dataclass(frozen=True)
class EligibilityFacts:
    """What is on record of a client: U.S. content in percent; None where nothing is."""

    country: str | None
    founded_on: date | None
    us_content: Decimal | None
    naics: str | None
    staff: int | None


@dataclass(frozen=True)
class EligibilityTest:
    """A test, its result, and what to do if it isn't met."""

    label: Lazy
    result: EligibilityResult
    advice: Lazy | None = None


def check_eligibility(facts: EligibilityFacts, day: date) -> tuple[EligibilityTest, ...]:
    """Return the tests of an eligible small business concern on a day. What only the client can attest is to verify."""
    content = None if facts.us_content is None else facts.us_content >= US_CONTENT_PERCENT
    in_business = None if facts.founded_on is None else add_months(facts.founded_on, MONTHS_IN_BUSINESS) <= day
    in_us = None if facts.country is None else facts.country == "US"
    return (
        _test(_l("Organized and operating in the United States"), in_us, _l("Enter the country of the organization.")),
        _test(_l("In business for at least one year"), in_business, _l("Enter the founding date.")),
        _test(_l("At least 51% U.S. content"), content, _l("Enter the U.S. content as a key figure.")),
        _test(
            _l("Meets the size standard of its industry"),
            None,
            _l("Compare staff or sales with the SBA table for the NAICS code.")
            if facts.naics
            else _l("Enter the NAICS code, then compare with the SBA table."),
        ),
        _test(_l("Profitable, and can bear the costs of trade"), None, _l("Ask if the last tax year was profitable.")),
        _test(_l("Has an export plan"), None, _l("Attach the export plan to the client.")),
    )


def _test(label: Lazy, is_met: bool | None, advice: Lazy) -> EligibilityTest:  # noqa: FBT001 - the result of a test
    if is_met is None:
        return EligibilityTest(label, EligibilityResult.unknown, advice)
    return EligibilityTest(label, EligibilityResult.met if is_met else EligibilityResult.failed)
