"""News: reports to funders that are due soon, for the users who prepare them."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from crm.core.data.base import fetch
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.words import _, _l
from crm.funding.models import Award, AwardReport
from crm.reference.models import Funder
from crm.reminders.policy import ENDING_DAYS, is_ending_news
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems

REPORTS = (
    sa.select(Award.id, Award.number, Funder.name.label("funder"), AwardReport.name, AwardReport.due_on)
    .join(Award, Award.id == AwardReport.award_id)
    .join(Funder, Funder.id == Award.funder_id)
    .where(
        Award.responsible_id == sa.bindparam("user"),
        AwardReport.due_on.between(sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)),
        AwardReport.sent_on.is_(None),
    )
    .order_by(AwardReport.due_on, AwardReport.id)
)


class FilingDue(DigestKind):
    """Reports of the awards that the reader is responsible for, on ENDING_DAYS or the next working day."""

    code = "filing_due"
    label = _l("Reports to funders")
    position = 53
    block = "news"
    rule = _l("Listed in the daily digest 60, 30, 14, 7, 3 and 1 days before the report is due and on that day.")

    def concerns(self, actor: Actor) -> bool:
        """Return whether the user sees awards."""
        return can(actor, "award:see")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return the reports whose due date reached one of ENDING_DAYS since the last working day."""
        today: date = context.today
        last = today + timedelta(days=max(ENDING_DAYS))
        rows = fetch(REPORTS, {"user": context.reader.actor.id, "first": today, "last": last})
        return DueItems(
            [
                DigestItem(
                    icon="alert",
                    title=_(
                        "“%(report)s” of %(funder)s %(number)s is due %(day)s",
                        report=row.name,
                        funder=row.funder,
                        number=row.number,
                        day=formats.day(row.due_on),
                    ),
                    record_id=0,
                    kind="award",
                    due_on=row.due_on,
                    actions=("open",),
                    path=f"/funding/awards/{row.id}",
                )
                for row in rows
                if is_ending_news(row.due_on, today, context.previous_day)
            ]
        )


KIND = FilingDue()
