"""News: guests who declined an invitation or proposed another time."""

from __future__ import annotations

from crm.core.words import _, _l
from crm.invitations.policy import GuestAnswer
from crm.invitations.queries import list_declines, path_of
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems


class InvitationAnswers(DigestKind):
    """Declines and proposals that answered the reader's invitations since the last digest."""

    code = "invitation_answer"
    label = _l("Declined invitations and proposed times")
    position = 44
    block = "news"
    rule = _l("The next daily digest lists who declined your invitation or proposed another time.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return one line for each guest, at most ten, the latest first."""
        items = []
        for row in list_declines(context.reader.actor, context.changes_since):
            has_declined = row.answer is GuestAnswer.declined
            text = _("%(name)s declined: %(item)s") if has_declined else _("%(name)s proposes another time: %(item)s")
            items.append(
                DigestItem(
                    icon="meeting",
                    title=text % {"name": row.name, "item": row.summary},
                    record_id=row.id,
                    kind=row.kind,
                    actions=("open",),
                    path=path_of(row.subject_key),
                    confidential=row.confidential,
                )
            )
        return DueItems(items)


KIND = InvitationAnswers()
