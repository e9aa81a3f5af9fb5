"""Closed lists of gifts, which gifts need approval, and who decides. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from crm.core.policy import RULES, Actor, Right, Rule, is_signed_in, may_archive, may_edit, may_see
from crm.core.words import LabeledEnum, _l, _p
from crm.people.policy import OfficialKind


class GiftDirection(LabeledEnum):
    """Which side gave the gift."""

    by_us = "given", _l("Given")
    to_us = "received", _l("Received")


class GiftKind(LabeledEnum):
    """The type of a gift."""

    gift = "gift", _l("Gift")
    meal = "meal", _l("Meal")
    travel = "travel", _p("gift", "Travel")
    entertainment = "entertainment", _l("Entertainment")
    donation = "donation", _l("Donation")


class GiftState(LabeledEnum):
    """Whether a gift needs approval, and the decision."""

    not_needed = "not_needed", _l("Within limits")
    needs_approval = "needs_approval", _l("Needs approval")
    approved = "approved", _l("Approved")
    rejected = "rejected", _l("Not approved")

    @property
    def is_decided(self) -> bool:
        """Whether the gift was approved or rejected."""
        return self in (GiftState.approved, GiftState.rejected)


class GiftLimits(NamedTuple):
    """The limits of the center: US dollars for one gift, and gifts for one recipient in a calendar year."""

    usd: Decimal
    per_year: int


class YearTotal(NamedTuple):
    """Gifts to one recipient in a calendar year: how many, and their value in US dollars as far as it is known."""

    number: int
    usd: Decimal


class ApprovalReason(LabeledEnum):
    """Why a gift needs approval."""

    value = "value", _l("The value is above the limit for one gift.")
    number = "number", _l("The recipient got more gifts this year than the limit allows.")
    no_rate = "no_rate", _l("The value in US dollars isn't known: no exchange rate for that day.")


FEDERAL_USD, FEDERAL_YEAR_USD = Decimal(20), Decimal(50)
"""What U.S. federal employees may accept as one gift, and from one source in a year (5 CFR 2635.204)."""


def list_approval_reasons(usd: Decimal | None, year: YearTotal, limits: GiftLimits) -> list[ApprovalReason]:
    """Return why a gift needs approval, if it does. `year` includes the gift, `usd` is None without a rate."""
    reasons = []
    if usd is None:
        reasons.append(ApprovalReason.no_rate)
    elif usd > limits.usd:
        reasons.append(ApprovalReason.value)
    if year.number > limits.per_year:
        reasons.append(ApprovalReason.number)
    return reasons


def exceeds_federal_limit(usd: Decimal | None, year: YearTotal) -> bool:
    """Return whether a gift to a U.S. federal employee is above what they may accept."""
    return (usd or Decimal(0)) > FEDERAL_USD or year.usd > FEDERAL_YEAR_USD


def highest_official(kinds: list[OfficialKind]) -> OfficialKind:
    """Return the official status of several positions: official before state-owned enterprise before none."""
    return next(
        (kind for kind in (OfficialKind.official, OfficialKind.state_owned) if kind in kinds), OfficialKind.none
    )


def approves_gifts(actor: Actor) -> bool:
    """Whether the actor decides about gifts: managers, and users with the right compliance."""
    return actor.is_manager or Right.compliance in actor.rights


def may_decide(actor: Actor, *, is_own: bool) -> bool:
    """Whether the actor may decide about a gift: nobody decides about their own."""
    return approves_gifts(actor) and (actor.is_system or not is_own)


RULES["gift:see"] = Rule(is_signed_in, may_see, "View gifts to and from people that one may see.")
RULES["gift:edit"] = Rule(is_signed_in, may_edit, "Add and edit gifts.")
RULES["gift:archive"] = Rule(is_signed_in, may_archive, "Archive and restore gifts.")
RULES["gift:approve"] = Rule(approves_gifts, may_see, "Approve and reject gifts of other users.")
