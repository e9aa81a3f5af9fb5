"""The values of an opportunity: what they must be, what follows from them, which changes of them are recorded.

The functions take an opportunity, or an object with its columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crm.core.errors import Invalid
from crm.core.i18n import formats
from crm.core.words import _
from crm.opportunities.conditions import NO_CLOSE_DATE
from crm.opportunities.policy import ChangedField, OpportunityStage, SalesPath
from crm.opportunities.quarters import quarter_end
from crm.opportunities.rates import find_chance

MAX_AMOUNT = Decimal(10) ** 12


def check_values(row: Any) -> None:
    """Raise Invalid on the field that is wrong."""
    if row.path is SalesPath.direct_sale and row.stage is OpportunityStage.qualifying:
        raise Invalid(
            _("Move the opportunity to a different stage first. Direct sales skip vendor qualification."), "path"
        )
    check_amount(row.amount)
    if row.probability is not None and not 0 <= row.probability <= 100:
        raise Invalid(_("Enter a probability from 0 to 100."), "probability")
    if row.close_on and row.close_quarter:
        raise Invalid(_("Enter a close date or a quarter, not both."), "close_quarter")


def replace_close(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return new values in which a close date alone replaces the quarter, and a quarter alone the date."""
    for name, other in (("close_on", "close_quarter"), ("close_quarter", "close_on")):
        if values.get(name) and other not in values:
            return {**values, other: None}
    return values


def check_amount(amount: Decimal | None) -> None:
    """Raise Invalid on `amount` for a negative one, or one that is too large."""
    if amount is not None and amount < 0:
        raise Invalid(_("Enter an amount of 0 or more."), "amount")
    if amount is not None and amount >= MAX_AMOUNT:
        raise Invalid(_("Enter an amount below %(limit)s.", limit=formats.num(MAX_AMOUNT)), "amount")


def derive_values(row: Any) -> dict[str, Any]:
    """Return the date by which it is sorted and the probability that counts."""
    return {
        "close_key": row.close_on or (quarter_end(row.close_quarter) if row.close_quarter else NO_CLOSE_DATE),
        "chance": find_chance(row),
    }


def audited_values(row: Any) -> dict[ChangedField, str]:
    """Return the fields that are recorded change by change, as texts that sort."""
    return {
        ChangedField.amount: "" if row.amount is None else f"{row.currency} {Decimal(row.amount):.2f}",
        ChangedField.close: "" if row.close_key == NO_CLOSE_DATE else row.close_key.isoformat(),
        ChangedField.counselor: str(row.counselor_id or ""),
    }
