"""News: opportunities whose reopen date has come."""

from __future__ import annotations

from datetime import datetime

from crm.core.data.record import Record, get_visible
from crm.core.policy import Actor
from crm.core.words import _l
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage
from crm.reminders import explain
from crm.reminders.queries.readers import readers
from crm.reminders.queries.reopening import list_opportunities_to_reopen

from . import DigestContext, DigestKind, DueItems, PlannedEmail


class OpportunitiesToReopen(DigestKind):
    """The reader's dormant opportunities from their reopen date on, until they are moved."""

    code = "reopening"
    label = _l("Opportunities to reopen")
    position = 90
    record_kinds = frozenset({"opportunity"})
    block = "news"
    rule = _l("Dormant opportunities are in every daily digest from their reopen date until they are moved.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return one line an opportunity, at most ten."""
        return DueItems(list_opportunities_to_reopen(context.reader.actor, context.today))

    def plan(self, actor: Actor, record: Record, now: datetime) -> list[PlannedEmail]:
        """Return the first digest with a dormant opportunity."""
        row = get_visible(Opportunity, actor, record.id)
        is_waiting = row.stage is OpportunityStage.dormant and row.archived_at is None and row.wakes_on is not None
        if not is_waiting or row.counselor_id is None or row.wakes_on is None:
            return []
        reader = next(iter(readers([row.counselor_id])), None)
        if reader is None:
            return []
        # Unlike a due day, a reopen date on a weekend counts from the next working day.
        day = row.wakes_on if explain.works_on(reader, row.wakes_on) else explain.next_workday(reader, row.wakes_on)
        return self.plan_lines(reader, row, [explain.first_digest(reader, day, now)])


KIND = OpportunitiesToReopen()
