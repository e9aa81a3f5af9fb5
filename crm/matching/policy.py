"""The closed lists of matches: states, reasons to dismiss one, and the reasons of a score as sentences."""

from __future__ import annotations

from crm.core.policy import RULES, Rule, is_signed_in, may_edit, may_see
from crm.core.words import LabeledEnum, Lazy, _l


class MatchState(LabeledEnum):
    """What happened to a match."""

    suggested = "suggested", _l("Suggested")
    accepted = "accepted", _l("Accepted")
    dismissed = "dismissed", _l("Dismissed")


class DismissReason(LabeledEnum):
    """Why a match was dismissed."""

    specification = "specification", _l("Doesn't meet the specification")
    capacity = "capacity", _l("Can't deliver the quantity or the date")
    certificate = "certificate", _l("Certificate is missing")
    export_rules = "export_rules", _l("Export rules prevent it")
    client_declined = "client_declined", _l("Client isn't interested")
    buyer_declined = "buyer_declined", _l("Buyer isn't interested")
    other = "other", _l("Other reason")


class MatchReasonKind(LabeledEnum):
    """A fact of a need and a product that adds to or takes from the score. The label is a sentence with its values."""

    same_hs6 = "same_hs6", _l("Same HS code: %(code)s.")
    same_heading = "same_heading", _l("Same HS heading: %(code)s.")
    same_chapter = "same_chapter", _l("Same HS chapter: %(code)s.")
    same_naics = "same_naics", _l("Same industry (NAICS): %(code)s.")
    words = "words", _l("Words in common: %(words)s.")
    related = "related", _l("Related terms: %(need)s and %(product)s.")
    sector = "sector", _l("Same sector: %(names)s.")
    certificate_on_file = "certificate_on_file", _l("The product has the required certificate: %(names)s.")
    capacity_enough = "capacity_enough", _l("The capacity covers the quantity: %(capacity)s for %(quantity)s.")
    in_time = "in_time", _l("Enough time to deliver: needed by %(day)s.")
    project_city = "project_city", _l("The project is where the client or its China rep is active: %(places)s.")
    prime_city = "prime_city", _l("The prime is where the client or its China rep is active: %(places)s.")
    china_goals = "china_goals", _l("The client's goals in China mention: %(words)s.")
    embargoed = "embargoed", _l("Warning: almost all exports to this country need a license: %(country)s.")
    usml = "usml", _l("Warning: USML products can't be exported to this country: %(entry)s, %(country)s.")
    military_eccn = "military_eccn", _l("Warning: license policy of denial for ECCN %(entry)s to %(country)s.")
    controlled_eccn = "controlled_eccn", _l("Warning: ECCN %(entry)s probably needs a license for %(country)s.")
    low_eccn = "low_eccn", _l("Check the end use: military users in %(country)s need a license for ECCN %(entry)s.")
    other_chapter = "other_chapter", _l("Different HS chapters: %(need)s and %(product)s.")
    other_sector = "other_sector", _l("Different sectors: %(need)s and %(product)s.")
    other_kind = "other_kind", _l("One is a service, the other one isn't.")
    certificate_missing = "certificate_missing", _l("The required certificate isn't on file: %(names)s.")
    capacity_short = "capacity_short", _l("The capacity doesn't cover the quantity: %(capacity)s for %(quantity)s.")
    tight = "tight", _l("Little time to deliver: needed by %(day)s.")
    too_late = "too_late", _l("The date has passed: needed by %(day)s.")

    @property
    def sentence(self) -> Lazy:
        """Return the sentence, still without its values."""
        return self.label


LEAST_POINTS = 34
"""Pairs with fewer points aren't suggested."""
RULES["match:see"] = Rule(is_signed_in, may_see, "View matches of visible needs with visible products.")
RULES["match:decide"] = Rule(is_signed_in, may_edit, "Accept and dismiss matches of products that one may edit.")
