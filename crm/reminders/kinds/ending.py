"""News: China reps and client agreements that end soon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, counseled_by, visible
from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.words import _, _l, ngettext
from crm.organizations.models import ClientAgreement
from crm.people.models import Representation
from crm.people.policy import Exclusivity, RepresentationStatus
from crm.reminders.policy import ENDING_DAYS, is_ending_news, is_new_exclusive_end
from crm.reminders.queries.changes import has_changed
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems

ENDING_HORIZON_DAYS = max(ENDING_DAYS)
FIRST, LAST = sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date)


class UpcomingEnds(DigestKind):
    """Ends of the reader's China reps and clients' agreements, on ENDING_DAYS or the next working day.

    The end of an exclusive China rep within EXCLUSIVE_DAYS is news as well when it was entered since the last digest.
    """

    code = "ending"
    label = _l("China reps and agreements ending soon")
    position = 50
    block = "news"
    rule = _l(
        "Listed in the daily digest 60, 30, 14, 7, 3 and 1 days before the end and on that day. A new end date of an "
        "exclusive China rep within 30 days is in the next digest."
    )

    def find_due(self, context: DigestContext) -> DueItems:
        """Return the ends that reached one of ENDING_DAYS since the last working day, and new exclusive ones."""
        actor, today = context.reader.actor, context.today
        params: dict[str, Any] = {"first": today, "last": today + timedelta(days=ENDING_HORIZON_DAYS)}
        reps, agreements = run_together(partial(_list_reps, context, params), partial(_agreements, actor, **params))
        rows = [
            *((_("China rep of %(name)s ends %(day)s"), "representation", row) for row in reps),
            *((_("Agreement with %(name)s ends %(day)s"), "organization", row) for row in agreements),
        ]
        return DueItems(
            [
                DigestItem(
                    icon="alert",
                    title=title % {"name": name, "day": formats.day(day)},
                    second=_describe(exclusive, (day - today).days),
                    record_id=id,
                    kind=kind,
                    due_on=day,
                    actions=("open",),
                    confidential=confidential,
                )
                for title, kind, (id, name, day, confidential, exclusive, is_changed) in rows
                if day is not None
                and (
                    is_ending_news(day, today, context.previous_day)
                    or (is_changed and is_new_exclusive_end(day, today, is_exclusive=exclusive is Exclusivity.yes))
                )
            ]
        )


def _list_reps(context: DigestContext, params: Mapping[str, Any]) -> Sequence[Any]:
    return _reps(context.reader.actor, since=context.changes_since, **params)


def _describe(exclusive: Exclusivity | None, days: int) -> str:
    """Return "Exclusive, in 23 days"."""
    end = ngettext("in %(num)s day", "in %(num)s days", days) if days else _("today")
    return ", ".join(str(x) for x in ([exclusive.label] if exclusive is Exclusivity.yes else []) + [end])


@cached_query
def _reps(profile: AccessProfile) -> Select:
    client = alias(Record, "reminders_client")
    confidential = sa.or_(Representation.confidential, client.confidential)
    return (
        sa.select(
            Representation.id,
            client.label,
            Representation.to_on,
            confidential,
            Representation.exclusive,
            has_changed(Representation.id, "to_on", "exclusive", "status"),
        )
        .join(client, sa.and_(client.id == Representation.client_id, visible(profile, client)))
        .where(counseled_by(profile.id, Representation), Representation.status == RepresentationStatus.active)
        .where(Representation.to_on.between(FIRST, LAST), Representation.archived_at.is_(None))
        .where(visible(profile, Representation))
        .order_by(Representation.to_on)
    )


NO_TERMS = sa.literal(None, sa.String)


@cached_query
def _agreements(profile: AccessProfile) -> Select:
    return (
        sa.select(Record.id, Record.label, ClientAgreement.to_on, Record.confidential, NO_TERMS, sa.false())
        .join(ClientAgreement, ClientAgreement.organization_id == Record.id)
        # Few agreements end soon: found by their day, not among all that a counselor has.
        .where(Record.counselor_id + 0 == profile.id, Record.archived_at.is_(None), visible(profile))
        .where(ClientAgreement.to_on.between(FIRST, LAST))
        .order_by(ClientAgreement.to_on)
    )


KIND = UpcomingEnds()
