"""News: answers of China reps to monthly check-ins, until they are logged or dismissed."""

from __future__ import annotations

from crm.checkins.queries import list_answers
from crm.core.words import _, _l
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems

MAX_CHARS = 120


class CheckInAnswers(DigestKind):
    """Answers of the reader's China reps that wait to be logged."""

    code = "checkin"
    label = _l("China reps' answers to check-ins")
    position = 43
    block = "news"
    rule = _l("Answers are in every daily digest until you log or dismiss them.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return one line for each answer."""
        items = []
        for row in list_answers(context.reader.actor):
            name, text = row.person or row.native_person, " ".join((row.answer or "").split())
            short = text if len(text) <= MAX_CHARS else text[: MAX_CHARS - 1].rstrip() + "…"
            items.append(
                DigestItem(
                    icon="people",
                    title=_("%(name)s answered: %(item)s", name=name, item=short),
                    record_id=row.representation_id,
                    kind="representation",
                    actions=("open",),
                    path=f"/people/reps/{row.representation_id}/check-ins",
                    confidential=row.confidential,
                )
            )
        return DueItems(items)


KIND = CheckInAnswers()
