"""When a next step is due: in our days, or in those of a person in China."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from crm.calendars import city_of, resolve_local
from crm.core.words import Lazy, _, _l

from .chips import ChipChoice, ChipKind, Lookup, NextStep, SentenceChip
from .next_steps import StepMention

OPENING_HOUR = time(9)


def step_chip(text: str, step: StepMention, now: datetime, zone: str, theirs: str | None) -> SentenceChip:
    """The chip of a next step; a weekday said of a person in China is theirs, with our own as the way out.

    Their weekday begins at 09:00 there. With an hour the chip asks whose hour is meant; without a day it asks when.
    """
    what = step.what or _("Follow up")
    label = text[step.start : step.end]
    if step.said is None:
        return SentenceChip(ChipKind.next, label, NextStep(what, None, step.side), step.start, step.end, sure=False)
    choices = _choices(step, what, now, zone, theirs)
    # Of a day of theirs that has begun nothing but our own is left to offer, so it asks.
    has_begun = theirs is not None and step.said.is_weekday and len(choices) == 1
    sure = not (step.said.others or has_begun or (step.said.clock and len(choices) > 1))
    offered = tuple(choices[1:] if sure else choices)
    return SentenceChip(ChipKind.next, label, choices[0].value, step.start, step.end, sure, offered)


def clock_label(clock: time, zone: str) -> Lazy:
    """An hour with the place whose hour it is."""
    return _l("%(time)s in %(city)s", time=clock.strftime("%H:%M"), city=city_of(zone))


def _choices(step: StepMention, what: str, now: datetime, zone: str, theirs: str | None) -> list[ChipChoice]:
    """What the day may mean, the likeliest first."""
    said = step.said
    if said is None:
        return []
    here: date | datetime = _moment(said.day, said.clock, zone, zone) if said.clock else said.day
    ours = ChipChoice(
        NextStep(what, here, step.side), clock_label(said.clock, zone) if said.clock else _use_our(said.day)
    )
    found = [ours]
    if theirs and (said.is_weekday or said.clock):
        there = _moment(said.day, said.clock or OPENING_HOUR, theirs, zone)
        label = clock_label(said.clock or OPENING_HOUR, theirs)
        their = [ChipChoice(NextStep(what, there, step.side), label)] if there > now else []
        found = [*their, ours] if said.is_weekday else [ours, *their]
    return found + [ChipChoice(NextStep(what, other, step.side), other.isoformat()) for other in said.others]


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


def zones_of(chip: SentenceChip, known: Lookup) -> list[str]:
    """The zones of a person, or of all a name may mean when they agree."""
    if chip.kind is not ChipKind.person:
        return []
    if chip.zone or not chip.choices:
        return [chip.zone] if chip.zone else []
    zones = {hit.zone for hit in known.people(chip.label)}
    return [zone for zone in zones if zone] if len(zones) == 1 else []
