"""A counselor's month: its sessions, and their minutes by funder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa

from crm.calendars import add_months
from crm.core.data.access import of_own_teams
from crm.core.data.base import db
from crm.core.data.identity import Membership, User
from crm.core.data.once import once_per_request
from crm.core.policy import Actor
from crm.core.words import _

from .sessions import ClientSession, SessionMinutes, list_sessions


@dataclass
class FunderTime:
    """Minutes for a funder, those that count and those that don't, and the clients of sessions that count."""

    name: str
    counted: SessionMinutes = field(default_factory=SessionMinutes)
    other: SessionMinutes = field(default_factory=SessionMinutes)
    sessions: int = 0
    client_ids: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class CounselorMonth:
    """The sessions of a counselor in the month that begins on `first`."""

    user_id: int
    first: date
    sessions: Sequence[ClientSession]

    @property
    def last(self) -> date:
        """The last day of the month."""
        return add_months(self.first, 1) - timedelta(days=1)

    @property
    def past_sessions(self) -> list[ClientSession]:
        """The sessions without those that are still planned."""
        return [x for x in self.sessions if not x.is_planned]

    @property
    def counted(self) -> list[ClientSession]:
        """The sessions that count."""
        return [x for x in self.sessions if x.is_counted]

    def minutes_of(self, session: ClientSession) -> SessionMinutes:
        """Return the counselor's own minutes of a session."""
        return session.by_user.get(self.user_id, SessionMinutes())

    def sum_minutes(self, sessions: Sequence[ClientSession]) -> SessionMinutes:
        """Return the counselor's own minutes of several sessions."""
        total = SessionMinutes()
        for session in sessions:
            own = self.minutes_of(session)
            total.add(own.contact, own.prep, own.travel)
        return total

    @property
    def funders(self) -> list[FunderTime]:
        """The minutes of held sessions by funder, in order of their names; sessions without one come last."""
        times: dict[str, FunderTime] = {}
        for session in self.past_sessions:
            row = times.setdefault(session.funder, FunderTime(session.funder))
            own = self.minutes_of(session)
            (row.counted if session.is_counted else row.other).add(own.contact, own.prep, own.travel)
            if session.is_counted:
                row.sessions += 1
                row.client_ids.add(session.client_id)
        return sorted(times.values(), key=lambda row: (not row.name, row.name))


@once_per_request
def list_counselors(actor: Actor) -> list[tuple[int, str]]:
    """Return id and name of the actor and of the users of the actor's teams; of all for those who see all teams.

    Deactivated ones come last, because their sessions still lack facts. Sessions that a counselor has in other teams
    aren't in the month that the actor sees.
    """
    is_member = sa.exists().where(Membership.user_id == User.id, of_own_teams(actor, Membership.team_id))
    is_listed = sa.true() if actor.sees_all_teams else sa.or_(User.id == actor.id, is_member)
    stmt = sa.select(User.id, User.name, User.active).where(is_listed).order_by(User.active.desc(), User.name, User.id)
    return [
        (i, name if is_active else _("%(name)s (deactivated)", name=name))
        for i, name, is_active in db.session.execute(stmt)
    ]


def load_month(actor: Actor, user_id: int, day: date) -> CounselorMonth:
    """Return the month of a counselor that a day is in."""
    first = day.replace(day=1)
    last = add_months(first, 1) - timedelta(days=1)
    return CounselorMonth(user_id, first, list_sessions(actor, first, last, user=user_id))
