"""News: what is stuck, signed and lost in the pipeline of a manager's teams, once a week."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select
from crm.core.i18n import formats
from crm.core.policy import Actor, Role
from crm.core.words import _, _l
from crm.opportunities import change_conditions as cc
from crm.opportunities import conditions as c
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems

DAYS = 7
MANAGERS = (Role.manager, Role.network_manager)


class TeamWeek(DigestKind):
    """One line about the pipeline of the reader's teams, for managers, on the first working day of a week."""

    code = "team_week"
    label = _l("Pipeline of your teams, weekly")
    position = 75
    block = "news"
    rule = _l("On the first working day of the week, the daily digest of managers has a line about their teams.")

    def concerns(self, actor: Actor) -> bool:
        """Return whether the user is a manager."""
        return actor.role in MANAGERS

    def find_due(self, context: DigestContext) -> DueItems:
        """Return one line; none on other days, and without anything to count."""
        actor = context.reader.actor
        is_new_week = context.previous_day.isocalendar()[:2] != context.today.isocalendar()[:2]
        if not is_new_week:
            return DueItems([])
        since = c.day_start(context.today - timedelta(days=DAYS), actor.zone)
        keys = sorted(actor.team_ids)
        rows = _counts(actor, keys=keys, since=since, until=clock.now(), **c.stage_deadlines(actor))
        counts = dict(map(tuple, rows))
        if not any(counts.values()):
            return DueItems([])
        second = _(
            "%(stuck)s overdue in stage, %(signed)s signed and %(lost)s lost in seven days",
            **{name: formats.num(number) for name, number in counts.items()},
        )
        item = DigestItem(
            icon="report",
            title=_("Pipeline of your teams"),
            second=second,
            record_id=0,
            kind="report",
            path="/reports/review",
            actions=("open",),
        )
        return DueItems([item])


@cached_query
def _counts(viewer: AccessProfile) -> Select:
    """Count stuck, signed and lost opportunities that aren't confidential."""
    row = c.OPPORTUNITY.c
    own = (
        row.visibility_key > 0
        if viewer.sees_all_teams
        else row.visibility_key.in_(sa.bindparam("keys", expanding=True))
    )
    span = (sa.bindparam("since", type_=Instant), sa.bindparam("until", type_=Instant))
    conditions = {
        "stuck": sa.and_(row.stage.in_(c.OPEN), c.is_overdue_in_stage(viewer)),
        "signed": cc.signed_between(*span),
        "lost": cc.lost_between(*span),
    }
    counts = (
        sa.select(sa.literal(name), sa.func.count()).select_from(c.OPPORTUNITY).where(own, condition)
        for name, condition in conditions.items()
    )
    return sa.union_all(*counts)  # type: ignore[return-value]


KIND = TeamWeek()
