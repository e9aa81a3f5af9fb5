"""Overnight: what colleagues logged about the reader's records, and new leads."""

from __future__ import annotations

from crm.core.words import _l
from crm.reminders.queries.interactions import list_overnight_interactions

from . import DigestKind, DueItems, Morning


class Overnight(DigestKind):
    """What happened since 6 PM of the last working day, without today's office hours."""

    code = "overnight"
    label = _l("Overnight updates from colleagues")
    position = 70
    block = "overnight"
    rule = _l("Only what colleagues logged outside your office hours (9 AM to 6 PM) since the last working day.")

    def find_due(self, morning: Morning) -> DueItems:
        """Return interactions that colleagues logged and new leads, at most six."""
        return DueItems(
            list_overnight_interactions(morning.reader.actor, morning.news_since, office_hours=morning.office_hours)
        )


KIND = Overnight()
