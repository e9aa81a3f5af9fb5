"""Rights of the pages that compose others. Pure."""

from __future__ import annotations

from crm.core.policy import RULES, Rule, is_signed_in, may_see

RULES["today:see"] = Rule(is_signed_in, may_see, "View Today.")
RULES["record:see"] = Rule(is_signed_in, may_see, "View the page of a record.")
RULES["city:see"] = Rule(is_signed_in, may_see, "View the people in a city.")
