"""A review of Inland's pipeline a week ago, with three decisions; one of them is done."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from crm.followups.enums import FollowUpState
from crm.opportunities.policy import OpportunityStage
from crm.reports.models import Review, ReviewItem
from crm.reports.topics import ReviewTopic

from .demo_records import DemoRecords

DAYS_AGO = 7
ITEMS = (
    (
        "clearair",
        OpportunityStage.introduced,
        (ReviewTopic.stuck,),
        "Ask Suzhou for the date of the tender",
        FollowUpState.done,
    ),
    ("fleet", OpportunityStage.matched, (ReviewTopic.no_step,), "Agree on a specification", FollowUpState.open),
    ("valves", OpportunityStage.quoted, (ReviewTopic.stuck,), "Call Wuhan about the quote", FollowUpState.done),
    ("labkit", OpportunityStage.evaluating, (ReviewTopic.slipped,), None, None),
    ("drone", OpportunityStage.qualifying, (ReviewTopic.moved,), None, None),
)
"""Opportunity, stage of that day, why it was discussed, and what was decided."""


def create(demo: DemoRecords) -> None:
    day = demo.workday(-DAYS_AGO)
    moment = min(datetime.combine(day, time(17, 30), UTC), demo.writer.now)
    review_id = demo.writer.inserter.add(
        Review,
        team_id=demo.writer.teams["Inland"],
        since_at=moment - timedelta(days=DAYS_AGO),
        reviewed_at=moment,
        reviewed_by_id=demo.writer.users["clara"],
        next_on=day + timedelta(days=DAYS_AGO),
        note="Two quotes before the holiday; ask every prime for a date.",
    )
    for key, stage, topics, decision, state in ITEMS:
        opportunity_id = demo.opportunities[key]
        followup_id = None
        if decision and state:
            followup_id = demo.add_follow_up(
                title=decision, due=demo.workday(-1), cases=(opportunity_id,), state=state, by="clara", made_at=moment
            )
        demo.writer.inserter.add(
            ReviewItem,
            review_id=review_id,
            opportunity_id=opportunity_id,
            topics=[topic.value for topic in topics],
            stage=stage,
            currency="USD",
            decision=decision,
            followup_id=followup_id,
        )
