"""Keep reviews of the pipeline, make follow-ups of their decisions, and keep the reports that users choose."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from crm import calendars
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.identity import User
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.enums import FollowUpSide
from crm.followups.services import add_follow_up
from crm.records.services import check_counselor
from crm.reference.queries import days_off

from .models import ReportChoice, Review, ReviewItem
from .policy import DASHBOARDS, EmailInterval
from .queries import ReviewRow
from .subscriptions import begin_with_next


def save_review(
    actor: Actor,
    team_id: int,
    since: datetime,
    rows: Sequence[ReviewRow],
    values: Mapping[str, object],
    decisions: Mapping[int, str],
) -> Review:
    """Keep a review with what was decided; each decision becomes a follow-up of the opportunity's counselor.

    If that user was deactivated or left the team, it is one of the actor.
    `values`: next_on, note, uid. `decisions` are texts by opportunity. Raises Invalid for a next review that isn't
    later than today.
    """
    next_on = values["next_on"]
    today = clock.today(actor.zone)
    if not isinstance(next_on, date) or next_on <= today:
        raise Invalid(_("Choose a day after today."), "next_on")
    review = Review(team_id=team_id, since_at=since, reviewed_at=clock.now(), reviewed_by_id=actor.id, next_on=next_on)
    review.uid, review.note = str(values.get("uid") or new_uid()), values.get("note") or None  # type: ignore[assignment]
    db.session.add(review)
    db.session.flush()
    due_on = due_before(next_on, today, actor.country, days_off(actor.country))
    for row in rows:
        _add_item(actor, review, row, decisions.get(row.id, ""), due_on)
    db.session.flush()
    return review


def due_before(next_on: date, today: date, country: str, extra: calendars.Extra | None = None) -> date:
    """Return the last working day before a review, by the days off in `extra`, too; today at the earliest."""
    day = next_on - timedelta(days=1)
    while not calendars.is_workday(country, day, extra=extra):
        day -= timedelta(days=1)
    return max(day, today)


def _add_item(actor: Actor, review: Review, row: ReviewRow, decision: str, due_on: date) -> None:
    item = ReviewItem(review_id=review.id, opportunity_id=row.id, topics=[topic.value for topic in row.topics])
    item.stage, item.amount, item.currency = row.stage, row.amount, row.currency
    if decision:
        values = {"title": decision, "due_on": due_on, "side": FollowUpSide.we}
        values["counselor_id"] = _find_counselor(actor, row, review.team_id)
        item.decision = decision
        item.followup_id = add_follow_up(actor, values, about=[row.id]).id
    db.session.add(item)


def _find_counselor(actor: Actor, row: ReviewRow, team_id: int) -> int | None:
    """Return the counselor of an opportunity; the actor for one who was deactivated or left the team."""
    try:
        check_counselor(row.counselor_id, team_id)
    except Invalid:
        return actor.id
    return row.counselor_id


def save_choices(user_id: int, dashboard: Collection[str], emails: Mapping[str, EmailInterval]) -> None:
    """Keep which reports are on a user's dashboard, and which are emailed how often, by name; others aren't.

    Those who choose no report have an empty dashboard, no longer that of their role. Emails of an interval that the
    user didn't have begin today only on the first working day.
    """
    existing = {row.report: row for row in db.session.scalars(sa.select(ReportChoice).filter_by(user_id=user_id))}
    before = {EmailInterval.none, *(row.email for row in existing.values())}
    names = {*existing, *dashboard, *emails}
    if not names:
        # A row of each default report says that it was refused.
        names = set(DASHBOARDS[db.session.get_one(User, user_id).role])
    for name in names:
        row = existing.get(name)
        if row is None:
            row = ReportChoice(user_id=user_id, report=name)
            db.session.add(row)
        row.on_dashboard, row.email = name in dashboard, emails.get(name, EmailInterval.none)
    db.session.flush()
    begin_with_next(user_id, set(emails.values()) - before)
