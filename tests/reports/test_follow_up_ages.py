"""Open follow-ups by age: the days at which an age begins and ends, and which follow-ups are counted."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.followups.enums import FollowUpSide
from crm.followups.models import FollowUp
from crm.followups.services import complete_follow_up
from crm.reports.ages import FollowUpAge
from crm.reports.queries import Scope, count_confidential_follow_ups, count_open_follow_ups, is_of_age
from tests.factories import archived, make_confidential
from tests.reports.test_waiting import make_follow_up

TODAY, ZONE = date(2026, 3, 10), "America/Los_Angeles"


LATE = {
    FollowUpAge.planned: (-400, -1, 0),
    FollowUpAge.week: (1, 7),
    FollowUpAge.month: (8, 30),
    FollowUpAge.quarter: (31, 90),
    FollowUpAge.older: (91, 400),
}
"""Days after the due date, from the first to the last of each age."""


def test_age_has_a_first_and_a_last_day(people, actor, clock):
    for days in LATE.values():
        for number in days:
            make_follow_up(TODAY - timedelta(days=number), people["anna"])
    rows = {row.age: (row.number, row.oldest_on) for row in count_open_follow_ups(Scope(actor("anna"), None))}
    assert rows == {age: (len(days), TODAY - timedelta(days=days[-1])) for age, days in LATE.items()}
    for age, days in LATE.items():
        due_days = db.session.scalars(sa.select(FollowUp.due_on).where(is_of_age(age, TODAY, ZONE)))
        assert sorted(due_days, reverse=True) == [TODAY - timedelta(days=number) for number in days]


def test_open_follow_ups_are_counted_by_side_and_counselor_and_confidential_ones_apart(people, actor, clock):
    anna, dora = people["anna"], people["dora"]
    for counselor, side, team in (
        (anna, FollowUpSide.we, "Inland"),
        (anna, FollowUpSide.they, "Inland"),
        (dora, FollowUpSide.we, "Inland"),
        (dora, FollowUpSide.we, "Inland"),
        (people["boris"], FollowUpSide.we, "Bay"),
        (anna, FollowUpSide.idea, "Inland"),
    ):
        make_follow_up(TODAY, counselor, team, side)
    complete_follow_up(actor("anna"), make_follow_up(TODAY, anna))
    archived(make_follow_up(TODAY, anna))
    for counselor, side in ((anna, FollowUpSide.we), (anna, FollowUpSide.idea), (dora, FollowUpSide.they)):
        make_confidential(make_follow_up(TODAY, counselor, side=side))
    make_confidential(archived(make_follow_up(TODAY, anna)))
    make_confidential(make_follow_up(TODAY, people["boris"], "Bay"))
    complete_follow_up(actor("anna"), make_confidential(make_follow_up(TODAY, anna)))

    def figures(scope: Scope) -> tuple:
        rows = {(row.counselor, row.side.value): row.number for row in count_open_follow_ups(scope)}
        return rows, count_confidential_follow_ups(scope)

    inland = (actor("anna").first_team_id,)
    own, of_dora = {("Anna Reyes", "we"): 1, ("Anna Reyes", "they"): 1}, {("Dora Lindqvist", "we"): 2}
    assert figures(Scope(actor("anna"), inland)) == (own | of_dora, 1)
    assert figures(Scope(actor("clara"), inland)) == (own | of_dora, 2)
    assert figures(Scope(actor("clara"), inland, counselor_id=dora.id)) == (of_dora, 1)
    assert figures(Scope(actor("nora"), inland)) == (own | of_dora, 0)
    assert figures(Scope(actor("nora"), None))[0] == own | of_dora | {("Boris Keller", "we"): 1}


def test_days_late_are_blank_until_a_follow_up_is_late(client, people):
    today = business_clock.today(people["anna"].zone)
    for days in (2, 0, -3):
        make_follow_up(today - timedelta(days=days), people["anna"])
    lines = client.login_as("anna").get("/reports/open-follow-ups?as=csv").text.splitlines()
    assert [line.rpartition(",")[2].strip('"') for line in lines[1:]] == ["2", "", ""]
