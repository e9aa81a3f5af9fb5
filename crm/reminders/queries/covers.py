"""Who covers for whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core import clock
from crm.core.data.base import alias, fetch
from crm.core.data.engines import on_sqlite
from crm.core.data.identity import User
from crm.core.hooks import ABSENCES, COVERED_USERS, COVERING_USERS
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.reminders.models import Cover


class CoverRow(NamedTuple):
    """A cover with the names of both users; `zone` is that of the user who is away."""

    id: int
    user_id: int
    user: str
    zone: str
    colleague_id: int
    colleague: str
    from_on: date
    to_on: date

    def is_on(self, now: datetime) -> bool:
        """Return whether the cover is in effect, by the calendar of the user who is away."""
        return self.from_on <= local_day(now, self.zone) <= self.to_on


def list_covers(user_id: int | None, now: datetime) -> list[CoverRow]:
    """Return the present and future covers of a user, given and taken, the earliest first."""
    return _list(now, sa.or_(Cover.user_id == user_id, Cover.colleague_id == user_id))


def list_active_covers(now: datetime) -> list[CoverRow]:
    """Return all covers in effect; the users are active."""
    return [row for row in list_all_covers(now) if row.is_on(now)]


def list_all_covers(now: datetime) -> list[CoverRow]:
    """Return all covers in effect or to come; the users are active."""
    return _list(now, sa.true())


def _list(now: datetime, condition: sa.ColumnElement[bool]) -> list[CoverRow]:
    away, colleague = alias(User, "cover_user"), alias(User, "cover_colleague")
    yesterday = (now - timedelta(days=1)).date()
    stmt = (
        sa.select(
            Cover.id,
            Cover.user_id,
            away.name,
            away.zone,
            Cover.colleague_id,
            colleague.name,
            Cover.from_on,
            Cover.to_on,
        )
        .join(away, away.id == Cover.user_id)
        .join(colleague, colleague.id == Cover.colleague_id)
        .where(Cover.to_on >= yesterday, away.active, colleague.active, condition)
        .order_by(Cover.from_on, Cover.id)
    )
    rows = [CoverRow._make(row) for row in fetch(stmt)]
    return [row for row in rows if row.to_on >= local_day(now, row.zone)]


def was_on(moment: Any) -> sa.ColumnElement[bool]:
    """Whether a `Cover` was in effect at a moment in SQL, or up to a day before or after it: its days are local."""
    if on_sqlite():
        return sa.func.date(moment).between(sa.func.date(Cover.from_on, "-1 day"), sa.func.date(Cover.to_on, "+1 day"))
    one = sa.literal(1)
    return sa.cast(sa.func.timezone("UTC", moment), sa.Date).between(Cover.from_on - one, Cover.to_on + one)


def list_covered_users(actor: Actor) -> dict[int, date]:
    """Return the users whose reminders the actor gets at this moment, each with the first day."""
    return {row.user_id: row.from_on for row in list_active_covers(clock.now()) if row.colleague_id == actor.id}


def list_covering_users(user_id: int) -> list[int]:
    """Return the colleagues who cover for a user at this moment."""
    return [row.colleague_id for row in list_active_covers(clock.now()) if row.user_id == user_id]


def describe_absence(user_id: int) -> str:
    """Return until when a user is away and who covers at this moment; "" for one who isn't away."""
    row = next((row for row in list_active_covers(clock.now()) if row.user_id == user_id), None)
    if row is None:
        return ""
    day = formats.day(row.to_on, weekday=True)
    return _("%(name)s is away until %(day)s; %(colleague)s covers.", name=row.user, day=day, colleague=row.colleague)


COVERED_USERS.append(list_covered_users)
COVERING_USERS.append(list_covering_users)
ABSENCES.append(describe_absence)
