"""Who may read reports, hold reviews and set targets, what a dashboard shows at first, and when reports are emailed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from crm.calendars import add_months
from crm.core.policy import RULES, Actor, Role, Rule, is_manager, is_signed_in, may_see
from crm.core.words import LabeledEnum, _l

RULES["review:make"] = Rule(is_manager, may_see, "Review a team's pipeline.")
RULES["report:see"] = Rule(is_signed_in, may_see, "View reports of one's own teams; network managers: of all teams.")

RULES["report:build"] = Rule(is_signed_in, may_see, "Build, save and share one's own reports about visible records.")

RULES["target:set"] = Rule(
    is_manager, may_see, "Set, change and delete sales targets of one's own teams; network managers: of all teams."
)

DASHBOARDS: dict[Role, tuple[str, ...]] = {
    Role.staff: ("follow-ups", "stuck", "activity", "pipeline"),
    Role.manager: ("review", "pipeline", "forecast", "follow-ups", "activity", "relationships"),
    Role.network_manager: ("pipeline", "forecast", "results", "activity", "shows"),
    Role.administrator: ("pipeline", "follow-ups"),
}
"""The reports on the dashboard of those who haven't chosen any, by role."""


class EmailInterval(LabeledEnum):
    """How often a user gets a report by email."""

    none = "none", _l("Not by email")
    weekly = "weekly", _l("Every week")
    monthly = "monthly", _l("Every month")


def find_occurrence(interval: EmailInterval, today: date, workdays: Callable[[date], bool]) -> date | None:
    """Return the day that an email of today is for: the first day of this week or month; None if it isn't due yet.

    It is due from the first working day of the week or month on, so that it isn't lost if no job runs on that day.
    """
    first = _first_day(interval, today)
    return first if _has_workday(first, today, workdays) else None


def find_reported_day(interval: EmailInterval, occurrence: date) -> date:
    """Return the day whose period an email is about: the first one of the week or month before.

    So the last days of a month, quarter or year are reported, too; else an email would be about a period that has
    just begun.
    """
    return occurrence - timedelta(days=7) if interval is EmailInterval.weekly else add_months(occurrence, -1)


def find_past_occurrence(interval: EmailInterval, today: date, workdays: Callable[[date], bool]) -> date | None:
    """Return the first day of this week or month if its email was due before today; else None."""
    first = _first_day(interval, today)
    return first if _has_workday(first, today - timedelta(days=1), workdays) else None


def _first_day(interval: EmailInterval, today: date) -> date:
    return today - timedelta(days=today.weekday()) if interval is EmailInterval.weekly else today.replace(day=1)


def _has_workday(first: date, last: date, workdays: Callable[[date], bool]) -> bool:
    return any(workdays(first + timedelta(days=n)) for n in range((last - first).days + 1))


def sees_target_of(actor: Actor, counselor_id: int | None) -> bool:
    """Return whether the actor sees a target of one's own teams: that of the team and one's own; managers see all."""
    return actor.is_manager or counselor_id is None or counselor_id == actor.id
