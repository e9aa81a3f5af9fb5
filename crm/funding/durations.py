"""Hours of counseling as texts."""

from __future__ import annotations

from decimal import Decimal

from crm.core.i18n import formats
from crm.core.words import _

TENTH = Decimal("0.1")


def to_hours(minutes: int) -> Decimal:
    """Return minutes as hours with one decimal."""
    return (Decimal(minutes) / 60).quantize(TENTH)


def format_hours(minutes: int) -> str:
    """Return minutes as hours: "12.5 h"."""
    return _("%(hours)s h", hours=formats.num(to_hours(minutes)))
