"""Who may read reports, and of which teams."""

from __future__ import annotations

from crm.core.policy import RULES, Rule, is_signed_in, may_see

RULES["report:see"] = Rule(
    is_signed_in, may_see, "Read the reports of one's own teams; a network manager reads those of all teams."
)
