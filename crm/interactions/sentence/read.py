"""Parse a quick-log sentence: run the parsers in order, each on the text left by the earlier ones."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from crm.core.deadline import time_limit
from crm.interactions.policy import InteractionState, InteractionType

from .addressees import find_main_or_sent, find_message_left, find_texted_chips
from .chips import ChipKind, Draft, LocalMoment, Lookup, SentenceChip, drop_overlapping
from .colleagues import read_colleagues
from .date_mentions import DateMention, ask_which_week, prefer_past
from .dates import find_days
from .due import find_china_zone, in_their_days, step_chip, when_chip
from .durations import read_minutes
from .kinds import KindMention, find_funder_chips, find_state, guess_kind_chips, kind_chip
from .names import find_caller, find_han_people, read_joined_people, read_people, replace_unlikely_names, scan_people
from .needs import find_need_chips
from .next_steps import StepMention, clauses, find_steps
from .offsets import as_written, read_as, remaining_text
from .places import parse_new_organizations, parse_organizations, read_clients, read_places
from .reached import find_reached
from .received import find_received_chips
from .reported import find_end_of_statement, is_announced_visit, is_message, is_reported_visit, is_scheduled, read_tense
from .spans import TimeSpan, find_span
from .times import find_hour, is_later, restore_morning
from .typed_names import capitalize_names

MAX_SENTENCE_CHARS = 600  # characters; the rest becomes notes
MAX_SECONDS = 5
_BLANK = "\x00"
_WITH = re.compile(r"(?:\bwith\b|\bw/|\b(?-i:w)(?=\s)|和|与|跟)\s*", re.IGNORECASE)
_BEFORE_DAY = re.compile(r"(?:\bon\s+|\bat\s+|@\s*)?$", re.IGNORECASE)


def read_sentence(text: str, *, now: datetime, zone: str, lookup: Lookup, their_zone: str | None = None) -> Draft:
    """Parse a sentence into chips to confirm. Nothing is saved; unparsed words become notes.

    `zone` is the reader's; `their_zone` that of the person on whose page it was typed, used if the sentence names
    nobody with a known zone. Raises TimeLimitExceeded.
    """
    with time_limit(MAX_SECONDS):
        return _read(text, now, zone, lookup, their_zone)


def _read(text: str, now: datetime, zone: str, lookup: Lookup, their_zone: str | None) -> Draft:
    cut = len(text)
    if cut > MAX_SENTENCE_CHARS:
        cut = text.rfind(" ", 0, MAX_SENTENCE_CHARS) + 1 or MAX_SENTENCE_CHARS
    draft = _SentenceParser(text[:cut], now.astimezone(ZoneInfo(zone)), zone, lookup).draft(their_zone)
    notes = "\n".join(part for part in (draft.notes, text[cut:]) if part)
    return replace(draft, text=text, notes=notes)


class _SentenceParser:
    """State of parsing one sentence: the remaining text and the chips so far."""

    def __init__(self, text: str, now: datetime, zone: str, lookup: Lookup) -> None:
        self.written = text
        self.text = self.remaining = capitalize_names(read_as(text), lookup)
        self.now, self.zone, self.lookup = now, zone, lookup
        self.chips: list[SentenceChip] = []
        self.state: InteractionState | None = None
        self.kind_mention: KindMention | None = None
        self.past: bool | None = None
        self.is_state_by_date = self.names_weekday = False
        self.days_text, self.kind_start, self.kind_end = "", 0, 0
        self.span: TimeSpan | None = None

    def draft(self, their_zone: str | None) -> Draft:
        for chip in (*read_minutes(self.remaining), *find_funder_chips(self.remaining)):
            self.add_chip(chip)
        self.read_span()
        self.read_outcome()
        steps = find_steps(self.remaining, self.now.date(), self.now.time())
        for step in steps:
            self.blank(step.start, step.end)
        self.read_kind()
        self.read_when()
        self.read_names()
        self.move_weekday(their_zone)
        self.read_steps(steps, their_zone)
        self.chips += find_need_chips(self.remaining)
        self.chips += find_received_chips(self.text, *self.first_clause(), self.chips)
        self.chips += find_texted_chips(self.text, self.remaining, self.chips)
        self.chips += guess_kind_chips(self.text, self.chips)
        self.chips = read_colleagues(self.chips, self.text, self.lookup)
        chips = tuple(sorted(self.chips, key=lambda chip: (chip.start, chip.end)))
        if self.text != self.written:
            chips = tuple(as_written(chip, self.written, self.text) for chip in chips)
        people = [chip for chip in chips if chip.kind is ChipKind.person]
        china_zone = find_china_zone(people, self.lookup, self.zone, their_zone)
        state = self.state or InteractionState.held
        return Draft(self.written, chips, state, self.notes(), china_zone, self.now if self.is_state_by_date else None)

    def add_chip(self, chip: SentenceChip) -> None:
        """Add a chip and blank out its words for the other parsers."""
        self.chips.append(chip)
        self.blank(chip.start, chip.end)

    def blank(self, start: int, end: int) -> None:
        self.remaining = self.remaining[:start] + _BLANK * (end - start) + self.remaining[end:]

    def has_minutes(self) -> bool:
        return any(chip.kind is ChipKind.contact for chip in self.chips)

    def first_clause(self) -> tuple[int, int]:
        """Return the first clause that has words."""
        return next(((start, end) for start, end in clauses(self.text) if self.text[start:end].strip()), (0, 0))

    def read_span(self) -> None:
        """Find the time span of the first clause, unless minutes are given."""
        start, end = self.first_clause()
        span = find_span(self.remaining)
        if span and start <= span.start < end and not self.has_minutes():
            self.span = span
            label = self.text[span.start : span.end]
            self.add_chip(SentenceChip(ChipKind.contact, label, span.minutes, span.start, span.end))

    def read_outcome(self) -> None:
        """Find whether they were reached, and the state."""
        message = find_message_left(self.remaining, self.lookup)
        self.past = True if message else None
        reached = message or find_reached(self.remaining, self.lookup, has_minutes=self.has_minutes())
        if reached:
            self.add_chip(SentenceChip(ChipKind.reached, str(reached[2]), reached[2], reached[0], reached[1]))
        state = find_state(self.remaining)
        if state and state[0] < find_end_of_statement(self.remaining, *self.first_clause()):
            self.state = state[2]
            self.blank(state[0], state[1])

    def read_kind(self) -> None:
        """Find the kind, preferably in the first clause."""
        result = find_main_or_sent(self.remaining, self.first_clause()[1], self.lookup)
        if not result or is_reported_visit(self.remaining, *self.first_clause(), result[0]):
            return
        self.kind_start, self.kind_end, self.kind_mention = result
        self.past = self.past or self.kind_mention.past
        self.add_chip(kind_chip(self.kind_mention, self.kind_start, self.kind_end))
        is_planned = is_later(self.text, *self.first_clause()) or is_announced_visit(self.text, self.kind_start)
        if self.state is None and not self.kind_mention.past and is_planned:
            self.state = InteractionState.planned

    def read_when(self) -> None:
        """Find the date in the first clause; a future date makes the interaction planned."""
        start, end = (0, 0) if is_message(self.text) else self.first_clause()
        reported_at = find_end_of_statement(self.remaining, start, end)
        end = end if self.kind_mention and self.kind_start >= reported_at else reported_at
        past = read_tense(self.text, start, reported_at, self.kind_mention) if self.past is None else self.past
        text, today = restore_morning(self.text, self.remaining), self.now.date()
        mentions = find_days(text, today, past=past, ranges=True)
        mentions = [day for day in mentions if start <= day.start < end]
        # What was said or written about next Friday took place before: it is today.
        days = [day for day in mentions if not past or day.day <= today]
        if not days:
            self.read_hour(start, mentions[0].start if mentions else end)
            return
        day = days[0]
        if past is None and self.has_minutes():
            is_clear = self.span or is_scheduled(self.text, start, self.kind_start or end)
            day = prefer_past(day if is_clear else ask_which_week(text, day, today), today)
        if self.span and day.clock is None:
            day = day._replace(clock=self.span.starts_at, zone=self.span.zone)
        self.names_weekday = day.is_weekday and day.zone is None
        self.days_text = self.written[day.start : day.end] if day.is_range else ""
        self.add_when(day)

    def read_hour(self, start: int, end: int) -> None:
        """Find a time without a date: "met Li at 10:20" is today."""
        day = find_hour(restore_morning(self.text, self.remaining), start, end, self.now.date())
        if self.span:
            day = DateMention(0, 0, self.now.date(), self.span.starts_at, zone=self.span.zone)
        if day:
            self.add_when(day)
        elif self.past is False and self.state is None:
            self.state = InteractionState.planned

    def add_when(self, day: DateMention) -> None:
        """Add the date with "on" or "at" before it."""
        day = day.in_its_zone(self.now, past=self.has_minutes() if self.past is None else self.past)
        lead = _BEFORE_DAY.search(self.remaining, 0, day.start)
        chip = when_chip(self.remaining, day, day.zone or self.zone)
        self.add_chip(replace(chip, start=lead.start()) if lead else chip)
        self.plan(chip.value)

    def plan(self, when: LocalMoment) -> None:
        """Set the state to planned for a future time, unless the verb is in the past."""
        if self.state is None and not self.past:
            self.is_state_by_date = True
            self.state = InteractionState.planned if when.is_ahead(self.now) else None

    def read_names(self) -> None:
        """Find people, then clients, places and organizations."""
        start, end = self.first_clause()
        self.read_people(start, end)
        for reader in (read_clients, read_places, parse_organizations):
            for chip in reader(self.remaining, self.lookup, end):
                self.add_chip(chip)
        people = [chip for chip in self.chips if chip.kind is ChipKind.person]
        for chip in parse_new_organizations(self.remaining, people, self.lookup):
            self.add_chip(chip)

    def read_people(self, start: int, end: int) -> None:
        chips = self.read_people_after_kind()
        for match in _WITH.finditer(self.remaining, 0, end):
            if not any(chip.start <= match.end() < chip.end for chip in chips):
                chips += read_joined_people(self.remaining, match, self.lookup)
        for phrase_start, person in find_han_people(self.remaining, start, len(self.remaining), self.lookup):
            if all(chip.start != person.start for chip in chips):
                chips.append(replace(person, start=phrase_start))
        chips = replace_unlikely_names(drop_overlapping(chips), self.remaining, start, end, self.lookup)
        if not chips and self.kind_mention and self.kind_mention.past:
            chips = find_caller(self.text, start, self.kind_start, self.lookup)
        for chip in chips:
            self.add_chip(chip)

    def read_people_after_kind(self) -> list[SentenceChip]:
        """Return the people named right after the kind: "met Li Hui and Zhou Limin"."""
        if self.kind_mention is None or self.kind_mention.kind in (InteractionType.lead, InteractionType.note):
            return []
        # 和周立民见面, 给周立民发邮件: the name comes before the kind, and the rest is news.
        if any(find_han_people(self.remaining, 0, self.kind_end, self.lookup)):
            return []
        introduces = self.kind_mention.kind is InteractionType.introduction
        return read_people(self.remaining, self.kind_end, self.lookup, introduces=introduces)

    def read_steps(self, steps: list[StepMention], page: str | None) -> None:
        """Add chips of the next steps, in the zone of the people they name, else of those met."""
        met_people = [chip for chip in self.chips if chip.kind is ChipKind.person]
        for step in steps:
            named_people = scan_people(self.text, step.start, step.end, self.lookup)
            their_zone = find_china_zone(named_people or met_people, self.lookup, self.zone, page)
            self.chips.append(step_chip(self.text, step, self.now, self.zone, their_zone))
            if not met_people:
                self.chips += named_people

    def move_weekday(self, page: str | None) -> None:
        """Move the weekday of the interaction to the zone of the person in China."""
        people = [chip for chip in self.chips if chip.kind is ChipKind.person]
        their_zone = find_china_zone(people, self.lookup, self.zone, page) if self.names_weekday else None
        if their_zone:
            self.chips = [in_their_days(c, their_zone) if c.kind is ChipKind.when else c for c in self.chips]

    def notes(self) -> str:
        """Return the unparsed words, and the days of which `when` is only the first one."""
        return ", ".join(filter(None, (remaining_text(self.written, self.remaining, _BLANK), self.days_text)))
