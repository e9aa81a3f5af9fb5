"""The opportunities to discuss in a review, and the reviews of a team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias, db
from crm.core.data.identity import Team, User
from crm.core.data.record import visible
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.opportunities import change_conditions as cc
from crm.opportunities import conditions as c
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import ChangedField, OpportunityStage, WaitingFor
from crm.reports.models import Review, ReviewItem
from crm.reports.topics import ReviewTopic

from .changes import BEGIN, END
from .scope import Scope, ScopeParts, is_counted

OPPORTUNITY, RECORD = c.OPPORTUNITY, c.RECORD
IDS: Any = sa.bindparam("ids", expanding=True)
ORDER = list(ReviewTopic)
BY_CODE = {topic.value: topic for topic in ReviewTopic}
Item = ReviewItem


class ReviewRow(NamedTuple):
    """An opportunity to discuss, with its topics in their order; `next_on` is the date of its next step."""

    id: int
    label: str
    stage: OpportunityStage
    stage_since: datetime
    waiting_for: WaitingFor
    counselor_id: int | None
    counselor: str | None
    amount: Decimal | None
    currency: str
    next_on: date | None
    topics: tuple[ReviewTopic, ...]


class Agenda(NamedTuple):
    """What a review discusses: the listed opportunities, and how many have a topic, also as the most urgent one."""

    rows: list[ReviewRow]
    with_topic: Counter[ReviewTopic]
    by_most_urgent: Counter[ReviewTopic]


class PastReview(NamedTuple):
    """A review in the list: who held it when, how many opportunities it had, and how many decisions."""

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


def load_agenda(scope: Scope, since: datetime, limit: int) -> Agenda:
    """Load the opportunities of a scope to discuss: what is overdue today, and what changed since a moment.

    Each is listed under its most urgent topic, by the time in the stage, and at most `limit` of each topic.
    """
    span = {"begin": since, "end": clock.now()}
    topics: dict[int, list[ReviewTopic]] = {}
    for code, opportunity_id in scope.fetch(_topics, **span, **c.stage_deadlines(scope.actor)):
        topics.setdefault(opportunity_id, []).append(BY_CODE[code])
    with_topic = Counter(topic for reasons in topics.values() for topic in reasons)
    ids: dict[ReviewTopic, list[int]] = {topic: [] for topic in ReviewTopic}
    for opportunity_id, reasons in topics.items():
        ids[min(reasons, key=ORDER.index)].append(opportunity_id)
    row_ids = [i for topic in ORDER for i in ids[topic][:limit]]
    details = {row[0]: row for row in scope.fetch(_details, ids=row_ids)}
    rows = [ReviewRow._make((*details[i], tuple(sorted(topics[i], key=ORDER.index)))) for i in row_ids if i in details]
    return Agenda(rows, with_topic, Counter({topic: len(ids[topic]) for topic in ORDER}))


def load_review_rows(scope: Scope, ids: Collection[int]) -> list[ReviewRow]:
    """Load opportunities that have no topic, as far as the actor sees them."""
    return [ReviewRow._make((*row, ())) for row in scope.fetch(_details, ids=sorted(ids))] if ids else []


@cached_query
def _topics(viewer: AccessProfile, parts: ScopeParts) -> Select:
    is_open = OPPORTUNITY.c.stage.in_(c.OPEN)
    new = sa.select(RECORD.c.id).where(
        RECORD.c.kind == "opportunity", RECORD.c.created_at >= BEGIN, RECORD.c.created_at < END
    )
    conditions = {
        ReviewTopic.stuck: sa.and_(is_open, c.is_overdue_in_stage(viewer)),
        # One that is signed or lost by now needs no decision about its close date.
        ReviewTopic.slipped: sa.and_(
            OPPORTUNITY.c.stage.not_in([*c.SIGNED, *c.LOST]),
            cc.has_change_between(ChangedField.close, BEGIN, END, cc.is_close_delayed()),
        ),
        ReviewTopic.lost: cc.lost_between(BEGIN, END),
        ReviewTopic.signed: cc.signed_between(BEGIN, END),
        ReviewTopic.moved: cc.has_change_between(ChangedField.stage, BEGIN, END),
        ReviewTopic.new: OPPORTUNITY.c.id.in_(new),
    }
    row = OPPORTUNITY.c
    # What the report counts isn't confidential, so neither are the steps that it looks at; each is looked up once.
    due = c.next_open_step_on(viewer, row).label("due")
    steps = sa.select(row.id, row.stage_since, due).where(is_counted(parts), is_open).cte("steps")
    step = steps.prefix_with("MATERIALIZED").c
    lights = {ReviewTopic.overdue: step.due < viewer.today, ReviewTopic.no_step: step.due.is_(None)}
    reasons = sa.union_all(
        *(_reason(topic, step).where(condition) for topic, condition in lights.items()),
        *(_reason(topic, row).where(is_counted(parts), condition) for topic, condition in conditions.items()),
    ).subquery()
    return sa.select(reasons.c.code, reasons.c.id).order_by(reasons.c.stage_since, reasons.c.id)


def _reason(topic: ReviewTopic, row: Any) -> sa.Select[Any]:
    return sa.select(sa.literal(topic.value).label("code"), row.id, row.stage_since)


@cached_query
def _details(viewer: AccessProfile, _parts: ScopeParts) -> Select:
    row = Opportunity
    columns = (
        row.id,
        row.label,
        row.stage,
        row.stage_since,
        row.waiting_for,
        row.counselor_id,
        User.name,
        row.amount,
        row.currency,
        c.next_step_on(viewer),
    )
    stmt = sa.select(*columns).outerjoin(User, User.id == row.counselor_id)
    return stmt.where(row.id.in_(IDS), c.is_visible_opportunity(viewer))


def find_last_review(team_ids: Sequence[int] | None) -> datetime | None:
    """Return when the last review of any of these teams took place; None: of all teams."""
    stmt = sa.select(sa.func.max(Review.reviewed_at, type_=Instant))
    if team_ids is not None:
        stmt = stmt.where(Review.team_id.in_(team_ids))
    return db.session.scalar(stmt)


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
    """Return the team of a review, and who held it when."""
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
