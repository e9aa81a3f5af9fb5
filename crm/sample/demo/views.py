"""Saved views in the navigation: two of Anna's own, and one that Clara shares with Inland."""

from __future__ import annotations

from crm.search.models import SavedView

from .demo_records import DemoRecords

VIEWS = (
    ("anna", False, "Known in Ningbo", "people.index", "city=Ningbo"),
    ("anna", False, "Mine without next step", "opportunities.index", "state=open&mine=1&light=none"),
    ("clara", True, "Leads overdue", "projects.index", "idle=1"),
)
"""User, whether it is shared with Inland, name, and endpoint and query of the list."""


def create(demo: DemoRecords) -> None:
    for user, is_shared, name, endpoint, query in VIEWS:
        demo.writer.inserter.add(
            SavedView,
            user_id=demo.writer.users[user],
            team_id=demo.writer.teams["Inland"] if is_shared else None,
            name=name,
            endpoint=endpoint,
            query=query,
        )
