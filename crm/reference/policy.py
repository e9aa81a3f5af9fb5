"""The rights to edit the lists and to search code lists. Pure."""

from __future__ import annotations

from crm.core.policy import RULES, Rule, administrators, is_signed_in, may_see

RULES["list:edit"] = Rule(administrators, may_see, "Edit sectors, funders, holidays and rates.")
RULES["code:see"] = Rule(is_signed_in, may_see, "Search the code lists (HS, NAICS).")
