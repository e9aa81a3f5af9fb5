"""Rights of search and saved views. Pure."""

from __future__ import annotations

from crm.core.policy import RULES, Rule, anyone, may_see

RULES["search:use"] = Rule(anyone, may_see, "Search, and keep views of lists.")
