"""Awards with their goals; what was reached is computed from the sessions that count and from milestones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db, fetch
from crm.core.data.identity import Team, User
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.funding.durations import to_hours
from crm.funding.models import Award, AwardGoal, AwardReport
from crm.funding.policy.awards import GoalMeasure, GoalPace, find_pace
from crm.funding.policy.rights import sees_goal
from crm.impact.policy import MilestoneKind, MilestoneStatus
from crm.impact.queries.milestones import MilestoneRow, list_milestones
from crm.interactions.policy import is_long_term
from crm.organizations.models import ClientAgreement
from crm.reference.models import Funder
from crm.reference.queries import load_rates
from crm.shows.policy import Attendance
from crm.shows.queries import AttendedRow, list_attendees

from .sessions import ClientSession, list_sessions


def get_award(award_id: int) -> Award:
    """Return an award. Raises NotFound."""
    row = db.session.get(Award, award_id)
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True)
class AwardRow:
    """An award with the name of its funder, and its next report that wasn't sent."""

    award: Award
    funder: str
    report: AwardReport | None


def list_awards() -> list[AwardRow]:
    """List all awards, the latest first, in two statements."""
    stmt = sa.select(Award, Funder.name).join(Funder, Funder.id == Award.funder_id)
    rows = db.session.execute(stmt.order_by(Award.from_on.desc(), Award.id.desc())).all()
    open_reports = sa.select(AwardReport).where(AwardReport.sent_on.is_(None)).order_by(AwardReport.due_on.desc())
    reports = {x.award_id: x for x in db.session.scalars(open_reports)}
    return [AwardRow(award, funder, reports.get(award.id)) for award, funder in rows]


def find_funder_name(funder_id: int) -> str:
    """Return the name of a funder."""
    return db.session.scalar(sa.select(Funder.name).where(Funder.id == funder_id)) or ""


def list_reports(award_id: int) -> list[AwardReport]:
    """List the reports of an award by due date."""
    stmt = sa.select(AwardReport).where(AwardReport.award_id == award_id)
    return list(db.session.scalars(stmt.order_by(AwardReport.due_on, AwardReport.id)))


def list_goals(award_id: int) -> list[AwardGoal]:
    """List the goals of an award."""
    return list(db.session.scalars(sa.select(AwardGoal).where(AwardGoal.award_id == award_id).order_by(AwardGoal.id)))


@dataclass(frozen=True)
class GoalRow:
    """A goal with the names of its team and counselor, and its pace."""

    goal: AwardGoal
    team: str | None
    user: str | None
    pace: GoalPace


def load_goals(actor: Actor, award: Award) -> list[GoalRow]:
    """Return the goals that the actor sees, with what visible sessions and milestones have reached."""
    stmt = (
        sa.select(AwardGoal, Team.name, User.name)
        .outerjoin(Team, Team.id == AwardGoal.team_id)
        .outerjoin(User, User.id == AwardGoal.user_id)
        .where(AwardGoal.award_id == award.id)
        .order_by(AwardGoal.team_id.is_not(None), Team.name, AwardGoal.user_id.is_not(None), User.name, AwardGoal.id)
    )
    goals = [row for row in db.session.execute(stmt) if sees_goal(actor, row[0].team_id, row[0].user_id)]
    results = load_results(actor, award) if goals else None
    today = clock.today(actor.zone)
    return [
        GoalRow(goal, team, user, find_pace(goal.target, results.of(goal), award.from_on, award.to_on, today))
        for goal, team, user in goals
        if results is not None
    ]


@dataclass(frozen=True)
class AwardResults:
    """What was reached in the period of an award: sessions that count for its funder, confirmed milestones, attendees.

    `first_agreements` are the first days of clients' first agreements, `amounts` those of milestones in US dollars.
    """

    award: Award
    sessions: Sequence[ClientSession]
    milestones: Sequence[MilestoneRow]
    amounts: dict[int, Decimal]
    first_agreements: dict[int, date]
    attendees: Sequence[AttendedRow] = ()

    def of(self, goal: AwardGoal) -> Decimal:
        """Return what was reached of a goal."""
        sessions = [x for x in self.sessions if goal.team_id in (None, x.team_id)]
        milestones = [x for x in self.milestones if goal.team_id in (None, x.team_id)]
        if goal.user_id is not None:
            sessions = [x for x in sessions if goal.user_id in x.by_user]
            milestones = [x for x in milestones if x.counselor_id == goal.user_id]
        clients = {x.client_id for x in sessions}
        counts: dict[GoalMeasure, Callable[[], Decimal | int]] = {
            GoalMeasure.clients: lambda: len(clients),
            GoalMeasure.new_clients: lambda: sum(map(self._is_new, clients)),
            GoalMeasure.sessions: lambda: len(sessions),
            GoalMeasure.hours: lambda: to_hours(sum(_minutes(x, goal.user_id) for x in sessions)),
            GoalMeasure.long_term: lambda: _count_long_term(sessions),
            GoalMeasure.export_sales: lambda: self._sum_sales(milestones),
            GoalMeasure.jobs: lambda: sum(x.jobs or 0 for x in milestones),
            GoalMeasure.attendees: lambda: self._count_attendees(goal),
        }
        return Decimal(counts[goal.measure]())

    def _count_attendees(self, goal: AwardGoal) -> int:
        """Return who attended; a shared person counts for each team, a counselor's are those of the own workshops."""
        rows = [x for x in self.attendees if goal.team_id is None or x.team_id in (None, goal.team_id)]
        return sum(goal.user_id in (None, x.show_counselor_id) for x in rows)

    def _sum_sales(self, milestones: Iterable[MilestoneRow]) -> Decimal:
        """Return the export sales in US dollars; those without amount or exchange rate are left out."""
        sales = (x.id for x in milestones if x.what is MilestoneKind.export_sale)
        return sum((self.amounts.get(i, Decimal(0)) for i in sales), Decimal(0))

    def _is_new(self, client_id: int) -> bool:
        begins = self.first_agreements.get(client_id)
        return begins is not None and self.award.from_on <= begins <= self.award.to_on


def _minutes(session: ClientSession, user_id: int | None) -> int:
    minutes = session.minutes if user_id is None else session.by_user[user_id]
    return minutes.contact + minutes.prep


def _count_long_term(sessions: Sequence[ClientSession]) -> int:
    minutes: dict[int, int] = defaultdict(int)
    for session in sessions:
        minutes[session.client_id] += _minutes(session, None)
    return sum(map(is_long_term, minutes.values()))


def load_results(actor: Actor, award: Award) -> AwardResults:
    """Return what was reached in the period of an award, without confidential records."""
    sessions = [
        x
        for x in list_sessions(actor, award.from_on, award.to_on, funder=award.funder_id)
        if x.is_counted and not x.confidential
    ]
    milestones = [
        x
        for x in list_milestones(actor, award.from_on, award.to_on)
        if x.funder_id == award.funder_id
        and x.is_confirmed
        and x.status is MilestoneStatus.actual
        and not x.confidential
    ]
    rates = load_rates(clock.today(actor.zone))
    amounts = {
        x.id: x.amount * rates[x.currency].usd for x in milestones if x.amount is not None and x.currency in rates
    }
    attendees = [
        x
        for x in list_attendees(actor, award.from_on, award.to_on)
        if x.funder_id == award.funder_id and x.attendance is Attendance.attended and not x.confidential
    ]
    agreements = _first_agreements({x.client_id for x in sessions})
    return AwardResults(award, sessions, milestones, amounts, agreements, attendees)


def _first_agreements(ids: Collection[int]) -> dict[int, date]:
    A = ClientAgreement  # noqa: N806 - read several times
    stmt = sa.select(A.organization_id, sa.func.min(A.from_on)).where(A.organization_id.in_(list(ids)), A.on_file)
    return dict(db.session.execute(stmt.group_by(A.organization_id)).all()) if ids else {}


def award_choices() -> list[tuple[int, str]]:
    """Return id, funder and number of all awards, the latest first."""
    stmt = sa.select(Award.id, Funder.name, Award.number).join(Funder, Funder.id == Award.funder_id)
    return [(i, f"{name} {number}") for i, name, number in db.session.execute(stmt.order_by(Award.from_on.desc()))]


class StartedAward(NamedTuple):
    """An award that has begun: its funder and number as a name, and its days."""

    id: int
    name: str
    from_on: date
    to_on: date


def list_started_awards(today: date) -> list[StartedAward]:
    """Return the awards that have begun, the latest first; also those that are over."""
    stmt = sa.select(Award.id, Funder.name, Award.number, Award.from_on, Award.to_on)
    stmt = stmt.join(Funder, Funder.id == Award.funder_id).where(Award.from_on <= today)
    rows = fetch(stmt.order_by(Award.from_on.desc(), Award.id))
    return [StartedAward(i, f"{name} {number}", first, last) for i, name, number, first, last in rows]
