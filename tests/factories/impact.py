"""Milestones."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm.core import clock
from crm.core.policy import SYSTEM
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneKind
from crm.impact.services import add_milestone
from crm.organizations.models import Organization


def make_milestone(client: Organization | None = None, title: str | None = None, **facts: Any) -> Milestone:
    """Add a milestone of a client, or of the opportunity in `opportunity_id`: an export sale of today by default."""
    values: dict[str, Any] = {"type": MilestoneKind.export_sale, "on": clock.now().date(), **facts}
    if client is not None:
        values["client_id"] = client.id
    return add_milestone(SYSTEM, values | {"title": title})


CONFIRMED = {"confirmed_on": date(2026, 3, 9), "confirmed_how": "email", "confirmed_by_name": "R. Ortega"}
"""The fields of a confirmation, as a form sends them."""
