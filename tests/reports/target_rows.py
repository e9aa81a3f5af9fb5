"""Sales targets for tests."""

from __future__ import annotations

from datetime import date

from crm.core.data.base import db
from crm.reports.models import SalesTarget
from crm.reports.periods import PeriodKind, find_period
from tests.factories import team_id_of

YEAR = find_period(PeriodKind.federal, date(2026, 3, 10))
"""The federal fiscal year of the tests."""


def add_target(team: str, amount: int, counselor=None, first=YEAR.first, last=YEAR.last) -> SalesTarget:
    """Add a target; by default for the federal fiscal year."""
    row = SalesTarget(team_id=team_id_of(team), counselor_id=counselor.id if counselor else None, amount=amount)
    row.from_on, row.to_on = first, last
    db.session.add(row)
    db.session.flush()
    return row
