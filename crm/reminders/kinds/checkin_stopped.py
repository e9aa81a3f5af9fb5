"""News: China reps who stopped their check-ins."""

from __future__ import annotations

from crm.checkins.queries import list_stopped
from crm.core.words import _, _l
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems


class CheckInsStopped(DigestKind):
    """The reader's China reps who stopped their monthly check-ins since the last digest."""

    code = "checkin_stopped"
    label = _l("China reps who stop check-ins")
    position = 45
    block = "news"
    rule = _l("The next daily digest lists China reps who used the link in the email to stop check-ins.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return one line for each China rep."""
        items = []
        for row in list_stopped(context.reader.actor, context.changes_since):
            name = row.label or row.native_label or _("China rep")
            items.append(
                DigestItem(
                    icon="people",
                    title=_("%(name)s stopped the monthly check-ins", name=name),
                    record_id=row.id,
                    kind="representation",
                    actions=("open",),
                    path=f"/people/reps/{row.id}/check-ins",
                    confidential=row.confidential,
                )
            )
        return DueItems(items)


KIND = CheckInsStopped()
