"""News: reports of clients about assistance that are due soon or overdue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.words import _, _l
from crm.funding.models import Assistance
from crm.funding.policy.step import WITHOUT_REPORT
from crm.reminders.policy import ENDING_DAYS, is_ending_news
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems


class ReportDue(DigestKind):
    """Reports about assistance that the reader's clients owe, on ENDING_DAYS or the next working day."""

    code = "report_due"
    label = _l("Clients' reports about assistance")
    position = 54
    block = "news"
    rule = _l("Listed in the daily digest 60, 30, 14, 7, 3 and 1 days before the report is due and on that day.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return the reports whose due date reached one of ENDING_DAYS since the last working day."""
        today = context.today
        params: dict[str, Any] = {"first": today, "last": today + timedelta(days=max(ENDING_DAYS))}
        return DueItems(
            [
                DigestItem(
                    icon="alert",
                    title=_(
                        "Report of %(client)s about “%(item)s” is due %(day)s",
                        client=row.client or row.native_client,
                        item=row.description,
                        day=formats.day(row.report_due_on),
                    ),
                    record_id=row.client_id,
                    kind="organization",
                    due_on=row.report_due_on,
                    actions=("open",),
                    confidential=row.confidential,
                )
                for row in _reports(context.reader.actor, **params)
                if is_ending_news(row.report_due_on, today, context.previous_day)
            ]
        )


@cached_query
def _reports(profile: AccessProfile) -> Select:
    A, client = Assistance, alias(Record, "report_client")  # noqa: N806 - read a dozen times below
    first, last = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)
    stmt = (
        sa.select(
            A.client_id,
            client.label.label("client"),
            client.native_label.label("native_client"),
            A.description,
            A.report_due_on,
            client.confidential,
        )
        .join(client, client.id == A.client_id)
        .where(A.report_due_on.between(first, last), A.report_received_on.is_(None), A.state.not_in(WITHOUT_REPORT))
        # Few reports are due soon: found by their day, not among all clients of a counselor.
        .where(client.counselor_id + 0 == profile.id, client.archived_at.is_(None), visible(profile, client))
        .order_by(A.report_due_on, A.id)
    )
    return stmt.where(sa.false()) if profile.hides_money else stmt


KIND = ReportDue()
