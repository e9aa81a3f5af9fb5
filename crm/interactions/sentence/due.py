"""When a next step is due: in our days, or in those of a person in China."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from crm.calendars import city_of, resolve_local
from crm.core.i18n import formats
from crm.core.words import Lazy, _, _l

from .chips import ChipChoice, ChipKind, Lookup, NextStep, SentenceChip
from .next_steps import StepMention

OPENING_HOUR = time(9)


def step_chip(text: str, step: StepMention, now: datetime, zone: str, their_zone: str | None) -> SentenceChip:
    """The chip of a next step; a weekday said of a person in China is theirs, with our own as the way out.

    Their weekday begins at 09:00 there. With an hour the chip asks whose hour is meant; without a day it asks when.
    """
    title = step.title or _("Follow up")
    label = text[step.start : step.end]
    if step.date_mention is None:
        return SentenceChip(ChipKind.next, label, NextStep(title, None, step.side), step.start, step.end, sure=False)
    choices = _choices(step, title, now, zone, their_zone)
    # Of a day of theirs that has begun nothing but our own is left to offer, so it asks.
    has_begun = their_zone is not None and step.date_mention.is_weekday and len(choices) == 1
    sure = not (step.date_mention.other_days or has_begun or (step.date_mention.clock and len(choices) > 1))
    other_choices = tuple(choices[1:] if sure else choices)
    return SentenceChip(ChipKind.next, label, choices[0].value, step.start, step.end, sure, other_choices)


def clock_label(clock: time, zone: str) -> Lazy:
    """An hour with the place whose hour it is."""
    return _l("%(time)s in %(city)s", time=formats.clock_time(clock), city=city_of(zone))


def _choices(step: StepMention, title: str, now: datetime, zone: str, their_zone: str | None) -> list[ChipChoice]:
    """What the day may mean, the likeliest first."""
    mention = step.date_mention
    if mention is None:
        return []
    due: date | datetime = _moment(mention.day, mention.clock, zone, zone) if mention.clock else mention.day
    our_choice = ChipChoice(
        NextStep(title, due, step.side), clock_label(mention.clock, zone) if mention.clock else _use_our(mention.day)
    )
    choices = [our_choice]
    if their_zone and (mention.is_weekday or mention.clock):
        their_due = _moment(mention.day, mention.clock or OPENING_HOUR, their_zone, zone)
        label = clock_label(mention.clock or OPENING_HOUR, their_zone)
        their_choices = [ChipChoice(NextStep(title, their_due, step.side), label)] if their_due > now else []
        choices = [*their_choices, our_choice] if mention.is_weekday else [our_choice, *their_choices]
    return choices + [
        ChipChoice(NextStep(title, other, step.side), formats.day(other, weekday=True)) for other in mention.other_days
    ]


def _moment(day: date, clock: time, place: str, zone: str) -> datetime:
    """An hour at a place, told in our zone."""
    return resolve_local(day, clock, place).astimezone(ZoneInfo(zone))


def _use_our(day: date) -> Lazy:
    days = (
        _l("Monday, your time"),
        _l("Tuesday, your time"),
        _l("Wednesday, your time"),
        _l("Thursday, your time"),
        _l("Friday, your time"),
        _l("Saturday, your time"),
        _l("Sunday, your time"),
    )
    return days[day.weekday()]


def list_zones(chip: SentenceChip, lookup: Lookup) -> list[str]:
    """The zones of a person, or of all a name may mean when they agree."""
    if chip.kind is not ChipKind.person:
        return []
    if chip.zone or not chip.choices:
        return [chip.zone] if chip.zone else []
    zones = {hit.zone for hit in lookup.people(chip.label)}
    return [zone for zone in zones if zone] if len(zones) == 1 else []
