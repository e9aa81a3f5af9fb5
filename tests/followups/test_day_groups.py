"""Follow-ups of a list under their days."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from crm.followups.day_groups import group_by_day
from crm.followups.enums import FollowUpState, Side

TODAY = date(2026, 12, 8)


def todo(day: date, side: Side = Side.we, state: FollowUpState = FollowUpState.open):
    return SimpleNamespace(due_on=day, side=side, state=state)


def test_follow_ups_are_grouped_by_day_with_overdue_ones_together(app, clock):
    rows = [
        todo(date(2026, 12, 1)),
        todo(date(2026, 12, 2), Side.idea),
        todo(date(2026, 12, 3), Side.they),
        todo(date(2026, 12, 3), Side.idea),
        todo(date(2026, 12, 4), state=FollowUpState.done),
        todo(TODAY),
        todo(date(2026, 12, 9)),
        todo(date(2026, 12, 14)),
        todo(date(2026, 12, 14)),
    ]
    with app.test_request_context("/"):
        groups = [(group.heading, len(group.to_dos)) for group in group_by_day(rows, TODAY)]
    assert groups == [
        ("Overdue", 2),
        ("Ideas from earlier days", 2),
        ("Fri, Dec 4", 1),
        ("Today, Tue, Dec 8", 1),
        ("Tomorrow, Wed, Dec 9", 1),
        ("Mon, Dec 14", 2),
    ]
