"""Reads a quick-log sentence: runs the readers in order, each on what the former ones left."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from crm.calendars import country_of_zone, resolve_local
from crm.core.deadline import time_limit
from crm.interactions.policy import InteractionState, Kind

from .chips import ChipChoice, ChipKind, Draft, Lookup, SentenceChip, When
from .dates import find_days, read_clock
from .due import clock_label, step_chip, zones_of
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


def read_sentence(text: str, *, now: datetime, zone: str, known: Lookup, their_zone: str | None = None) -> Draft:
    """What a sentence says, as chips to confirm. Nothing is saved, and no word is thrown away.

    `zone` is the reader's; `their_zone` that of the person on whose page it is written, used when the sentence names
    nobody whose zone is known. Raises TookTooLong.
    """
    with time_limit(MAX_SECONDS):
        return _read(text, now, zone, known, their_zone)


def _read(text: str, now: datetime, zone: str, known: Lookup, their_zone: str | None) -> Draft:
    cut = (
        len(text)
        if len(text) <= MAX_SENTENCE_CHARS
        else (text.rfind(" ", 0, MAX_SENTENCE_CHARS) + 1 or MAX_SENTENCE_CHARS)
    )
    draft = _Reading(text[:cut], now.astimezone(ZoneInfo(zone)), zone, known).draft(their_zone)
    notes = "\n".join(part for part in (draft.notes, text[cut:]) if part)
    return replace(draft, text=text, notes=notes)


class _Reading:
    """One sentence while it is read: the words not yet taken, and the chips so far."""

    def __init__(self, text: str, now: datetime, zone: str, known: Lookup) -> None:
        self.written = text
        self.text = self.left = read_as(text)
        self.now, self.zone, self.known = now, zone, known
        self.chips: list[SentenceChip] = []
        self.state: InteractionState | None = None
        self.told: KindMention | None = None
        self.names_weekday = False
        self.kind_end = 0
        self.begun: time | None = None

    def draft(self, their_zone: str | None) -> Draft:
        for chip in read_minutes(self.left):
            self.take(chip)
        self.read_span()
        self.read_outcome()
        steps = find_steps(self.left, self.now.date())
        for step in steps:
            self.blank(step.start, step.end)
        self.read_kind()
        self.read_when()
        self.read_names()
        self.chips = [self.in_their_days(chip, their_zone) for chip in self.chips]
        self.read_steps(steps, their_zone)
        self.chips += find_need_chips(self.left)
        self.ask_kind()
        chips = tuple(sorted(self.chips, key=lambda chip: (chip.start, chip.end)))
        if self.text != self.written:
            chips = tuple(as_written(chip, self.written, self.text) for chip in chips)
        met = [chip for chip in chips if chip.kind is ChipKind.person]
        there = self.china_zone(met, their_zone)
        return Draft(self.written, chips, self.state or InteractionState.held, self.notes(), there)

    def take(self, chip: SentenceChip) -> None:
        """Keep a chip, and its words from the other readers."""
        self.chips.append(chip)
        self.blank(chip.start, chip.end)

    def blank(self, start: int, end: int) -> None:
        self.left = self.left[:start] + _BLANK * (end - start) + self.left[end:]

    def first_clause(self) -> tuple[int, int]:
        """The first clause that has words."""
        bounds = [(start, end) for start, end in clauses(self.text) if self.text[start:end].strip()]
        return bounds[0] if bounds else (0, 0)

    def read_span(self) -> None:
        """From when to when it was, in the first clause, where no minutes are told."""
        start, end = self.first_clause()
        span = find_span(self.left)
        told = any(chip.kind is ChipKind.contact for chip in self.chips)
        if span and start <= span.start < end and not told:
            self.begun = span.begun
            self.take(
                SentenceChip(ChipKind.contact, self.text[span.start : span.end], span.minutes, span.start, span.end)
            )

    def read_outcome(self) -> None:
        """Whether they were reached, whether it was called off, and the funder."""
        reached = find_reached(self.left)
        if reached:
            self.take(SentenceChip(ChipKind.reached, str(reached[2]), reached[2], reached[0], reached[1]))
        state = find_state(self.left)
        if state and state[0] < self.first_clause()[1]:
            self.state = state[2]
            self.blank(state[0], state[1])
        for funder in _HASH.finditer(self.left):
            self.take(SentenceChip(ChipKind.funder, funder[1], funder[1], funder.start(), funder.end()))

    def read_kind(self) -> None:
        """The kind, from the first clause if it tells one."""
        found = find_kind(self.left[: self.first_clause()[1]]) or find_kind(self.left)
        if not found:
            return
        start, end, self.told = found
        self.kind_end = end
        self.take(kind_chip(self.told, start, end))

    def ask_kind(self) -> None:
        """Nobody is met for minutes in a note: a talk without its kind is a call until somebody says better."""
        kinds = {chip.kind for chip in self.chips}
        if self.told is None and kinds >= {ChipKind.person, ChipKind.contact}:
            self.chips.append(kind_chip(KindMention(Kind.call, sure=ChipKind.reached in kinds), 0, 0))

    def read_when(self) -> None:
        """The day of the contact, from the first clause; a day to come makes it planned."""
        start, end = self.first_clause()
        past = bool(self.told and self.told.past)
        days = [day for day in find_days(self.left, self.now.date(), past=past) if start <= day.start < end]
        if not days:
            self.read_hour(start, end)
            return
        day = days[0]
        lead = _BEFORE_DAY.search(self.left, 0, day.start)
        day = day._replace(clock=day.clock or self.begun)
        when = When(day.day, day.clock, self.zone)
        at = lead.start() if lead else day.start
        choices = tuple(ChipChoice(When(other, day.clock, self.zone), other.isoformat()) for other in day.others)
        self.take(SentenceChip(ChipKind.when, self.left[day.start : day.end], when, at, day.end, not choices, choices))
        self.names_weekday = day.is_weekday
        self.plan(when)

    def read_hour(self, start: int, end: int) -> None:
        """An hour of today: "met Li at 10:20"."""
        if self.begun:
            when = When(self.now.date(), self.begun, self.zone)
            self.take(SentenceChip(ChipKind.when, f"{self.begun:%H:%M}", when, 0, 0))
            self.plan(when)
            return
        for found in _HOUR.finditer(self.left[:end]):
            clock = read_clock(self.left, found.end())
            if clock and found.start() >= start:
                when = When(self.now.date(), clock[0], self.zone)
                self.take(SentenceChip(ChipKind.when, self.left[found.end() : clock[1]], when, found.start(), clock[1]))
                self.plan(when)
                return
        if self.told and self.told.past is False and self.state is None:
            self.state = InteractionState.planned

    def plan(self, when: When) -> None:
        """A contact later than now is planned, unless the verb says it is over."""
        moment = resolve_local(when.day, when.clock or time(23, 59), self.zone)
        later = moment > self.now if when.clock else when.day > self.now.date()
        if self.state is None and later and not (self.told and self.told.past):
            self.state = InteractionState.planned

    def read_names(self) -> None:
        """People, then clients, firms and places."""
        start, end = self.first_clause()
        self.read_people(start, end)
        for reader in (read_clients, read_places, parse_organizations):
            for chip in reader(self.left, self.known, end):
                self.take(chip)

    def read_people(self, start: int, end: int) -> None:
        introduces = bool(self.told and self.told.kind is Kind.introduction)
        # 和周立民见面, 给周立民发邮件: the name stands before the kind, and what follows is news.
        before = _HAN_WITH.finditer(self.left, 0, self.kind_end)
        named_before = any(find_people_named(found["name"] or found["says"], self.known) for found in before)
        about = (Kind.lead, Kind.note)
        follows = self.told is not None and self.told.kind not in about and not named_before
        chips = read_people(self.left, self.kind_end, self.known, introduces=introduces) if follows else []
        for found in _WITH.finditer(self.left, 0, end):
            if not any(chip.start <= found.end() < chip.end for chip in chips):
                chips += read_people(self.left, found.end(), self.known)
        for found in _HAN_WITH.finditer(self.left, start):
            name, at = found[found.lastgroup or "name"], found.start(found.lastgroup or "name")
            hits = find_people_named(name, self.known)
            if hits and all(chip.start != at for chip in chips):
                chips.append(replace(chip_for(ChipKind.person, name, at, hits), start=found.start()))
        chips = _apart(chips)
        for chip in chips or scan_people(self.left, start, end, self.known):
            self.take(chip)

    def read_steps(self, steps: list[StepMention], page: str | None) -> None:
        """The next steps, each in the days of those it names, else of those who were met."""
        met = [chip for chip in self.chips if chip.kind is ChipKind.person]
        for step in steps:
            named = scan_people(self.text, step.start, step.end, self.known)
            theirs = self.china_zone(named or met, page)
            self.chips += [step_chip(self.text, step, self.now, self.zone, theirs), *(named if not met else ())]

    def in_their_days(self, chip: SentenceChip, page: str | None) -> SentenceChip:
        """The day of a contact with somebody in China: a weekday is theirs; with an hour it asks whose hour."""
        people = [each for each in self.chips if each.kind is ChipKind.person]
        theirs = self.china_zone(people, page)
        if chip.kind is not ChipKind.when or not self.names_weekday or not theirs:
            return chip
        there = chip.value._replace(zone=theirs)
        if there.clock is None:
            return replace(chip, value=there)
        choices = tuple(ChipChoice(when, clock_label(when.clock, when.zone)) for when in (there, chip.value))
        return replace(chip, value=there, sure=False, choices=(*choices, *chip.choices))

    def china_zone(self, people: list[SentenceChip], page: str | None) -> str | None:
        """The zone of the first of these people who is in China, else of the page's person; None: ours is meant."""
        zones = [zone for chip in people for zone in zones_of(chip, self.known)]
        zones += [page] if page and not zones else []
        china = next((zone for zone in zones if country_of_zone(zone) in CHINA), None)
        return china if country_of_zone(self.zone) not in CHINA else None

    def notes(self) -> str:
        """The words that nothing took, less those that only glued the rest together."""
        return remaining_text(self.written, self.left, _BLANK)


def _apart(chips: list[SentenceChip]) -> list[SentenceChip]:
    """The chips less those that lie over an earlier one."""
    kept: list[SentenceChip] = []
    for chip in chips:
        if all(chip.end <= other.start or other.end <= chip.start for other in kept):
            kept.append(chip)
    return kept
