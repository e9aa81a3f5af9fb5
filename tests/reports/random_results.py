"""Random milestones and shows of two teams."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from crm.core import clock
from crm.core.data.base import db
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneKind, MilestoneStatus
from crm.interactions.models import (
    Interaction,
    InteractionLink,
)
from crm.opportunities.models import Opportunity
from crm.shows.models import Show, ShowMeeting
from crm.shows.policy import MeetingState
from tests.factories import client_of
from tests.reports.random_records import ZONE, export_rows, hide_or_archive


def add_milestones(people: Any, seed: int) -> None:
    """Add expected, actual and confirmed results of two teams."""
    random, today = Random(seed), clock.today(ZONE.key)
    clients = [client_of("Inland"), client_of("Inland"), client_of("Bay")]
    for n in range(25):
        client = random.choice(clients)
        row = Milestone(
            title=f"Result {n}",
            label=f"Result {n}",
            client_id=client.id,
            team_id=client.team_id,
            counselor_id=people["anna"].id,
            type=random.choice(list(MilestoneKind)),
            status=random.choice(list(MilestoneStatus)),
            amount=random.choice([None, 5000, 120_000]),
            currency=random.choice(["USD", "CNY", "JPY"]),
            jobs=random.choice([None, 3]),
            on=today - timedelta(days=random.randint(-100, 250)),
            reported_on=today,
            confirmed_on=random.choice([None, today]),
        )
        db.session.add(row)
        db.session.flush()
        hide_or_archive(random, row)
    db.session.flush()


def add_shows(people: Any, seed: int) -> None:
    """Add shows with costs and held meetings, and interactions at them about opportunities."""
    random, today = Random(seed), clock.today(ZONE.key)
    opportunity_ids = [x["id"] for x in export_rows(Opportunity)]
    talks = export_rows(Interaction)
    team_id = client_of("Inland").team_id
    for n in range(4):
        day = today - timedelta(days=random.randint(0, 200))
        show = Show(name=f"Show {n}", label=f"Show {n}", starts_on=day, ends_on=day, staff_days=n, currency="CNY")
        show.cost = random.choice([None, 30_000])
        db.session.add(show)
        db.session.flush()
        for _n in range(random.randint(0, 5)):
            moment = clock.now()
            meeting = ShowMeeting(show_id=show.id, team_id=team_id, at=moment, wall=moment.replace(tzinfo=None))
            meeting.zone, meeting.state = "UTC", random.choice([MeetingState.held, MeetingState.no_show])
            db.session.add(meeting)
        for talk in random.sample(talks, 12):
            links = {show.id, random.choice(opportunity_ids), random.choice(opportunity_ids)}
            for record_id in links:
                link = InteractionLink(record_id=record_id, interaction_id=talk["id"], at=talk["at"])
                db.session.merge(link)
    db.session.flush()
