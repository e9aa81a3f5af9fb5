"""Overnight: what colleagues logged and finished about the reader's records, and new leads."""

from __future__ import annotations

from crm.core.words import _l
from crm.reminders.queries.closed_overnight import list_closed_follow_ups
from crm.reminders.queries.overnight import list_overnight_interactions

from . import DigestContext, DigestKind, DueItems


class Overnight(DigestKind):
    """What happened since 6 PM of the last working day, without today's office hours."""

    code = "overnight"
    label = _l("Overnight updates from colleagues")
    position = 70
    block = "overnight"
    rule = _l("Only what colleagues did outside your office hours (9 AM to 6 PM) since the last working day.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return closed follow-ups, and interactions that colleagues logged with new leads, at most six each."""
        actor, since, hours = context.reader.actor, context.news_since, context.office_hours
        closed = list_closed_follow_ups(actor, since, office_hours=hours)
        return DueItems(closed + list_overnight_interactions(actor, since, office_hours=hours))


KIND = Overnight()
