"""News: questions from colleagues until they are answered, and the answers to one's own."""

from __future__ import annotations

from crm.core.words import _, _l
from crm.referrals.queries import ReferralRow, list_answers_since, list_open_questions
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems

MAX_CHARS = 120


class ReferralNews(DigestKind):
    """Open questions to the reader on every morning, and answers since the last digest."""

    code = "referral"
    label = _l("Questions from colleagues, and answers")
    position = 42
    block = "news"
    rule = _l("Questions are in every daily digest until they are answered. Answers are in the next one.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return the questions and the answers, at most ten each."""
        actor = context.reader.actor
        questions = [build_question_item(row) for row in list_open_questions(actor)]
        answers = [
            _item(row, _("%(name)s answered: %(item)s", name=row.to_name, item=_shorten(row.answer or "")))
            for row in list_answers_since(actor, context.changes_since)
        ]
        return DueItems(questions + answers)


def build_question_item(row: ReferralRow) -> DigestItem:
    """Return the line of an open question."""
    return _item(row, _("%(name)s asks: %(item)s", name=row.from_name, item=_shorten(row.question)))


def _item(row: ReferralRow, title: str) -> DigestItem:
    return DigestItem(
        icon="help",
        title=title,
        second=row.record or row.native_record or "",
        record_id=row.record_id or 0,
        kind="referral",
        actions=("open",),
        path=f"/referrals/{row.id}",
        confidential=bool(row.confidential),
    )


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_CHARS else line[: MAX_CHARS - 1].rstrip() + "…"


KIND = ReferralNews()
