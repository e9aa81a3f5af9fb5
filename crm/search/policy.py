"""Rights of search and saved views. Pure."""

from __future__ import annotations

from crm.core.policy import RULES, Rule, is_signed_in, may_see

RULES["search:use"] = Rule(is_signed_in, may_see, "Search, and save list views.")
