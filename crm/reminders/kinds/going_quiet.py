"""Going quiet: records with a keep-in-touch rule and no interaction for too long."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.record import Record, visible
from crm.core.data.record_dates import RecordDates
from crm.core.i18n import formats
from crm.core.words import _l, ngettext
from crm.followups.enums import Tier
from crm.followups.models import Cadence
from crm.reminders.policy import QUIET_A_DAY, is_silent
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems


class GoingQuiet(DigestKind):
    """The reader's records that nobody has reached for longer than their rule says."""

    code = "going_quiet"
    label = _l("Going quiet")
    position = 60
    block = "going_quiet"
    rule = _l("At most 3 records a day, the most overdue first.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return the most overdue records, and how many more there are."""
        zone, today = ZoneInfo(context.reader.actor.zone), context.today
        silent: list[tuple[int, date | None, Any]] = []
        for row in _cadences(context.reader.actor):
            last = row.last_reached_at.astimezone(zone).date() if row.last_reached_at else None
            if is_silent(last, row.counts_from, row.every, today):
                silent.append(((today - (last or row.counts_from)).days, last, row))
        silent.sort(key=lambda entry: (entry[2].every - entry[0], entry[2].id))
        return DueItems([_item(*entry) for entry in silent[:QUIET_A_DAY]], max(0, len(silent) - QUIET_A_DAY))


def _item(days: int, last: date | None, row: Any) -> DigestItem:
    return DigestItem(
        icon="people" if row.kind == "person" else "org",
        title=row.label,
        native=row.native_label,
        record_id=row.id,
        kind=row.kind,
        second=_describe_silence(days, last, row.every),
        actions=("log", "open"),
        confidential=row.confidential,
    )


def _describe_silence(days: int, last: date | None, every: int) -> str:
    if last is None:
        return str(
            ngettext(
                "no interaction yet: %(num)s day (target: %(days)s)",
                "no interaction yet: %(num)s days (target: %(days)s)",
                days,
                days=every,
            )
        )
    return str(
        ngettext(
            "no interaction since %(day)s: %(num)s day (target: %(days)s)",
            "no interaction since %(day)s: %(num)s days (target: %(days)s)",
            days,
            day=formats.day(last),
            days=every,
        )
    )


@cached_query
def _cadences(profile: AccessProfile) -> Select:
    every = sa.func.coalesce(
        Cadence.every_days, sa.case((Cadence.tier == Tier.a, Tier.a.days), (Cadence.tier == Tier.b, Tier.b.days))
    )
    return (
        sa.select(
            Record.id,
            Record.kind,
            Record.label,
            Record.native_label,
            RecordDates.last_reached_at,
            Cadence.counts_from,
            every.label("every"),
            Record.confidential,
        )
        .select_from(Cadence)
        .join(Record, Record.id == Cadence.record_id)
        .outerjoin(RecordDates, sa.and_(RecordDates.record_id == Record.id, RecordDates.team_key == 0))
        .where(Record.counselor_id == profile.id, Record.archived_at.is_(None), every.is_not(None), visible(profile))
    )


KIND = GoingQuiet()
