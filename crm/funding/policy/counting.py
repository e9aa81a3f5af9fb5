"""Which facts a funder requires on a day, and whether a session counts for it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from crm.core.words import LabeledEnum, Lazy, _l
from crm.interactions.counting import REQUIRED, RequiredFact, UncountedReason

Reason = UncountedReason | RequiredFact


class FunderRuleRow(NamedTuple):
    """A rule of a funder for one fact: required or not, from a day on, up to a day (None: until further notice)."""

    funder_id: int
    requirement: RequiredFact
    is_required: bool
    from_on: date
    to_on: date | None


REASON_TEXTS: dict[Reason, Lazy] = {
    UncountedReason.not_held: _l("Not marked as held"),
    UncountedReason.not_reached: _l("No one was reached"),
    UncountedReason.no_time: _l("No minutes logged"),
    UncountedReason.update_only: _l("An update, not a session"),
    UncountedReason.not_substantive: _l("Marked as not reportable"),
    RequiredFact.agreement: _l("No agreement on this date"),
    RequiredFact.county_or_zip: _l("No county or ZIP"),
    RequiredFact.legal_form: _l("No legal form"),
    RequiredFact.founded: _l("No founding date"),
    RequiredFact.staff: _l("No staff count"),
    RequiredFact.sales: _l("No sales figure"),
    RequiredFact.funder: _l("No funder"),
    RequiredFact.naics: _l("No NAICS code"),
    RequiredFact.english_line: _l("No English summary"),
}
"""Why a session doesn't count, in words."""


class ClientGap(LabeledEnum):
    """What can be missing or old in the data of a client."""

    agreement = "agreement", _l("No agreement today")
    county = "county", _l("No county or ZIP")
    legal_form = "legal_form", _l("No legal form")
    founded = "founded", _l("No founding date")
    naics = "naics", _l("No NAICS code")
    staff = "staff", _l("No staff count")
    sales = "sales", _l("No sales figure")
    stale = "stale", _l("Figures older than a year")


class SessionGap(LabeledEnum):
    """What can be missing in an interaction for a client."""

    minutes = "minutes", _l("No minutes logged")
    funder = "funder", _l("No funder")
    outcome = "outcome", _l("Past, but not marked as held")


FIGURE_MONTHS = 12
"""The age from which a figure should be asked for again: funders want yearly figures."""


def find_requirements(rules: Iterable[FunderRuleRow], funder_id: int | None, day: date) -> tuple[RequiredFact, ...]:
    """Return the facts that a funder requires on a day: the usual ones, and where its rules differ.

    Of several rules for one fact the latest that has begun applies, as long as it hasn't ended.
    """
    required = set(REQUIRED)
    for rule in sorted(rules, key=lambda x: x.from_on):
        if rule.funder_id != funder_id or rule.from_on > day or (rule.to_on is not None and rule.to_on < day):
            continue
        if rule.is_required:
            required.add(rule.requirement)
        else:
            required.discard(rule.requirement)
    return tuple(x for x in RequiredFact if x in required)


def visible_reasons(reasons: Collection[Reason], hidden: Collection[Reason]) -> tuple[Reason, ...]:
    """Return the reasons without those that a user may not know about."""
    return tuple(x for x in reasons if x not in hidden)
