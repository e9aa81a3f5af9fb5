"""News: records that a colleague assigned to the reader."""

from __future__ import annotations

from dataclasses import replace

from crm.core.words import _, _l, ngettext
from crm.reminders.queries.items import DigestItem
from crm.reminders.queries.news import list_recent_changes

from . import DigestContext, DigestKind, DueItems

MAX_LINES = 10


class NewAssignments(DigestKind):
    """Records of which the reader became the counselor since the last digest."""

    code = "assigned"
    label = _l("New assignments")
    position = 40
    block = "news"
    rule = _l("New assignments are in the next daily digest.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return one line a record, at most ten; the last one says how many more there are."""
        actor = context.reader.actor
        items: dict[int, DigestItem] = {}
        for change in list_recent_changes(actor, context.changes_since):
            became_id = change.diff.get("counselor_id", [None, None])[1]
            is_own = became_id == change.counselor_id == actor.id
            if is_own and change.record_id not in items:
                items[change.record_id] = DigestItem(
                    icon="handover",
                    title=_("%(name)s assigned you: %(item)s", name=change.by, item=change.label),
                    record_id=change.record_id,
                    kind=change.kind,
                    actions=("open",),
                    confidential=change.confidential,
                )
        lines = list(items.values())[:MAX_LINES]
        more = len(items) - MAX_LINES
        if more > 0:
            lines[-1] = replace(lines[-1], second=ngettext("and %(num)s more", "and %(num)s more", more))
        return DueItems(lines)


KIND = NewAssignments()
