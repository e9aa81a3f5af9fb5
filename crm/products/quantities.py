"""Quantities of needs and capacities of products as texts."""

from __future__ import annotations

from decimal import Decimal

from crm.core.i18n import formats


def format_quantity(number: Decimal | None, unit: str | None, details: str | None) -> str:
    """Return a quantity in the reader's format: "18,000 m, in two lots"; "" if nothing is known."""
    amount = " ".join(filter(None, ("" if number is None else formats.num(number), unit)))
    return ", ".join(filter(None, (amount, details)))
