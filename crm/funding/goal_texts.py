"""Goals in words: "Clients, Inland", "at this pace 83 of 100 by Sep 30"."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from crm.core.i18n import formats
from crm.core.words import _
from crm.opportunities.money import format_sums

from .policy.awards import GoalMeasure, GoalUnit
from .queries.goals import GoalRow


def format_goal(measure: GoalMeasure, number: Decimal) -> str:
    """Return a number in the unit of a measure."""
    if measure.unit is GoalUnit.money:
        return formats.money(number, "USD")
    text = formats.num(number if number % 1 else int(number))
    return _("%(hours)s h", hours=text) if measure.unit is GoalUnit.hours else text


def name_scope(team: str | None, user: str | None) -> str:
    """Return whose goal it is: a counselor, a team or the whole network."""
    return ", ".join(name for name in (team, user) if name) or _("Whole network")


def describe_goal(row: GoalRow) -> str:
    """Return whose goal it is: a counselor, a team or the whole network, and whether only a part of it is counted."""
    scope = name_scope(row.team, row.user)
    sums = format_sums(row.unconverted)
    if row.is_partial and sums:
        return _("Whole network (only your teams are counted, without %(sums)s: no exchange rate)", sums=sums)
    if row.is_partial:
        return _("Whole network (only your teams are counted)")
    return _("%(scope)s (without %(sums)s: no exchange rate)", scope=scope, sums=sums) if sums else scope


def describe_pace(row: GoalRow, last: date) -> str:
    """Return how the goal will end at the present pace, or has ended."""
    measure, pace = row.goal.measure, row.pace
    if pace.is_reached:
        return _("reached")
    if pace.projected is None:
        return _("not started")
    if pace.is_over:
        values = {"actual": format_goal(measure, pace.actual), "target": format_goal(measure, pace.target)}
        return _("missed: %(actual)s of %(target)s", **values)
    return _(
        "at this pace %(projected)s of %(target)s by %(day)s",
        projected=format_goal(measure, pace.projected),
        target=format_goal(measure, pace.target),
        day=formats.day(last),
    )
