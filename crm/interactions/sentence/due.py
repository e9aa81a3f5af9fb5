"""Due dates of next steps, in the reader's zone or that of a person in China."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from crm.calendars import city_of, country_of_zone, resolve_local
from crm.core.i18n import formats
from crm.core.words import Lazy, _, _l
from crm.followups.enums import FollowUpSide

from .chips import ChipChoice, ChipKind, LocalMoment, Lookup, NextStep, SentenceChip
from .date_mentions import DateMention
from .date_words import END_OF_DAY
from .next_steps import StepMention

OPENING_HOUR = time(9)
CHINA = frozenset({"CN", "HK", "MO", "TW"})


def step_chip(text: str, step: StepMention, now: datetime, zone: str, their_zone: str | None) -> SentenceChip:
    """Build the chip of a next step. A weekday for a person in China is in their zone; the reader's day is a choice.

    Their weekday means 9:00 AM there. With a time or "next" the chip asks whose day it is, unless the time names a
    city; without a date it is uncertain. What is due by the end of a weekday, or what they owe by one, is due when that
    day is over there: it is the same date here.
    """
    day = step.date_mention
    if day and (day.zone or (day.clock is None and (step.side is FollowUpSide.they or _is_until_evening(text, day)))):
        their_zone = None
    title = step.title or _("Follow up")
    label = text[step.start : step.end]
    if step.date_mention is None:
        return SentenceChip(
            ChipKind.next_step, label, NextStep(title, None, step.side), step.start, step.end, sure=False
        )
    choices = _choices(step, title, now, zone, their_zone)
    # If their day has begun, only the reader's day is left, and the chip is uncertain.
    mention = step.date_mention
    has_begun = their_zone is not None and mention.is_weekday and len(choices) == 1
    is_next = text[mention.start : mention.end].lower().startswith(("next", "nxt"))
    sure = not (mention.other_days or has_begun or ((mention.clock or is_next) and len(choices) > 1))
    other_choices = tuple(choices[1:] if sure else choices)
    return SentenceChip(ChipKind.next_step, label, choices[0].value, step.start, step.end, sure, other_choices)


def when_chip(text: str, mention: DateMention, zone: str) -> SentenceChip:
    """Return the chip of the date of an interaction; a question if it may be another one."""
    days = (mention.day, *mention.other_days) if mention.other_days else ()
    choices = tuple(ChipChoice(LocalMoment(day, mention.clock, zone), formats.day(day, weekday=True)) for day in days)
    when = LocalMoment(mention.day, mention.clock, zone)
    label = text[mention.start : mention.end] or formats.clock_time(mention.clock)
    return SentenceChip(ChipKind.when, label, when, mention.start, mention.end, not choices, choices)


def in_their_days(chip: SentenceChip, their_zone: str) -> SentenceChip:
    """Move the weekday of an interaction to the zone of the person in China; with a time the chip is uncertain."""
    their_when = chip.value._replace(zone=their_zone)
    their_choices = tuple(choice._replace(value=choice.value._replace(zone=their_zone)) for choice in chip.choices)
    if their_when.clock is None:
        return replace(chip, value=their_when, choices=their_choices)
    clocks = tuple(ChipChoice(when, clock_label(when.clock, when.zone)) for when in (their_when, chip.value))
    return replace(chip, value=their_when, sure=False, choices=(*clocks, *their_choices[1:]))


def clock_label(clock: time, zone: str) -> Lazy:
    """Return a time with the city of its zone."""
    return _l("%(time)s in %(city)s", time=formats.clock_time(clock), city=city_of(zone))


def _choices(step: StepMention, title: str, now: datetime, zone: str, their_zone: str | None) -> list[ChipChoice]:
    """Return the dates that may be meant, the likeliest first."""
    mention = step.date_mention
    if mention is None:
        return []
    if mention.clock and mention.zone:
        stated_due = _moment(mention.in_its_zone(now).day, mention.clock, mention.zone, zone)
        return [ChipChoice(NextStep(title, stated_due, step.side), clock_label(mention.clock, mention.zone))]
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


def _is_until_evening(text: str, mention: DateMention) -> bool:
    """Whether words at a date name the end of the day: "EOD Thursday", 周四下班前."""
    return END_OF_DAY.search(text, mention.start, mention.end + len("下班")) is not None


def _moment(day: date, clock: time, place: str, zone: str) -> datetime:
    """Return a local time at `place` as a moment in `zone`."""
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
    """Return the zone of a person, or the common zone of all people a name may mean."""
    if chip.kind is not ChipKind.person:
        return []
    if chip.zone or not chip.choices:
        return [chip.zone] if chip.zone else []
    zones = {hit.zone for hit in lookup.people(chip.label)}
    return [zone for zone in zones if zone] if len(zones) == 1 else []


def find_china_zone(people: Sequence[SentenceChip], lookup: Lookup, zone: str, page_zone: str | None) -> str | None:
    """Return the zone of the first person in China, else of the page; None if the reader's `zone` applies."""
    zones = [each for chip in people for each in list_zones(chip, lookup)]
    zones += [page_zone] if page_zone and not zones else []
    china = next((each for each in zones if country_of_zone(each) in CHINA), None)
    return china if country_of_zone(zone) not in CHINA else None
