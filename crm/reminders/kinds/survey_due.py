"""News: impact surveys that are due to be sent, and those that clients haven't answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select
from crm.core.i18n import formats
from crm.core.words import _, _l
from crm.impact.models import ImpactSurvey, SurveyPlan
from crm.impact.policy import NOTICE_DAYS, OVERDUE_DAYS, SurveyState
from crm.impact.queries.recipients import Refusal, find_survey_refusals
from crm.impact.queries.surveys import CLIENT, OPPORTUNITY, PERSON, join_survey_records, visible_surveys
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems

RECIPIENT = sa.func.coalesce(sa.func.nullif(PERSON.label, ""), PERSON.native_label, "").label("recipient")
IS_CONFIDENTIAL = sa.or_(CLIENT.confidential, sa.func.coalesce(OPPORTUNITY.confidential, sa.false()))


class SurveyDue(DigestKind):
    """Surveys of the reader's clients: a week before they are due, from that day on until sent, and when overdue."""

    code = "survey_due"
    label = _l("Impact surveys due or unanswered")
    position = 55
    block = "news"
    rule = _l(
        "Surveys are in the daily digest a week before they are due, from the due date until sent, and once more "
        "if they aren't answered."
    )

    def find_due(self, context: DigestContext) -> DueItems:
        """Return the surveys to send, then those whose answer became overdue since the last working day."""
        today = context.today
        notice = today + timedelta(days=NOTICE_DAYS)
        first = context.previous_day + timedelta(days=NOTICE_DAYS)
        plans = _plans(context.reader.actor, last=notice)
        refusals = find_survey_refusals({(row.client_id, row.person_id) for row in plans if row.person_id})
        stuck = [row for row in plans if not row.automatic or (row.client_id, row.person_id) in refusals]
        due = [row for row in plans if row.next_on > first or (row.next_on <= today and row in stuck)]
        span = timedelta(days=OVERDUE_DAYS)
        params: dict[str, datetime] = {"since": context.changes_since - span, "until": context.now - span}
        items = [_due_item(row, refusals.get((row.client_id, row.person_id))) for row in due]
        return DueItems([*items, *map(_overdue_item, _select_unanswered(context.reader.actor, **params))])


def _due_item(row: Any, refusal: Refusal | None) -> DigestItem:
    day = formats.day(row.next_on)
    how = _("Will be sent automatically") if row.automatic else _("Send it from the client's page")
    if refusal:
        how = _("No email can be sent: %(why)s", why=refusal)
    return DigestItem(
        icon="send",
        title=_("Impact survey of %(client)s is due %(day)s", client=row.label or row.native_label, day=day),
        second=f"{how}. {row.reason}",
        record_id=row.client_id,
        kind="organization",
        due_on=row.next_on,
        actions=("open",),
        confidential=row.is_confidential,
    )


def _overdue_item(row: Any) -> DigestItem:
    return DigestItem(
        icon="alert",
        title=_("No answer to the impact survey: %(client)s", client=row.label or row.native_label),
        second=_("Sent %(ago)s to %(name)s", ago=formats.ago(row.sent_at), name=row.recipient),
        record_id=row.client_id,
        kind="organization",
        path=f"/milestones/surveys/{row.id}",
        actions=("open",),
        confidential=row.is_confidential,
    )


def _of_own_clients(profile: AccessProfile) -> sa.ColumnElement[bool]:
    return sa.and_(CLIENT.counselor_id + 0 == profile.id, CLIENT.archived_at.is_(None))


@cached_query
def _plans(profile: AccessProfile) -> Select:
    P = SurveyPlan  # noqa: N806 - read several times below
    columns = (P.client_id, P.reason, P.next_on, P.automatic, P.person_id, CLIENT.label, CLIENT.native_label)
    return (
        join_survey_records(profile, sa.select(P), P)
        .where(P.next_on <= sa.bindparam("last", type_=sa.Date), P.paused_at.is_(None), _of_own_clients(profile))
        .order_by(P.next_on, P.id)
        .with_only_columns(*columns, IS_CONFIDENTIAL.label("is_confidential"), maintain_column_froms=True)
    )


@cached_query
def _select_unanswered(profile: AccessProfile) -> Select:
    T = ImpactSurvey  # noqa: N806 - read several times below
    since, until = (sa.bindparam(name, type_=Instant) for name in ("since", "until"))
    columns = (T.id, T.client_id, T.sent_at, RECIPIENT, CLIENT.label, CLIENT.native_label)
    return (
        visible_surveys(profile)
        .where(T.state == SurveyState.sent, T.sent_at > since, T.sent_at <= until, _of_own_clients(profile))
        .order_by(T.sent_at, T.id)
        .with_only_columns(*columns, IS_CONFIDENTIAL.label("is_confidential"), maintain_column_froms=True)
    )


KIND = SurveyDue()
