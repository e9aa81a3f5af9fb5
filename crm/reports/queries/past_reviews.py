"""The reviews that took place: when, and what became of their decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias, db, fetch
from crm.core.data.identity import Team, User
from crm.core.data.record import visible
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.opportunities import conditions as c
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage
from crm.reports.models import Review, ReviewItem
from crm.reports.topics import ReviewTopic

from .review import ORDER

Item = ReviewItem


class PastReview(NamedTuple):
    """A review in the list: who led it and when, how many opportunities it had, and how many decisions."""

    id: int
    team: str
    reviewed_at: datetime
    reviewed_by: str | None
    opportunities: int
    decisions: int


class PastItem(NamedTuple):
    """An opportunity of a review as it was then; `is_done`: its follow-up is closed, None without one."""

    opportunity_id: int
    label: str
    topics: tuple[ReviewTopic, ...]
    stage: OpportunityStage
    stage_now: OpportunityStage
    amount: Decimal | None
    currency: str
    counselor: str | None
    decision: str | None
    followup_id: int | None
    due_on: date | None
    is_done: bool | None


def load_last_reviews(team_ids: Sequence[int] | None) -> dict[int, datetime | None]:
    """Return when the last review of each of these teams took place, None without one; `team_ids` None: of all."""
    last = sa.func.max(Review.reviewed_at, type_=Instant)
    stmt = sa.select(Team.id, last).outerjoin(Review, Review.team_id == Team.id).group_by(Team.id)
    if team_ids is not None:
        stmt = stmt.where(Team.id.in_(team_ids))
    return dict(fetch(stmt))


def list_reviews(team_ids: Sequence[int] | None, limit: int) -> list[PastReview]:
    """List the reviews of teams, the latest first; None: of all teams."""
    counts = (
        sa.select(sa.func.count(), sa.func.count(Item.decision)).where(Item.review_id == Review.id).correlate(Review)
    )
    numbers = (
        counts.with_only_columns(sa.func.count()).scalar_subquery(),
        counts.with_only_columns(sa.func.count(Item.decision)).scalar_subquery(),
    )
    stmt = (
        sa.select(Review.id, Team.name, Review.reviewed_at, User.name, *numbers)
        .join(Team, Team.id == Review.team_id)
        .outerjoin(User, User.id == Review.reviewed_by_id)
        .order_by(Review.reviewed_at.desc(), Review.id.desc())
        .limit(limit)
    )
    stmt = stmt.where(Review.team_id.in_(team_ids)) if team_ids is not None else stmt
    return [PastReview._make(row) for row in db.session.execute(stmt)]


def get_review(actor: Actor, review_id: int) -> Review:
    """Return a review of one of the actor's teams. Raises NotFound."""
    row = db.session.get(Review, review_id)
    if row is None or not (actor.sees_all_teams or row.team_id in actor.team_ids):
        raise NotFound
    return row


def describe_review(review: Review) -> PastReview:
    """Return the team of a review, who led it, and when."""
    names = sa.select(Team.name, User.name).outerjoin(User, User.id == review.reviewed_by_id)
    team, user = db.session.execute(names.where(Team.id == review.team_id)).one()
    return PastReview(review.id, team, review.reviewed_at, user, 0, 0)


def list_review_items(actor: Actor, review_id: int) -> list[PastItem]:
    """List the opportunities of a review that the actor may see, those with a decision first."""
    rows = _items(actor, review_id=review_id)
    items = [
        PastItem._make((*row[:2], tuple(map(ReviewTopic.from_code, row[2])), *row[3:-1], _is_done(row[-1])))
        for row in rows
    ]
    return sorted(items, key=lambda item: (item.decision is None, [*map(ORDER.index, item.topics[:1])], item.label))


def _is_done(state: FollowUpState | None) -> bool | None:
    return None if state is None else state is not FollowUpState.open


@cached_query
def _items(viewer: AccessProfile) -> Select:
    follow_up = alias(FollowUp, "review_follow_up")
    columns = (
        Opportunity.id,
        Opportunity.label,
        Item.topics,
        Item.stage,
        Opportunity.stage.label("stage_now"),
        Item.amount,
        Item.currency,
        User.name,
        Item.decision,
        follow_up.id,
        follow_up.due_on,
        follow_up.state,
    )
    return (
        sa.select(*columns)
        .select_from(Item)
        .join(Opportunity, Opportunity.id == Item.opportunity_id)
        .outerjoin(User, User.id == Opportunity.counselor_id)
        .outerjoin(follow_up, sa.and_(follow_up.id == Item.followup_id, visible(viewer, follow_up)))
        .where(Item.review_id == sa.bindparam("review_id"), c.is_visible_opportunity(viewer))
    )
