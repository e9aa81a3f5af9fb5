"""Rights of the pages that compose others. Pure."""

from __future__ import annotations

from crm.core.policy import RULES, Rule, is_signed_in, may_see

RULES["today:see"] = Rule(is_signed_in, may_see, "See Today.")
RULES["record:see"] = Rule(is_signed_in, may_see, "See the page of a record.")
RULES["city:see"] = Rule(is_signed_in, may_see, "See whom we know in a city.")
