"""Reads a quick-log sentence: runs the readers in order, each on what the former ones left."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from crm.calendars import country_of_zone, resolve_local
from crm.core.deadline import time_limit
from crm.core.i18n import formats
from crm.interactions.policy import InteractionState, Kind

from .chips import ChipChoice, ChipKind, Draft, Lookup, SentenceChip, When
from .dates import find_days, read_clock
from .due import clock_label, list_zones, step_chip
from .durations import read_minutes
from .kinds import KindMention, find_kind, find_reached, find_state, kind_chip
from .names import chip_for, find_people_named, parse_organizations, read_clients, read_people, read_places, scan_people
from .needs import find_need_chips
from .next_steps import StepMention, clauses, find_steps
from .offsets import as_written, read_as, remaining_text
from .spans import find_span

CHINA = frozenset({"CN", "HK", "MO", "TW"})
MAX_SENTENCE_CHARS = 600  # characters; what is longer is a note
MAX_SECONDS = 5
_BLANK = "\x00"
_HASH = re.compile(r"#([\w-]+)")
_WITH = re.compile(r"(?:\bwith\b|\bw/|\bw(?=\s)|和|与|跟)\s*", re.IGNORECASE)
_HAN_WITH = re.compile(
    r"(?:(?:和|与|跟|给|及|约了?|见[了到])(?P<name>[一-鿿]{2,8}?)"
    r"(?=见|会|微信|视频|通|打|电话|开会|在|吃|谈|发|[和与跟及、\s,，。；;\x00]|$)"
    r"|(?<![一-鿿])(?P<says>[一-鿿]{2,4}?)(?=来电|打来|回复|发来|来信|说|答应|表示|要求|想要|需要))"
)
_HOUR = re.compile(r"\bat\s+(?=\d)|(?=(?:上午|下午|晚上|早上|中午)\s*[\d一二两三四五六七八九十]+点|(?<!\d)\d{1,2}点)")
_BEFORE_DAY = re.compile(r"(?:\bon\s+|\bat\s+)?$", re.IGNORECASE)


def read_sentence(text: str, *, now: datetime, zone: str, lookup: Lookup, their_zone: str | None = None) -> Draft:
    """What a sentence says, as chips to confirm. Nothing is saved, and no word is thrown away.

    `zone` is the reader's; `their_zone` that of the person on whose page it is written, used when the sentence names
    nobody whose zone is known. Raises TookTooLong.
    """
    with time_limit(MAX_SECONDS):
        return _read(text, now, zone, lookup, their_zone)


def _read(text: str, now: datetime, zone: str, lookup: Lookup, their_zone: str | None) -> Draft:
    cut = (
        len(text)
        if len(text) <= MAX_SENTENCE_CHARS
        else (text.rfind(" ", 0, MAX_SENTENCE_CHARS) + 1 or MAX_SENTENCE_CHARS)
    )
    draft = _SentenceParser(text[:cut], now.astimezone(ZoneInfo(zone)), zone, lookup).draft(their_zone)
    notes = "\n".join(part for part in (draft.notes, text[cut:]) if part)
    return replace(draft, text=text, notes=notes)


class _SentenceParser:
    """One sentence while it is read: the words not yet taken, and the chips so far."""

    def __init__(self, text: str, now: datetime, zone: str, lookup: Lookup) -> None:
        self.written = text
        self.text = self.remaining = read_as(text)
        self.now, self.zone, self.lookup = now, zone, lookup
        self.chips: list[SentenceChip] = []
        self.state: InteractionState | None = None
        self.kind_mention: KindMention | None = None
        self.names_weekday = False
        self.kind_end = 0
        self.starts_at: time | None = None

    def draft(self, their_zone: str | None) -> Draft:
        for chip in read_minutes(self.remaining):
            self.take(chip)
        self.read_span()
        self.read_outcome()
        steps = find_steps(self.remaining, self.now.date())
        for step in steps:
            self.blank(step.start, step.end)
        self.read_kind()
        self.read_when()
        self.read_names()
        self.chips = [self.in_their_days(chip, their_zone) for chip in self.chips]
        self.read_steps(steps, their_zone)
        self.chips += find_need_chips(self.remaining)
        self.ask_kind()
        chips = tuple(sorted(self.chips, key=lambda chip: (chip.start, chip.end)))
        if self.text != self.written:
            chips = tuple(as_written(chip, self.written, self.text) for chip in chips)
        people = [chip for chip in chips if chip.kind is ChipKind.person]
        their_zone_found = self.find_china_zone(people, their_zone)
        return Draft(self.written, chips, self.state or InteractionState.held, self.notes(), their_zone_found)

    def take(self, chip: SentenceChip) -> None:
        """Keep a chip, and its words from the other readers."""
        self.chips.append(chip)
        self.blank(chip.start, chip.end)

    def blank(self, start: int, end: int) -> None:
        self.remaining = self.remaining[:start] + _BLANK * (end - start) + self.remaining[end:]

    def first_clause(self) -> tuple[int, int]:
        """The first clause that has words."""
        bounds = [(start, end) for start, end in clauses(self.text) if self.text[start:end].strip()]
        return bounds[0] if bounds else (0, 0)

    def read_span(self) -> None:
        """From when to when it was, in the first clause, where no minutes are told."""
        start, end = self.first_clause()
        span = find_span(self.remaining)
        has_minutes = any(chip.kind is ChipKind.contact for chip in self.chips)
        if span and start <= span.start < end and not has_minutes:
            self.starts_at = span.starts_at
            self.take(
                SentenceChip(ChipKind.contact, self.text[span.start : span.end], span.minutes, span.start, span.end)
            )

    def read_outcome(self) -> None:
        """Whether they were reached, whether it was called off, and the funder."""
        reached = find_reached(self.remaining)
        if reached:
            self.take(SentenceChip(ChipKind.reached, str(reached[2]), reached[2], reached[0], reached[1]))
        state = find_state(self.remaining)
        if state and state[0] < self.first_clause()[1]:
            self.state = state[2]
            self.blank(state[0], state[1])
        for funder in _HASH.finditer(self.remaining):
            self.take(SentenceChip(ChipKind.funder, funder[1], funder[1], funder.start(), funder.end()))

    def read_kind(self) -> None:
        """The kind, from the first clause if it tells one."""
        result = find_kind(self.remaining[: self.first_clause()[1]]) or find_kind(self.remaining)
        if not result:
            return
        start, end, self.kind_mention = result
        self.kind_end = end
        self.take(kind_chip(self.kind_mention, start, end))

    def ask_kind(self) -> None:
        """Nobody is met for minutes in a note: a talk without its kind is a call until somebody says better."""
        kinds = {chip.kind for chip in self.chips}
        if self.kind_mention is None and kinds >= {ChipKind.person, ChipKind.contact}:
            self.chips.append(kind_chip(KindMention(Kind.call, sure=ChipKind.reached in kinds), 0, 0))

    def read_when(self) -> None:
        """The day of the contact, from the first clause; a day to come makes it planned."""
        start, end = self.first_clause()
        past = bool(self.kind_mention and self.kind_mention.past)
        days = [day for day in find_days(self.remaining, self.now.date(), past=past) if start <= day.start < end]
        if not days:
            self.read_hour(start, end)
            return
        day = days[0]
        lead = _BEFORE_DAY.search(self.remaining, 0, day.start)
        day = day._replace(clock=day.clock or self.starts_at)
        when = When(day.day, day.clock, self.zone)
        chip_start = lead.start() if lead else day.start
        choices = tuple(
            ChipChoice(When(other, day.clock, self.zone), formats.day(other, weekday=True)) for other in day.other_days
        )
        self.take(
            SentenceChip(
                ChipKind.when, self.remaining[day.start : day.end], when, chip_start, day.end, not choices, choices
            )
        )
        self.names_weekday = day.is_weekday
        self.plan(when)

    def read_hour(self, start: int, end: int) -> None:
        """An hour of today: "met Li at 10:20"."""
        if self.starts_at:
            when = When(self.now.date(), self.starts_at, self.zone)
            self.take(SentenceChip(ChipKind.when, formats.clock_time(self.starts_at), when, 0, 0))
            self.plan(when)
            return
        for match in _HOUR.finditer(self.remaining[:end]):
            clock = read_clock(self.remaining, match.end())
            if clock and match.start() >= start:
                when = When(self.now.date(), clock[0], self.zone)
                self.take(
                    SentenceChip(ChipKind.when, self.remaining[match.end() : clock[1]], when, match.start(), clock[1])
                )
                self.plan(when)
                return
        if self.kind_mention and self.kind_mention.past is False and self.state is None:
            self.state = InteractionState.planned

    def plan(self, when: When) -> None:
        """A contact later than now is planned, unless the verb says it is over."""
        moment = resolve_local(when.day, when.clock or time(23, 59), self.zone)
        later = moment > self.now if when.clock else when.day > self.now.date()
        if self.state is None and later and not (self.kind_mention and self.kind_mention.past):
            self.state = InteractionState.planned

    def read_names(self) -> None:
        """People, then clients, firms and places."""
        start, end = self.first_clause()
        self.read_people(start, end)
        for reader in (read_clients, read_places, parse_organizations):
            for chip in reader(self.remaining, self.lookup, end):
                self.take(chip)

    def read_people(self, start: int, end: int) -> None:
        introduces = bool(self.kind_mention and self.kind_mention.kind is Kind.introduction)
        # 和周立民见面, 给周立民发邮件: the name stands before the kind, and what follows is news.
        matches = _HAN_WITH.finditer(self.remaining, 0, self.kind_end)
        is_named_before = any(find_people_named(match["name"] or match["says"], self.lookup) for match in matches)
        about = (Kind.lead, Kind.note)
        follows = self.kind_mention is not None and self.kind_mention.kind not in about and not is_named_before
        chips = read_people(self.remaining, self.kind_end, self.lookup, introduces=introduces) if follows else []
        for match in _WITH.finditer(self.remaining, 0, end):
            if not any(chip.start <= match.end() < chip.end for chip in chips):
                chips += read_people(self.remaining, match.end(), self.lookup)
        for match in _HAN_WITH.finditer(self.remaining, start):
            name, position = match[match.lastgroup or "name"], match.start(match.lastgroup or "name")
            hits = find_people_named(name, self.lookup)
            if hits and all(chip.start != position for chip in chips):
                chips.append(replace(chip_for(ChipKind.person, name, position, hits), start=match.start()))
        chips = _drop_overlapping(chips)
        for chip in chips or scan_people(self.remaining, start, end, self.lookup):
            self.take(chip)

    def read_steps(self, steps: list[StepMention], page: str | None) -> None:
        """The next steps, each in the days of those it names, else of those who were met."""
        met_people = [chip for chip in self.chips if chip.kind is ChipKind.person]
        for step in steps:
            named_people = scan_people(self.text, step.start, step.end, self.lookup)
            their_zone = self.find_china_zone(named_people or met_people, page)
            self.chips += [
                step_chip(self.text, step, self.now, self.zone, their_zone),
                *(named_people if not met_people else ()),
            ]

    def in_their_days(self, chip: SentenceChip, page: str | None) -> SentenceChip:
        """The day of a contact with somebody in China: a weekday is theirs; with an hour it asks whose hour."""
        people = [each for each in self.chips if each.kind is ChipKind.person]
        their_zone = self.find_china_zone(people, page)
        if chip.kind is not ChipKind.when or not self.names_weekday or not their_zone:
            return chip
        their_when = chip.value._replace(zone=their_zone)
        if their_when.clock is None:
            return replace(chip, value=their_when)
        choices = tuple(ChipChoice(when, clock_label(when.clock, when.zone)) for when in (their_when, chip.value))
        return replace(chip, value=their_when, sure=False, choices=(*choices, *chip.choices))

    def find_china_zone(self, people: list[SentenceChip], page: str | None) -> str | None:
        """The zone of the first of these people who is in China, else of the page's person; None: ours is meant."""
        zones = [zone for chip in people for zone in list_zones(chip, self.lookup)]
        zones += [page] if page and not zones else []
        china = next((zone for zone in zones if country_of_zone(zone) in CHINA), None)
        return china if country_of_zone(self.zone) not in CHINA else None

    def notes(self) -> str:
        """The words that nothing took, less those that only glued the rest together."""
        return remaining_text(self.written, self.remaining, _BLANK)


def _drop_overlapping(chips: list[SentenceChip]) -> list[SentenceChip]:
    """The chips less those that lie over an earlier one."""
    chips_kept: list[SentenceChip] = []
    for chip in chips:
        if all(chip.end <= other.start or other.end <= chip.start for other in chips_kept):
            chips_kept.append(chip)
    return chips_kept
