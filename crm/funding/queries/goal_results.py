"""What was reached in the period of an award, and of a goal of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from crm.funding.durations import to_hours
from crm.funding.models import AwardGoal
from crm.funding.policy.awards import GoalMeasure


class SessionSums(NamedTuple):
    """The sessions that count for an award; `clients` are different ones, `minutes` contact and preparation."""

    clients: int = 0
    new_clients: int = 0
    long_term: int = 0
    sessions: int = 0
    minutes: int = 0


class MilestoneSum(NamedTuple):
    """Confirmed milestones of a team and a counselor: export sales in US dollars, those without a rate, and jobs."""

    team_id: int | None
    counselor_id: int | None
    sales: Decimal
    unconverted: dict[str, Decimal]
    jobs: int


class AttendeeCount(NamedTuple):
    """Who attended workshops, by the team of the attendee (None: shared) and the counselor of the workshop."""

    team_id: int | None
    counselor_id: int | None
    count: int  # type: ignore[assignment]


@dataclass
class AwardResults:
    """What was reached in the period of an award. `sessions` are by the team and the user of goals."""

    sessions: dict[tuple[int | None, int | None], SessionSums] = field(default_factory=dict)
    milestones: list[MilestoneSum] = field(default_factory=list)
    attendees: list[AttendeeCount] = field(default_factory=list)

    def of(self, goal: AwardGoal) -> Decimal:
        """Return what was reached of a goal."""
        sums = self.sessions.get((goal.team_id, goal.user_id), SessionSums())
        milestones = self._milestones_of(goal)
        counts: dict[GoalMeasure, Decimal | int] = {
            GoalMeasure.clients: sums.clients,
            GoalMeasure.new_clients: sums.new_clients,
            GoalMeasure.sessions: sums.sessions,
            GoalMeasure.hours: to_hours(sums.minutes),
            GoalMeasure.long_term: sums.long_term,
            GoalMeasure.export_sales: sum((x.sales for x in milestones), Decimal(0)),
            GoalMeasure.jobs: sum(x.jobs for x in milestones),
            GoalMeasure.attendees: self._count_attendees(goal),
        }
        return Decimal(counts[goal.measure])

    def _count_attendees(self, goal: AwardGoal) -> int:
        """Return who attended workshops of the goal's team and user; a shared person counts for each team."""
        return sum(
            row.count
            for row in self.attendees
            if goal.user_id in (None, row.counselor_id)
            and (goal.team_id is None or row.team_id in (None, goal.team_id))
        )

    def unconverted_of(self, goal: AwardGoal) -> dict[str, Decimal]:
        """Return the export sales that a goal leaves out because their currencies have no exchange rate."""
        rest: dict[str, Decimal] = {}
        for row in self._milestones_of(goal) if goal.measure is GoalMeasure.export_sales else []:
            for currency, amount in row.unconverted.items():
                rest[currency] = rest.get(currency, Decimal(0)) + amount
        return rest

    def _milestones_of(self, goal: AwardGoal) -> list[MilestoneSum]:
        return [
            x for x in self.milestones if goal.team_id in (None, x.team_id) and goal.user_id in (None, x.counselor_id)
        ]
