"""Who may read reports, and of which teams."""

from __future__ import annotations

from crm.core.policy import RULES, Rule, is_signed_in, managers, may_see

RULES["review:make"] = Rule(managers, may_see, "Hold a review of a team's pipeline.")
RULES["report:see"] = Rule(is_signed_in, may_see, "View reports of one's own teams; network managers: of all teams.")
