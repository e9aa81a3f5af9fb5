"""The closed lists of follow-ups and of keeping in touch."""

from __future__ import annotations

from crm.core.words import LabeledEnum, Lazy, _l


class FollowUpSide(LabeledEnum):
    """Which side owes a follow-up."""

    we = "we", _l("We owe")
    they = "they", _l("They owe")
    idea = "idea", _l("Idea")


class FollowUpState(LabeledEnum):
    open = "open", _l("Open")
    done = "done", _l("Done")
    canceled = "dropped", _l("Canceled")


class RepeatUnit(LabeledEnum):
    """The unit of a repeat rule."""

    days = "days", _l("days")
    months = "months", _l("months")


class RepeatRule(LabeledEnum):
    """How often a follow-up repeats. `every` counts in `unit`; a workday rule skips days off."""

    every: int
    unit: RepeatUnit

    daily = "daily", _l("Every day"), 1, RepeatUnit.days
    workdays = "workdays", _l("Every working day"), 1, RepeatUnit.days
    weekly = "weekly", _l("Every week"), 7, RepeatUnit.days
    every_two_weeks = "every_two_weeks", _l("Every two weeks"), 14, RepeatUnit.days
    monthly = "monthly", _l("Every month"), 1, RepeatUnit.months
    quarterly = "quarterly", _l("Every three months"), 3, RepeatUnit.months
    half_yearly = "half_yearly", _l("Every six months"), 6, RepeatUnit.months
    yearly = "yearly", _l("Every year"), 12, RepeatUnit.months

    def __init__(self, _code: str, _label: Lazy, every: int, unit: RepeatUnit) -> None:
        self.every = every
        self.unit = unit


class NextStepState(LabeledEnum):
    """The state of a next-step indicator, which depends only on the due date."""

    late = "late", _l("overdue")
    due = "due", _l("due within 2 days")
    planned = "planned", _l("planned")
    none = "none", _l("no next step")


class Tier(LabeledEnum):
    """How closely to keep in touch; after `days` without interaction there is a reminder (None: never)."""

    days: int | None

    a = "a", _l("A, every 30 days"), 30
    b = "b", _l("B, every 90 days"), 90
    c = "c", _l("C, no reminders"), None

    def __init__(self, _code: str, _label: Lazy, days: int | None) -> None:
        self.days = days


class LaterOption(LabeledEnum):
    """Choices for postponing with one click."""

    later_today = "later_today", _l("Later today")
    tomorrow = "tomorrow", _l("Tomorrow")
    next_workday = "next_workday", _l("Next working day")
    in_two_days = "in_two_days", _l("In two days")
    next_week = "next_week", _l("Next week")
    in_a_week = "in_a_week", _l("In a week")
    two_weeks = "two_weeks", _l("In two weeks")
