"""Which sessions count for a funder, and why not. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from crm.core.words import LabeledEnum, _l

from .policy import InteractionOutcome, InteractionState, SessionType


class RequiredFact(LabeledEnum):
    """A fact that a funder requires to count a session; the label names the field."""

    agreement = "agreement", _l("Signed agreement")
    county_or_zip = "county_or_zip", _l("County or ZIP")
    legal_form = "legal_form", _l("Legal form")
    founded = "founded", _l("Founded")
    staff = "staff", _l("Staff")
    sales = "sales", _l("Sales")
    funder = "funder", _l("Session funder")
    naics = "naics", _l("NAICS")
    english_line = "english_line", _l("English summary")


REQUIRED = (
    RequiredFact.agreement,
    RequiredFact.county_or_zip,
    RequiredFact.legal_form,
    RequiredFact.founded,
    RequiredFact.staff,
    RequiredFact.sales,
    RequiredFact.funder,
)
"""What funders require, unless one of them has a rule of its own."""


class UncountedReason(LabeledEnum):
    """Reason why a session does not count, besides missing facts."""

    not_held = "not_held", _l("Not held")
    not_reached = "not_reached", _l("No one was reached")
    no_time = "no_time", _l("No minutes logged")
    update_only = "update_only", _l("Update only")
    not_substantive = "not_substantive", _l("Marked as not reportable")


@dataclass(frozen=True)
class CountFacts:
    """Facts about a client and the session's funder on the day of the session."""

    agreement_on: date | None = None
    agreement_until: date | None = None
    county: str | None = None
    zip_code: str | None = None
    legal_form: str | None = None
    founded_on: date | int | None = None
    staff: int | None = None
    sales: object | None = None
    funder: str | int | None = None
    naics: str | None = None
    english_line: str | None = None


@dataclass(frozen=True)
class SessionFacts:
    """Facts about an interaction for one client."""

    held_on: date
    state: InteractionState
    reached: InteractionOutcome | None
    session_type: SessionType
    contact_minutes: int
    prep_minutes: int
    countable: bool


def missing_requirements(
    facts: CountFacts, on: date, required: Collection[RequiredFact] = REQUIRED
) -> tuple[RequiredFact, ...]:
    """Return the required facts that are missing on that day. A staff count or sales of 0 are facts."""
    signed = facts.agreement_on is not None and facts.agreement_on <= on
    present = {
        RequiredFact.agreement: signed and (facts.agreement_until is None or on <= facts.agreement_until),
        RequiredFact.county_or_zip: bool(facts.county or facts.zip_code),
        RequiredFact.legal_form: bool(facts.legal_form),
        RequiredFact.founded: facts.founded_on is not None,
        RequiredFact.staff: facts.staff is not None,
        RequiredFact.sales: facts.sales is not None,
        RequiredFact.funder: bool(facts.funder),
        RequiredFact.naics: bool(facts.naics),
        RequiredFact.english_line: bool(facts.english_line),
    }
    return tuple(missing for missing, is_present in present.items() if missing in required and not is_present)


def why_not_counted(
    session: SessionFacts, facts: CountFacts, required: Collection[RequiredFact] = REQUIRED
) -> tuple[UncountedReason | RequiredFact, ...]:
    """Return every reason why a session does not count for a client, session reasons first; empty if it counts.

    Preparation counts without reaching anyone; other types do not. An update never counts, whatever else is missing.
    One that wasn't held yet has no minutes.
    """
    if session.session_type is SessionType.update_only:
        return (UncountedReason.update_only,)
    is_held = session.state is InteractionState.held
    prepares = session.session_type is SessionType.prepare_only
    reasons = {
        UncountedReason.not_held: not is_held,
        UncountedReason.not_reached: is_held and not prepares and session.reached is not InteractionOutcome.talked,
        UncountedReason.no_time: is_held and session.contact_minutes + (session.prep_minutes if prepares else 0) <= 0,
        UncountedReason.not_substantive: not session.countable,
    }
    missing = missing_requirements(facts, session.held_on, required)
    return (*(reason for reason, applies in reasons.items() if applies), *missing)
