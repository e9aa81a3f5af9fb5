"""How soon a China rep's agreement ends, in words."""

from __future__ import annotations

from datetime import date

from crm.core import clock
from crm.core.i18n import formats
from crm.core.words import _, ngettext

from .policy import ENDING_SOON_DAYS
from .position_dates import is_over


def ending_soon_text(to_on: date | None) -> str:
    """Return "ends in 23 days" for an end within ENDING_SOON_DAYS, else ""."""
    days = _days_until(to_on)
    if days is None or not 0 <= days <= ENDING_SOON_DAYS:
        return ""
    return str(ngettext("ends in %(num)s day", "ends in %(num)s days", days))


def ending_text(to_on: date | None) -> str:
    """Return the same for an end that is near, "ends Jun 30, 2027" for a later one, and "" without an end."""
    days = _days_until(to_on)
    if days is None:
        return ""
    text = _("ended %(day)s", day=formats.day(to_on)) if days < 0 else _("ends %(day)s", day=formats.day(to_on))
    return ending_soon_text(to_on) or text


def is_past(to_on: date | None) -> bool:
    """Return whether an end is before the reader's today."""
    return is_over(to_on, clock.today(formats.zone_of_reader()))


def _days_until(to_on: date | None) -> int | None:
    return None if to_on is None else (to_on - clock.today(formats.zone_of_reader())).days
