"""Covering for colleagues: appointments, follow-ups and questions of those who are away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crm import calendars
from crm.core.words import _, _l, join_facts
from crm.referrals.queries import list_questions_to
from crm.reminders.policy import digest_until
from crm.reminders.queries.covers import CoverRow, list_active_covers
from crm.reminders.queries.follow_ups import build_follow_up_item, list_due_follow_ups
from crm.reminders.queries.interactions import appointments
from crm.reminders.queries.items import DigestItem
from crm.reminders.queries.show_meetings import list_meeting_items

from . import DigestContext, DigestKind, DueItems
from .referral import build_question_item


class CoveredItems(DigestKind):
    """What is due for users whom the reader covers for, as far as the reader may see it."""

    code = "cover"
    label = _l("Covering for colleagues")
    position = 25
    block = "cover"
    rule = _l(
        "While you cover for a colleague, their appointments, follow-ups and open questions are in your daily "
        "digest, too."
    )

    def find_due(self, context: DigestContext) -> DueItems:
        """Return today's appointments, also those at shows, due follow-ups and open questions."""
        rows = [row for row in list_active_covers(context.now) if row.colleague_id == context.reader.actor.id]
        return DueItems([item for row in rows for item in _list_items(context, row)])


def _list_items(context: DigestContext, row: CoverRow) -> Iterator[DigestItem]:
    reader, today = context.reader, context.today
    actor = reader.actor
    begins, ends = calendars.day_bounds(today, actor.zone)
    meetings = list_meeting_items(actor, context.now, begins, ends, row.user_id).coming
    timed = [*appointments(actor, begins, ends, staff_id=row.user_id), *meetings]
    for item in sorted(timed, key=lambda item: item.at or begins):
        yield _add_covered_name(row, item)
    until = digest_until(today, actor.country, reader.extra_days)
    for follow_up in list_due_follow_ups(actor, until, counselor_id=row.user_id).rows:
        yield _add_covered_name(row, build_follow_up_item(follow_up, context.now, actor.zone))
    for question in list_questions_to(actor, row.user_id):
        yield _add_covered_name(row, build_question_item(question))


def _add_covered_name(row: CoverRow, item: DigestItem) -> DigestItem:
    name = _("for %(name)s", name=row.user)
    return replace(item, second=join_facts((name, item.second)))


KIND = CoveredItems()
