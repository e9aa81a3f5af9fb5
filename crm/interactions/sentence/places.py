"""Shows, organizations, clients and places in a sentence."""

from __future__ import annotations

import re
from dataclasses import replace

from .chips import ChipKind, HeadCount, Lookup, SentenceChip
from .han_kinds import HAN_MEET
from .name_lists import (
    COMMA,
    COUNTS,
    JOIN,
    NAME_LIKE,
    chip_for,
    find_organization,
    list_end,
    longest_match,
    split_names,
    with_preposition,
)

_AT = re.compile(
    r"(?:\bat\s+|@\s*|在)(?:the\s+)?(?![\d$€¥£])(?!(?:the\s+)?(?:end of (?:the )?(?:week|month|quarter|year)"
    r"|(?:month|year)[- ]?end)\b)",
    re.IGNORECASE,
)
_IN = re.compile(
    r"\bin\s+(?=[A-Z一-鿿])(?!(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Q[1-4]|Chinese|English|Mandarin|Cantonese|Spanish)\b)"
)
_FROM = re.compile(r"\b(?:from|of)\s+(?=[A-Z一-鿿])|\(\s*(?=[A-Z一-鿿])")
_HAN_PLACE_END = re.compile(rf"(?<=.)(?=(?<!会)见|(?<=[展交博洽览易贸]会)见|{HAN_MEET}|会面|和|与|跟|开会|谈)")


def read_places(text: str, lookup: Lookup, end: int) -> list[SentenceChip]:
    """Return shows, organizations or places after "at" and "in"; `end` is the end of the first clause."""
    chips = [
        chip
        for match in _AT.finditer(text)
        if (chip := _place_chip(text, match, lookup, may_be_unknown=match.start() < end))
    ]
    towns = (match for match in _IN.finditer(text, 0, end))
    return chips + [
        chip for match in towns if (chip := _place_chip(text, match, lookup, may_be_unknown=True, is_town=True))
    ]


def _place_chip(
    text: str, match: re.Match[str], lookup: Lookup, *, may_be_unknown: bool, is_town: bool = False
) -> SentenceChip | None:
    """Return the show or organization, else a place; a city is neither ("in Ningbo", 在苏州)."""
    start = match.end()
    zone = text[start : list_end(text, start)].rstrip()
    if match.group().startswith("在"):
        cut = _HAN_PLACE_END.search(zone)
        zone = zone[: cut.start()] if cut else zone
    matches = (
        (ChipKind.show, *longest_match(lookup.shows, zone)),
        (ChipKind.organization, *find_organization(lookup, zone)),
    )
    for kind, name, hits in matches:
        if hits and not lookup.is_city(name) and not (is_town and len(hits) > 1):
            return with_preposition(match.start(), chip_for(kind, name, start, hits))
    if not may_be_unknown or not zone or len(zone.split()) > 5:
        return None
    return SentenceChip(ChipKind.place, zone, zone, match.start(), start + len(zone))


def parse_organizations(text: str, lookup: Lookup, _end: int) -> list[SentenceChip]:
    """Return known organizations after "from", "of" and in parentheses."""
    chips: list[SentenceChip] = []
    for match in _FROM.finditer(text):
        zone = text[match.end() : list_end(text, match.end())]
        name, hits = find_organization(lookup, zone)
        if hits:
            closes = match.group().startswith("(") and text[match.end() + len(name) :].startswith(")")
            chip = with_preposition(match.start(), chip_for(ChipKind.organization, name, match.end(), hits))
            chips.append(replace(chip, end=chip.end + closes))
    return chips


_OF = re.compile(r"\s+(?:from|of)\s+(?=[A-ZÀ-Þ])|\s*\(\s*(?=[A-ZÀ-Þ])")
_COMPANY = re.compile(r"[A-ZÀ-Þ][\w&'’.-]*(?:\s+(?:&\s+)?[A-ZÀ-Þ][\w&'’.-]*){1,5}")


def parse_new_organizations(text: str, people: list[SentenceChip], lookup: Lookup) -> list[SentenceChip]:
    """Return unknown organizations of new people: "Gao Lei of Ningbo Harbor Tech"."""
    chips: list[SentenceChip] = []
    for person in people:
        match = _OF.match(text, person.end) if person.value is None and not person.choices else None
        name = _COMPANY.match(text, match.end()) if match else None
        if match and name and not lookup.is_city(name.group()):
            chip = chip_for(ChipKind.organization, name.group(), name.start(), ())
            closes = match.group().endswith("(") and text.startswith(")", chip.end)
            chips.append(replace(with_preposition(match.start(), chip), end=chip.end + closes))
    return chips


_FOR = re.compile(r"(?<!look)(?<!looking)\s*(?:\bfor\s+|[为替](?=[一-鿿A-Z]))(?:the\s+)?", re.IGNORECASE)
_WISHING = re.compile(
    r"\b(?:ask|asks|asked|look|looks|looking|wait|waits|waiting|search|searching|wants?|needs?)\s*$", re.IGNORECASE
)
_CLIENT_COUNT = re.compile(r"(\d{1,2}|two|three|four|five)\s+(firms|clients|companies|smes)\b", re.IGNORECASE)


def read_clients(text: str, lookup: Lookup, end: int) -> list[SentenceChip]:
    """Return the clients after "for"; an unknown name in the first clause is uncertain."""
    chips: list[SentenceChip] = []
    for match in _FOR.finditer(text):
        counted = _CLIENT_COUNT.match(text, match.end())
        if counted:
            chips.append(_count_chip(match.start(), counted))
            continue
        may_be_unknown = match.start() < end and not _WISHING.search(text, 0, match.start())
        clients = _client_list(text, match.end(), lookup, may_be_unknown=may_be_unknown)
        chips += [with_preposition(match.start(), clients[0]), *clients[1:]] if clients else []
    return chips


def _count_chip(start: int, match: re.Match[str]) -> SentenceChip:
    """Return the uncertain chip of clients without names: "for 3 firms"."""
    count = int(match[1]) if match[1].isdigit() else COUNTS[match[1].lower()]
    return SentenceChip(ChipKind.client, match[0], HeadCount(count, match[2]), start, match.end(), sure=False)


def _client_list(text: str, start: int, lookup: Lookup, *, may_be_unknown: bool) -> list[SentenceChip]:
    """Return the clients named from `start` on; after a comma only known names."""
    stop = list_end(text, start)
    clients = [chip for chip in _client_chips(text, start, stop, lookup, may_be_unknown=may_be_unknown) if chip]
    comma = COMMA.match(text, stop) if clients else None
    while comma:
        start, stop = comma.end(), list_end(text, comma.end())
        more = _client_chips(text, start, stop, lookup, may_be_unknown=False)
        clients += [chip for chip in more if chip]
        comma = COMMA.match(text, stop) if more and all(more) else None
    return clients


def _client_chips(
    text: str, start: int, stop: int, lookup: Lookup, *, may_be_unknown: bool
) -> list[SentenceChip | None]:
    """Return a chip for each part of a list; None for a part that names no client."""
    parts = split_names(text, start, stop, JOIN)
    return [_client_chip(part, position, lookup, may_be_unknown=may_be_unknown) for position, part in parts]


def _client_chip(part: str, position: int, lookup: Lookup, *, may_be_unknown: bool) -> SentenceChip | None:
    name, hits = find_organization(lookup, part)
    if hits:
        return chip_for(ChipKind.client, name, position, hits)
    name_match = NAME_LIKE.match(part)
    return (
        chip_for(ChipKind.client, name_match.group(), position, ())
        if may_be_unknown and name_match and part[0].isascii()
        else None
    )
