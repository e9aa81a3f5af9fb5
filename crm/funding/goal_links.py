"""The lists that the numbers of goals open: exactly the records that each goal counts."""

from __future__ import annotations

from typing import Any

from flask import url_for

from crm.funding.models import Award
from crm.funding.policy.awards import GoalMeasure
from crm.funding.queries.goal_records import CLIENT_GOALS, SESSION_GOALS
from crm.funding.queries.goals import GoalRow
from crm.impact.policy import MilestoneKind, MilestoneStatus
from crm.shows.policy import Attendance


def find_goal_url(award: Award, row: GoalRow) -> str | None:
    """Return the address of the list with the records that a goal of an award counts; None if it counts none."""
    goal = row.goal
    if not row.pace.actual and not row.unconverted:
        return None
    if goal.measure in SESSION_GOALS:
        return url_for("funding.counted_sessions", goal=goal.id)
    if goal.measure in CLIENT_GOALS:
        return url_for("funding.counted_clients", goal=goal.id, archived="all")
    filters: dict[str, Any] = {"from": award.from_on, "to": award.to_on, "team": goal.team_id}
    groups = [f"funder:{award.funder_id}"]
    if goal.measure is GoalMeasure.attendees:
        groups += ["confidential:no", *([f"event_counselor:{goal.user_id}"] if goal.user_id else [])]
        filters |= {"status": Attendance.attended.value, "in": groups}
        return url_for("shows.attendees", **filters)
    filters |= {"counselor": goal.user_id, "status": MilestoneStatus.actual.value, "confirmed": "yes"}
    is_sale = goal.measure is GoalMeasure.export_sales
    filters |= {"type": MilestoneKind.export_sale.value} if is_sale else {"jobs": 1}
    filters |= {"confidential": "no", "in": groups}
    return url_for("impact.index", **filters)
