"""Reports that colleagues built: two that Inland shares, and one of Anna's own."""

from __future__ import annotations

from crm.reports.models import CustomReport

from .demo_records import DemoRecords

REPORTS = (
    ("clara", True, "Open pipeline by stage and counselor", "opportunities", "by=stage&by2=counselor&state=open"),
    (
        "clara",
        True,
        "Interactions this fiscal year",
        "interactions",
        "by=date.month&by2=kind&on=date&period=this_fiscal&state=held",
    ),
    (
        "anna",
        False,
        "My amounts by close month",
        "opportunities",
        "by=close.month&measure=sum%3Aamount&mine=1&state=open",
    ),
)
"""User, whether it is shared with Inland, name, kind and choices."""


def create(demo: DemoRecords) -> None:
    for user, is_shared, name, kind, query in REPORTS:
        demo.writer.inserter.add(
            CustomReport,
            user_id=demo.writer.users[user],
            team_id=demo.writer.teams["Inland"] if is_shared else None,
            name=name,
            kind=kind,
            query=query,
        )
