"""Milestones of a scope."""

from __future__ import annotations

from datetime import date

from crm.impact.queries import MilestoneRow, list_milestones

from .scope import Scope


def list_results(scope: Scope, first: date, last: date) -> list[MilestoneRow]:
    """List the visible milestones of a scope from a day to a day, both included, confidential ones too."""
    return [
        row
        for row in list_milestones(scope.actor, first, last)
        if (scope.teams is None or row.team_id in scope.teams)
        and (scope.counselor_id is None or row.counselor_id == scope.counselor_id)
    ]
