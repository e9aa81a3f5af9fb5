"""The job that sends surveys of automatic schedules."""

from __future__ import annotations

from crm.core import clock
from crm.core.data.jobs import handle_each, job
from crm.core.policy import SYSTEM

from .queries.surveys import list_due_plans
from .services.plans import get_due_plan, send_planned_survey


@job(every=900)
def send_surveys() -> None:
    """Send the impact surveys that are due today and are sent automatically."""
    handle_each(list_due_plans(clock.today(SYSTEM.zone)), _send)


def _send(plan_id: int) -> None:
    row = get_due_plan(SYSTEM, plan_id)
    if row is not None:
        send_planned_survey(SYSTEM, row, on_workday=row.on_workday)
