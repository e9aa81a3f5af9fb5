"""The right to edit the lists. Pure."""

from __future__ import annotations

from crm.core.policy import RULES, Rule, administrators, may_see

RULES["list:edit"] = Rule(administrators, may_see, "Edit sectors, funders, holidays and rates.")
