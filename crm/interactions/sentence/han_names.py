"""Known Chinese names within other characters: 三天后跟进周立民, 华东水务卢敏."""

from __future__ import annotations

import re
from dataclasses import replace

from .chips import ChipKind, Lookup, SentenceChip
from .name_lists import chip_for

_HAN_RUN = re.compile(r"[一-鿿]{2,40}")


def scan_han_names(text: str, start: int, end: int, lookup: Lookup) -> list[SentenceChip]:
    """Return the people whose Chinese full name is within other characters: 三天后跟进周立民."""
    runs = [match.span() for match in _HAN_RUN.finditer(text, start, end)]
    parts = [
        (first, first + length)
        for begin, stop in runs
        for first in range(begin, stop - 1)
        for length in (4, 3, 2)
        if first + length <= stop
    ]
    full_names = lookup.full_names({text[slice(*part)] for part in parts}) if parts else ()
    chips: list[SentenceChip] = []
    for first, last in parts:
        if text[first:last] in full_names and (not chips or chips[-1].end <= first):
            chips.append(chip_for(ChipKind.person, text[first:last], first, lookup.people(text[first:last])))
    return chips


def read_organization_and_people(part: str, position: int, lookup: Lookup) -> list[SentenceChip]:
    """Return a known organization and the known people right after it: 华东水务卢敏; empty without both."""
    people = scan_han_names(part, 0, len(part), lookup)
    name = part[: people[0].start] if people else ""
    hits = lookup.organizations(name) if len(name) > 1 and not lookup.is_city(name) else ()
    if not hits:
        return []
    shifted = (replace(chip, start=chip.start + position, end=chip.end + position) for chip in people)
    return [chip_for(ChipKind.organization, name, position, hits), *shifted]
