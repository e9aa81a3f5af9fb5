"""Sales targets of the federal fiscal year: one for each team, and one for Anna."""

from __future__ import annotations

from datetime import timedelta

from crm.calendars import add_months, federal_year_start
from crm.reports.models import SalesTarget

from .demo_records import DemoRecords

TARGETS = (
    ("Inland", None, 6_000_000, "clara"),
    ("Inland", "anna", 2_500_000, "clara"),
    ("Bay", None, 3_000_000, "nora"),
    ("Valley", None, 2_000_000, "nora"),
)
"""Team, counselor, US dollars, and who set it."""


def create(demo: DemoRecords) -> None:
    first = federal_year_start(demo.writer.today)
    for team, counselor, amount, user in TARGETS:
        demo.writer.inserter.add(
            SalesTarget,
            team_id=demo.writer.teams[team],
            counselor_id=demo.writer.users[counselor] if counselor else None,
            from_on=first,
            to_on=add_months(first, 12) - timedelta(days=1),
            amount=amount,
            created_by_id=demo.writer.users[user],
        )
