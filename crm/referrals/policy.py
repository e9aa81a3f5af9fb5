"""Who may ask, answer and withdraw a question. Pure."""

from __future__ import annotations

from crm.core.policy import RULES, Rule, is_signed_in, may_see
from crm.core.words import LabeledEnum, _l

RULES["referral:use"] = Rule(is_signed_in, may_see, "Ask colleagues, answer them, and see one's own questions.")


class ReferralState(LabeledEnum):
    """The state of a question."""

    open = "open", _l("Open")
    answered = "answered", _l("Answered")
    withdrawn = "withdrawn", _l("Withdrawn")
