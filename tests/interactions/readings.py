"""Sentences as counselors type them with what they mean, and the fields in which the quick log reads them otherwise.

readings/english.txt is typed on the evening of Tuesday, December 8 in Los Angeles, readings/chinese.txt at the same
moment, on Wednesday morning, in Shanghai. Each sentence is followed by its meaning and, if it is read otherwise, by "!"
and the names of those fields, some of which are a matter of opinion:

    lunch w/ jiang hao yesterday 90m, send list fri
      meeting talked; who=Jiang Hao; when=12-07; min=90; next=we 12-11 list

First state (held if not named), type, and whether they were reached ("-": any; "call|meeting": both are right), then
`who`, `org`, `show`, `when` (today if not named), `min` (contact/prep/travel), `next` (side, due date in either zone, a
word of the title), `new` (who inquires).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crm.interactions.policy import InteractionState
from crm.interactions.sentence import ChipKind, LocalMoment, NameMatch, NextStep, SentenceChip, read_sentence
from crm.interactions.sentence.inquiries import find_inquiry
from crm.names.folding import simplify_char
from crm.sample.demo import organizations
from tests.interactions.sentences import LA, SHANGHAI, TUESDAY_EVENING

FOLDER = Path(__file__).parent / "readings"
FAIR, EXPO = NameMatch(1, "Smart City Fair Suzhou"), NameMatch(2, "CIIE")
SHOWS = {"smart city fair suzhou": FAIR, "进博会": EXPO, "ciie": EXPO}
CITIES = {"suzhou", "苏州", "ningbo", "宁波", "shanghai", "上海", "wuhan", "武汉", "riverside"}
ANY = "-"


class Reading(NamedTuple):
    """A sentence, its meaning, and the fields that are read otherwise."""

    text: str
    meaning: str
    misread: frozenset[str]
    zone: str


def simplify(text: str) -> str:
    return "".join(map(simplify_char, text)).lower()


class DemoNames:
    """The names of the demo data, and the labels of its records by id."""

    def __init__(self) -> None:
        self.names: dict[str, dict[str, list[NameMatch]]] = {"person": {}, "organization": {}}
        self.labels: dict[int, str] = {}
        folder = Path(organizations.__file__).parent / "data"
        for file, zone in (("people_china", SHANGHAI), ("people_us", LA)):
            for row in csv.DictReader((folder / f"{file}.csv").read_text("utf-8").splitlines()):
                family, first = row["family"], row["given"]
                label = f"{family} {first}" if zone == SHANGHAI else f"{first} {family}"
                native = row.get("family_native", "") + row.get("given_native", "")
                self._add("person", label, zone, family, first, f"{family} {first}", f"{first} {family}", native)
        for name, native, _city, _roles, _sector, aliases in organizations.HOSTS:
            self._add("organization", name, None, name, native or "", *(alias for _kind, alias in aliases))
        for client in organizations.CLIENTS:
            self._add("organization", client[0], None, client[0])

    def _add(self, kind: str, label: str, zone: str | None, *spellings: str) -> None:
        match = NameMatch(len(self.labels), label, zone)
        self.labels[match.id] = label
        for spelling in {simplify(each) for each in spellings if each}:
            self.names[kind].setdefault(spelling, []).append(match)

    def people(self, text: str) -> list[NameMatch]:
        return self.names["person"].get(simplify(text), [])

    def organizations(self, text: str) -> list[NameMatch]:
        return self.names["organization"].get(simplify(text), [])

    def shows(self, text: str) -> list[NameMatch]:
        return [match] if (match := SHOWS.get(text.lower())) else []

    def full_names(self, texts: set[str]) -> set[str]:
        return {text for text in texts if (" " in text or not text.isascii()) and self.people(text)}

    def find_colleague(self, text: str) -> NameMatch | None:
        return None

    def is_city(self, text: str) -> bool:
        return text.lower() in CITIES


def load_readings() -> list[Reading]:
    readings = []
    for name, zone in (("english", LA), ("chinese", SHANGHAI)):
        text = (FOLDER / f"{name}.txt").read_text("utf-8")
        for block in re.split(r"\n(?=\S)", text.strip()):
            sentence, meaning, *misread = (line.strip() for line in block.split("\n"))
            readings.append(Reading(sentence, meaning, frozenset(" ".join(misread).removeprefix("!").split()), zone))
    return readings


def find_misread_fields(reading: Reading, lookup: DemoNames) -> set[str]:
    """Return the names of the fields that the quick log reads in another way."""
    draft = read_sentence(reading.text, now=TUESDAY_EVENING, zone=reading.zone, lookup=lookup)
    head, *parts = (part.strip() for part in reading.meaning.split(";"))
    fields = [part.partition("=")[::2] for part in parts]
    expected = dict(fields)
    state, kind, reached = _read_head(head)
    inquiry = find_inquiry(draft, lookup)
    kind_read, outcome = draft.first(ChipKind.kind), draft.reached
    clients = [*draft.of(ChipKind.organization), *draft.of(ChipKind.client)]
    minutes = [draft.first(kind) or 0 for kind in (ChipKind.contact, ChipKind.prep, ChipKind.travel)]
    steps = [chip.value for chip in draft.of(ChipKind.next_step)]
    results = {
        "state": _fits(state, draft.state.name),
        "type": _fits(kind, kind_read and kind_read.value),
        "reached": state != "held" or _fits(reached, outcome and outcome.value),
        "who": "new" in expected or _labels(draft.of(ChipKind.person), lookup) == _split(expected.get("who", "")),
        "org": expected.get("org") == ANY or _labels(clients, lookup) == _split(expected.get("org", "")),
        "show": expected.get("show") == next((chip.label for chip in draft.of(ChipKind.show)), None),
        "when": _is_moment(expected.get("when"), draft.first(ChipKind.when), reading.zone),
        "min": [int(part or 0) for part in f"{expected.get('min', '')}//".split("/")[:3]] == minutes,
        "next": _are_steps([value for name, value in fields if name == "next"], steps),
        "new": expected.get("new") == (inquiry.name if inquiry else None),
    }
    return {name for name, is_right in results.items() if not is_right}


def _read_head(head: str) -> tuple[str, str, str]:
    words = head.split()
    state = words.pop(0) if set(words[0].split("|")) <= set(InteractionState.__members__) else "held"
    return state, words[0], words[1] if len(words) > 1 else ANY


def _fits(expected: str, value: str | None) -> bool:
    return ANY in expected.split("|") or value in expected.split("|")


def _split(text: str) -> list[str]:
    return sorted(part.strip() for part in text.split("+") if part.strip())


def _labels(chips: Iterable[SentenceChip], lookup: DemoNames) -> list[str]:
    return sorted(lookup.labels.get(chip.value, "") if chip.sure else f"{chip.label}?" for chip in chips)


def _is_moment(expected: str | None, when: LocalMoment | None, zone: str) -> bool:
    today = f"{TUESDAY_EVENING.astimezone(ZoneInfo(zone)):%m-%d}"
    text = f"{when.day:%m-%d}" + (f" {when.clock:%H:%M}" if when.clock else "") if when else today
    return text == (expected or today)


def _are_steps(expected: list[str], steps: list[NextStep]) -> bool:
    return len(expected) == len(steps) and all(map(_is_step, expected, steps))


def _is_step(expected: str, step: NextStep) -> bool:
    side, days, word = expected.split(" ", 2)
    due = step.due
    moments = [due.astimezone(ZoneInfo(zone)) for zone in (LA, SHANGHAI)] if isinstance(due, datetime) else [due]
    is_due = any(_fits(days, f"{moment:%m-%d}" if moment else "none") for moment in moments)
    return is_due and _fits(side, step.side.value) and (word == ANY or word.lower() in step.title.lower())
