"""The opportunities to discuss in a review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.identity import User
from crm.opportunities import change_conditions as cc
from crm.opportunities import conditions as c
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import ChangedField, OpportunityStage, WaitingFor
from crm.reports.topics import ReviewTopic

from .changes import BEGIN, END
from .scope import Scope, ScopeParts, is_counted

OPPORTUNITY, RECORD = c.OPPORTUNITY, c.RECORD
IDS: Any = sa.bindparam("ids", expanding=True)
ORDER = list(ReviewTopic)
BY_CODE = {topic.value: topic for topic in ReviewTopic}


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


def load_agenda(scope: Scope, parts: Mapping[datetime, Scope], limit: int) -> Agenda:
    """Load the opportunities of a scope to discuss: what is overdue today, and what changed.

    Changes count since the moment of each part of the scope. Each opportunity is listed under its most urgent topic, by
    the time in the stage, and at most `limit` of each topic.
    """
    params = {"end": clock.now(), **c.stage_deadlines(scope.actor)}
    reasons = [row for begin, part in parts.items() for row in part.fetch(_topics, begin=begin, **params)]
    topics: dict[int, list[ReviewTopic]] = {}
    for _stage_since, opportunity_id, code in sorted(reasons):
        topics.setdefault(opportunity_id, []).append(BY_CODE[code])
    with_topic = Counter(topic for own_topics in topics.values() for topic in own_topics)
    ids: dict[ReviewTopic, list[int]] = {topic: [] for topic in ReviewTopic}
    for opportunity_id, own_topics in topics.items():
        ids[min(own_topics, key=ORDER.index)].append(opportunity_id)
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
    return sa.select(reasons.c.stage_since, reasons.c.id, reasons.c.code)


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
