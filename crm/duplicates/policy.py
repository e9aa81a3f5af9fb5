"""When two records are likely the same, and who may decide it. Pure."""

from __future__ import annotations

from crm.core.policy import RULES, Rule, is_signed_in, may_see
from crm.core.words import LabeledEnum, _l
from crm.names.matching import LIKELY

ASK_FROM = 0.85
"""From this score on, saving a new record asks whether it is the existing one."""
SUSPECT_FROM = 0.9
"""From this score on, two names alone make a suspected pair."""
MAX_NAMESAKES = 5
"""A name that more records share is common: it takes a shared organization or contact detail to suspect a pair."""
SAME_ORGANIZATION, SAME_POINT = 0.1, 0.2
"""What a shared organization or contact detail adds to the score of the names."""


COMPARED_KINDS = ("person", "organization")
"""The kinds of records that are compared."""


class PairState(LabeledEnum):
    """What was decided about a suspected pair."""

    open = "open", _l("Undecided")
    different = "different", _l("Not the same")


def is_suspect(score: float, namesakes: int, *, same_organization: bool, same_point: bool) -> bool:
    """Whether two existing records are listed as possible duplicates.

    `namesakes` are the records that share the name with one of them.
    """
    if same_point or same_organization:
        return score >= LIKELY
    return score >= SUSPECT_FROM and namesakes <= MAX_NAMESAKES


RULES["duplicate:see"] = Rule(is_signed_in, may_see, "See possible duplicates among visible records.")
RULES["duplicate:decide"] = Rule(is_signed_in, may_see, "Mark two visible records as not the same.")
