"""Who gets reminders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core.data.base import db, fetch
from crm.core.data.identity import ACTOR_COLUMNS, Membership, User, actor_of
from crm.core.data.together import run_together
from crm.core.policy import Actor, ReminderChoice
from crm.reference.queries import days_off_by_country
from crm.reminders.models import ReminderSetting, ReminderTiming
from crm.reminders.policy import Offset, is_digest_time, next_digest_at


@dataclass(frozen=True)
class Reader:
    """A user who gets reminders, with what decides when.

    `settings` are the kinds that the user turned on or off; `extra_days` are holidays and make-up workdays.
    """

    actor: Actor
    choice: ReminderChoice
    digest_hour: int
    settings: Mapping[str, bool]
    extra_days: dict[date, bool]
    meeting_offset: Offset = Offset.minutes_15
    followup_offset: Offset = Offset.at_time

    def today(self, now: datetime) -> date:
        """Return the reader's calendar day."""
        return local_day(now, self.actor.zone)

    def is_digest_time(self, now: datetime) -> bool:
        """Return whether the reader's working day has reached the hour of the digest."""
        return is_digest_time(now, self.digest_hour, self.actor.zone, self.actor.country, self.extra_days)

    def next_digest_at(self, now: datetime) -> datetime:
        """Return when the reader's next digest is due."""
        return next_digest_at(now, self.digest_hour, self.actor.zone, self.actor.country, self.extra_days)


USER_IDS: Any = sa.bindparam("user_ids", expanding=True)
USERS = (
    sa.select(
        *ACTOR_COLUMNS,
        User.reminders,
        User.digest_hour,
    )
    .where(User.active)
    .order_by(User.id)
)
MEMBERSHIPS = sa.select(Membership.user_id, Membership.team_id).order_by(Membership.position)
SETTINGS = sa.select(ReminderSetting.user_id, ReminderSetting.kind, ReminderSetting.enabled)
TIMINGS = sa.select(ReminderTiming.user_id, ReminderTiming.meeting_offset, ReminderTiming.followup_offset)
OF_ALL = (USERS, MEMBERSHIPS, SETTINGS, TIMINGS)
OF_SOME = (
    USERS.where(User.id.in_(USER_IDS)),
    MEMBERSHIPS.where(Membership.user_id.in_(USER_IDS)),
    SETTINGS.where(ReminderSetting.user_id.in_(USER_IDS)),
    TIMINGS.where(ReminderTiming.user_id.in_(USER_IDS)),
)


def readers(user_ids: Sequence[int] | None = None) -> list[Reader]:
    """Return all active users, or those of some ids, in a fixed number of statements."""
    stmts, values = (OF_ALL, {}) if user_ids is None else (OF_SOME, {"user_ids": list(user_ids)})
    users, memberships, chosen, timings, extra_days = run_together(
        *(partial(fetch, stmt, values) for stmt in stmts), days_off_by_country
    )
    teams: dict[int, list[int]] = {}
    for user_id, team_id in memberships:
        teams.setdefault(user_id, []).append(team_id)
    settings: dict[int, dict[str, bool]] = {}
    for user_id, kind, enabled in chosen:
        settings.setdefault(user_id, {})[kind] = enabled
    offsets = {row.user_id: row for row in timings}
    return [
        Reader(
            actor=actor_of(u, teams.get(u.id, [])),
            choice=u.reminders,
            digest_hour=u.digest_hour,
            settings=settings.get(u.id, {}),
            extra_days=extra_days.get(u.country, {}),
            **_offsets_of(offsets.get(u.id)),
        )
        for u in users
    ]


def _offsets_of(row: Any) -> dict[str, Offset]:
    return {} if row is None else {"meeting_offset": row.meeting_offset, "followup_offset": row.followup_offset}


def load_settings(user_id: int) -> dict[str, bool]:
    """Return the kinds that a user turned on or off."""
    stmt = sa.select(ReminderSetting.kind, ReminderSetting.enabled).where(ReminderSetting.user_id == user_id)
    return dict(db.session.execute(stmt).all())
