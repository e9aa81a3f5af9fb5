"""Follow-ups of a list under their days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

from crm.followups.day_groups import group_by_day
from crm.followups.enums import FollowUpSide, FollowUpState

TODAY, ZONE = date(2026, 12, 8), "America/Los_Angeles"


def todo(
    day: date,
    side: FollowUpSide = FollowUpSide.we,
    state: FollowUpState = FollowUpState.open,
    *,
    due_at: datetime | None = None,
):
    return SimpleNamespace(due_on=day, due_at=due_at, side=side, state=state)


def test_follow_ups_are_grouped_by_day_with_overdue_ones_together(app, clock):
    rows = [
        todo(date(2026, 12, 1)),
        todo(date(2026, 12, 2), FollowUpSide.idea),
        todo(date(2026, 12, 3), FollowUpSide.they),
        todo(date(2026, 12, 3), FollowUpSide.idea),
        todo(date(2026, 12, 4), state=FollowUpState.done),
        todo(TODAY),
        todo(date(2026, 12, 9), due_at=datetime(2026, 12, 9, 1, 0, tzinfo=UTC)),
        todo(TODAY, due_at=datetime(2026, 12, 8, 1, 0, tzinfo=UTC)),
        todo(date(2026, 12, 9)),
        todo(date(2026, 12, 14)),
        todo(date(2026, 12, 14)),
    ]
    with app.test_request_context("/"):
        groups = [(group.heading, len(group.follow_ups)) for group in group_by_day(rows, TODAY, ZONE, descending=False)]
    assert groups == [
        ("Overdue", 3),
        ("Ideas from earlier days", 2),
        ("Fri, Dec 4", 1),
        ("Today, Tue, Dec 8", 2),
        ("Tomorrow, Wed, Dec 9", 1),
        ("Mon, Dec 14", 2),
    ]


def test_days_of_the_reader_are_in_order(app, clock):
    wednesday, monday = date(2026, 12, 9), date(2026, 12, 14)
    # 9 AM of Wednesday in Shanghai is Tuesday in Los Angeles.
    rows = [todo(wednesday), todo(wednesday, due_at=datetime(2026, 12, 9, 1, 0, tzinfo=UTC)), todo(monday)]
    with app.test_request_context("/"):
        headings = [group.heading for group in group_by_day(rows, TODAY, ZONE, descending=False)]
        reverse = [group.heading for group in group_by_day(rows[::-1], TODAY, ZONE, descending=True)]
    assert headings == ["Today, Tue, Dec 8", "Tomorrow, Wed, Dec 9", "Mon, Dec 14"]
    assert reverse == headings[::-1]


def test_day_that_began_on_the_page_before_is_marked(app, clock):
    wednesday, in_shanghai = date(2026, 12, 9), datetime(2026, 12, 9, 1, 0, tzinfo=UTC)
    before = [todo(TODAY), todo(wednesday)]
    rows = [todo(wednesday, due_at=in_shanghai), todo(date(2026, 12, 14))]
    with app.test_request_context("/"):
        groups = group_by_day(rows, TODAY, ZONE, descending=False, page_before=before)
    assert [(group.heading, group.is_continued) for group in groups] == [
        ("Today, Tue, Dec 8", True),
        ("Mon, Dec 14", False),
    ]
