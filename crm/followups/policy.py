"""When a follow-up is due, late or due again, and when a silent record needs a reminder. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crm import names
from crm.calendars import Extra, add_months, add_workdays, local_day, resolve_local, workday_on_or_after
from crm.core.policy import RULES, Rule, is_signed_in, may_change_counselor, may_edit, may_see
from crm.core.words import Lazy, _l

from .enums import FollowUpSide, FollowUpState, LaterOption, NextStepState, RepeatRule, RepeatUnit, Tier

DUE_SOON_DAYS = 2
NO_ANSWER_WORKDAYS = 2
LATER_TODAY_HOURS = 3
LAST_HOUR = 18
CHASES_A_DAY = 3
HAND_OVER_DAYS = 60
"""Days before the end of a tour at a U.S. post from which the hand-over is a task."""
HAND_OVER_DUE_DAYS = 30
"""Days before the end of a tour on which that task is due."""
SIMILAR_WITHIN_DAYS = 7
_SIMILAR_TITLE = 0.6
_MIN_PLURAL_CHARS = 4
_ENGLISH_FILLERS = {"a", "an", "and", "about", "at", "by", "for", "from", "in", "of", "on", "send", "the", "to", "with"}
_FILLERS = frozenset(_ENGLISH_FILLERS | set("给的了和把"))
_LAST_TRY_WITH_A_SUFFIX = 20


class LaterChoice(NamedTuple):
    """A choice for postponing: to a date, or (later today) to a moment."""

    code: LaterOption
    due: date | datetime

    @property
    def label(self) -> Lazy:
        """The text of the button."""
        return self.code.label


class FollowUpFacts(NamedTuple):
    """What tells whether two follow-ups are the same; `about` are kinds and ids of records."""

    title: str
    side: FollowUpSide
    due_on: date
    about: Collection[tuple[str, int]]


def hand_over_due_on(ends_on: date, today: date) -> date:
    """Return when the hand-over of a tour is due: HAND_OVER_DUE_DAYS before its end, at the earliest today."""
    return max(today, ends_on - timedelta(days=HAND_OVER_DUE_DAYS))


def move_to_day(wall: datetime, due_zone: str, day: date, zone: str) -> datetime:
    """Return a wall time in `due_zone` moved to the day of a reader in `zone`; in Shanghai it may be the date after.

    Of two such moments, where a clock is set back, it is the earlier one; without one, the time on that date.
    """
    walls = (datetime.combine(day + timedelta(days=days), wall.time()) for days in (-1, 0, 1))
    moments = ((each, resolve_local(each.date(), each.time(), due_zone)) for each in walls)
    moved = (each for each, moment in moments if local_day(moment, zone) == day)
    return next(moved, datetime.combine(day, wall.time()))


def is_late(due: date | datetime, now: datetime, zone: str) -> bool:
    """Return whether it is late: a moment once it has passed, a date once the day is over."""
    return due < now if isinstance(due, datetime) else due < local_day(now, zone)


def days_late(due: date | datetime, now: datetime, zone: str) -> int:
    """Return the calendar days since the due date, in the reader's zone; 0 on that day and before."""
    return max(0, (local_day(now, zone) - local_day(due, zone)).days)


def light(due: date | datetime | None, now: datetime, zone: str) -> NextStepState:
    """Return the indicator of a next step: late, due today or in the next two days, planned later, or none."""
    if due is None:
        return NextStepState.none
    if is_late(due, now, zone):
        return NextStepState.late
    days = (local_day(due, zone) - local_day(now, zone)).days
    return NextStepState.due if days <= DUE_SOON_DAYS else NextStepState.planned


def no_answer_due(today: date, country: str | None, *, extra: Extra | None = None) -> date:
    """Return the next due date after nobody answered: two working days later, in the reader's country."""
    return add_workdays(country, today, NO_ANSWER_WORKDAYS, extra=extra)


def later_choices(now: datetime, zone: str, country: str | None, *, extra: Extra | None = None) -> list[LaterChoice]:
    """Return the choices for postponing; each date once, "later today" only if three hours later is before 18:00."""
    local = now.astimezone(ZoneInfo(zone))
    today = local.date()
    monday = today + timedelta(days=7 - today.weekday())
    days = {
        LaterOption.tomorrow: today + timedelta(days=1),
        LaterOption.next_workday: add_workdays(country, today, 1, extra=extra),
        LaterOption.next_week: workday_on_or_after(country, monday, extra=extra),
        LaterOption.two_weeks: workday_on_or_after(country, today + timedelta(days=14), extra=extra),
        # Last: menus without these two have all other dates.
        LaterOption.in_two_days: workday_on_or_after(country, today + timedelta(days=2), extra=extra),
        LaterOption.in_a_week: workday_on_or_after(country, today + timedelta(days=7), extra=extra),
    }
    hour = local.hour + LATER_TODAY_HOURS + (1 if local.minute else 0)
    code_of_day: dict[date, LaterOption] = {}
    for code, day in days.items():
        code_of_day.setdefault(day, code)
    choices = [LaterChoice(code, day) for day, code in sorted(code_of_day.items())]
    if hour > LAST_HOUR:
        return choices
    return [LaterChoice(LaterOption.later_today, datetime.combine(today, time(hour), local.tzinfo)), *choices]


def next_due(
    rule: RepeatRule,
    begun: date,
    *,
    after: date,
    country: str | None,
    extra: Extra | None = None,
) -> date:
    """Return the first date after `begun` and `after` of a rule that began on `begun`; missed dates are skipped.

    A 31st becomes the last day of short months and returns to the 31st. `country`, with the days off that the office
    added, determines the working days.
    """
    if rule is RepeatRule.workdays:
        return add_workdays(country, max(begun, after), 1, extra=extra)
    if rule.unit is RepeatUnit.days:
        periods = max(0, (after - begun).days) // rule.every + 1
        return begun + timedelta(days=periods * rule.every)
    days = (add_months(begun, n * rule.every) for n in count(1))
    return next(day for day in days if day > max(begun, after))


def staggered_start(imported_on: date, position: int) -> date:
    """Return from which date silence counts for the record at `position` (from 0) of an import.

    Three records per day.
    """
    return imported_on + timedelta(days=position // CHASES_A_DAY)


def try_label(tries: int) -> Lazy | None:
    """Return a label for the next attempt after so many without an answer ("3rd try" after two); None for the first."""
    number = tries + 1
    if number <= 3:
        return {2: _l("2nd try"), 3: _l("3rd try")}.get(number)
    return _l("%(n)sth try", n=number) if number <= _LAST_TRY_WITH_A_SUFFIX else _l("try %(n)s", n=number)


def are_same(planned: FollowUpFacts, existing: FollowUpFacts, today: date) -> bool:
    """Whether a new follow-up seems to be an open one: words, side, people or organizations, and due about then."""
    return _share_records(planned.about, existing.about) and are_alike(planned, existing, today)


def are_alike(planned: FollowUpFacts, existing: FollowUpFacts, today: date) -> bool:
    """Whether words, side and time of two follow-ups are about the same. An overdue one counts as due today."""
    days = abs((planned.due_on - max(existing.due_on, today)).days)
    are_opposite = {planned.side, existing.side} == {FollowUpSide.we, FollowUpSide.they}
    is_due_then = days <= SIMILAR_WITHIN_DAYS and not are_opposite
    return is_due_then and title_similarity(planned.title, existing.title) >= _SIMILAR_TITLE


def _share_records(one: Collection[tuple[str, int]], other: Collection[tuple[str, int]]) -> bool:
    """Whether both are about the same person, else organization, else other record."""
    for kind in ("person", "organization"):
        first, second = ({record for record in about if record[0] == kind} for about in (one, other))
        if first and second:
            return not first.isdisjoint(second)
    return not set(one).isdisjoint(other)


def title_similarity(one: str, other: str) -> float:
    """Return from 0 to 1 how much two titles overlap; 0 if each has a word that the other lacks, such as a quantity."""
    first, second = _title_words(one), _title_words(other)
    if not (first and second) or not (first <= second or second <= first):
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def _title_words(title: str) -> frozenset[str]:
    """Return the folded words without plural endings and fillers; Chinese characters singly."""
    tokens = names.TOKEN.findall(names.fold(title))
    words = frozenset(word for token in tokens for word in ([_singular(token)] if token.isascii() else token))
    return words - _FILLERS or words


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) >= _MIN_PLURAL_CHARS and not word.endswith("ss") else word


RULES["followup:see"] = Rule(is_signed_in, may_see, "View follow-ups.")
RULES["followup:make"] = Rule(is_signed_in, may_edit, "Add a follow-up.")
RULES["followup:edit"] = Rule(is_signed_in, may_edit, "Edit, complete and postpone follow-ups.")
RULES["followup:reassign"] = Rule(is_signed_in, may_change_counselor, "Reassign a follow-up.")
RULES["cadence:edit"] = Rule(is_signed_in, may_edit, "Set how often to keep in touch.")
