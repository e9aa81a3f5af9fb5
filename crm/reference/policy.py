"""The rights to edit the lists and to search code lists. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from crm.core.policy import RULES, Rule, is_administrator, is_signed_in, may_see

DEFAULT_GIFT_USD, DEFAULT_GIFTS_PER_YEAR = Decimal(50), 4
"""The limits above which gifts need approval, until an administrator enters others: a common company policy."""
DEFAULT_LIMITS_FROM = date(2000, 1, 1)

RULES["list:edit"] = Rule(is_administrator, may_see, "Edit sectors, funders, holidays, rates and gift limits.")
RULES["code:see"] = Rule(is_signed_in, may_see, "Search the code lists (HS, NAICS).")
