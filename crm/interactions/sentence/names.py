"""Who and where in a sentence: people, shows, firms, clients and places, with those they may mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from crm.core.words import _

from .chips import ChipChoice, ChipKind, HeadCount, Lookup, NameMatch, SentenceChip
from .dates import DATE_PATTERN
from .kinds import HAN_MEET, TITLE_DOT

_STOP = re.compile(
    rf"[,;!?\n\x00()，；。！？]|[:：](?=\s|\x00|$)|：|\s[-–—](?=\s)|{TITLE_DOT}(?=\s|$)"
    r"|\b(?:at|in|about|re|on|for|from|of|via|who|that|which|because|regarding|concerning|over|during|after|before"
    r"|he|she|they|we|wants?|wanted|needs?|needed|asks?|asked|said|says|told|sent|left|(?-i:will)|is|was|has|had|with)\b|@|[在为替]",
    re.IGNORECASE,
)
_JOIN = re.compile(r"\s*(?:&|\+|/|、|\band\b|和|与|跟)\s*", re.IGNORECASE)
_JOIN_OR_TO = re.compile(_JOIN.pattern + r"|\s+to\s+", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,、，]\s*(?:and\s+)?")
_CROWD = re.compile(r"(\d{1,3}|two|three|four|five)\s+(?:of\s+their\s+)?([a-z][a-z -]*|个?[一-鿿]+)\s*$")
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_TITLE = re.compile(
    r"^(?:Mr|Ms|Mrs|Dr|Prof|Miss|Director|Manager|President|Chairman|Engineer|Consul|Mayor)\b\.?\s+"
    r"|\s*(?:先生|女士|总经理|经理|主任|总|博士|工程师|工|老师|处长|局长)$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:the|a|an|my|our|their|his|her|him|them|it|this|that|no|some|new|all|everyone|back"
    r"|discuss|review|agree|plan|prepare|check|sign|finali[sz]e|arrange|go|see)\b|[\W\d]+$",
    re.IGNORECASE,
)
_NAME_LIKE = re.compile(r"(?:(?:Mr|Ms|Mrs|Dr|Prof)\.?\s+)?[A-ZÀ-Þ][\w'’.-]*(?:\s+[A-ZÀ-Þ][\w'’-]*)*|[一-鿿·]{2,4}")
_NAME_GOES_ON = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ'’-]+(?![\w.])")

Find = Callable[[str], Sequence[NameMatch]]


def chip_for(kind: ChipKind, text: str, start: int, hits: Sequence[NameMatch]) -> SentenceChip:
    """One hit is sure, several ask, none is somebody new."""
    end = start + len(text)
    if len(hits) == 1:
        return SentenceChip(kind, hits[0].label, hits[0].id, start, end, zone=hits[0].zone)
    choices = tuple(ChipChoice(hit.id, hit.label) for hit in hits)
    return SentenceChip(kind, text, None, start, end, sure=False, choices=choices)


def find_people_named(name: str, lookup: Lookup) -> Sequence[NameMatch]:
    """The people of this name, with or without the title in it (王总, Director Wang)."""
    return lookup.people(name) or lookup.people(_TITLE.sub("", name))


def _zone_end(text: str, start: int) -> int:
    stop = _STOP.search(text, start)
    return stop.start() if stop else len(text)


def _parts(text: str, start: int, end: int, join: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """The names of a list, each with its place."""
    position = start
    for match in [*join.finditer(text, start, end), None]:
        stop = match.start() if match else end
        part = text[position:stop]
        if part.strip():
            yield position + len(part) - len(part.lstrip()), part.strip()
        position = match.end() if match else stop


def _prefixes(text: str) -> Iterator[str]:
    """The first words of the text, then ever fewer of them: no name has more than six."""
    ends = [match.end() for match in islice(re.finditer(r"\S+", text), 6)]
    return (text[:end] for end in reversed(ends))


def _longest_match(find: Find, text: str) -> tuple[str, Sequence[NameMatch]]:
    return next(((words, hits) for words in _prefixes(text) if (hits := find(words))), ("", ()))


def read_people(text: str, start: int, lookup: Lookup, *, introduces: bool = False) -> list[SentenceChip]:
    """The people named from `start` on, up to a word that ends the list; a comma goes on if a known name follows."""
    han = _han_name(text, start, lookup)
    if han:
        goes_on = _JOIN.match(text, han.end) or _COMMA.match(text, han.end)
        following = read_people(text, goes_on.end(), lookup) if goes_on else []
        return [han, *(chip for chip in following if chip.value is not None or chip.choices)]
    end = _zone_end(text, start)
    join = _JOIN_OR_TO if introduces else _JOIN
    chips = [
        chip for position, part in _parts(text, start, end, join) for chip in _person_chips(part, position, lookup)
    ]
    comma = _COMMA.match(text, end)
    while chips and comma and comma.end() < len(text):
        start, end = comma.end(), _zone_end(text, comma.end())
        more = [_person_chips(part, position, lookup) for position, part in _parts(text, start, end, join)]
        if not more or not all(each and each[0].value is not None for each in more):
            break
        chips += [chip for each in more for chip in each]
        comma = _COMMA.match(text, end)
    return chips


def _han_name(text: str, start: int, lookup: Lookup) -> SentenceChip | None:
    """A known Chinese name right here, the longest; it may hold characters that join or end lists (李为民, 李和平)."""
    run = re.compile(r"\s*([一-鿿·]{2,4})").match(text, start)
    names = [run[1][:length] for length in range(len(run[1]), 1, -1)] if run else []
    match = next(((name, hits) for name in names if (hits := lookup.people(name))), None)
    return chip_for(ChipKind.person, match[0], run.start(1), match[1]) if run and match else None


def _person_chips(part: str, position: int, lookup: Lookup) -> list[SentenceChip]:
    """The person a part names, and the firm that may follow the name ("Li Hui Huayue")."""
    group = _CROWD.match(part)
    if group:
        count = int(group[1]) if group[1].isdigit() else _COUNTS[group[1]]
        return [SentenceChip(ChipKind.person, part, HeadCount(count, group[2].strip()), position, position + len(part))]
    name, hits = _longest_match(lambda words: find_people_named(words, lookup), part)
    rest = part[len(name) :].strip()
    organization, organizations = _longest_match(lookup.organizations, rest) if hits else ("", ())
    if hits and (organizations or not _is_longer(name, rest)):
        place = position + len(part) - len(rest)
        more = [chip_for(ChipKind.organization, organization, place, organizations)] if organizations else []
        return [chip_for(ChipKind.person, name, position, hits), *more]
    organization, organizations = _longest_match(lookup.organizations, part)
    if organizations:
        return [chip_for(ChipKind.organization, organization, position, organizations)]
    name_match = _NAME_LIKE.match(part)
    new_name = name_match.group() if name_match else part if len(part.split()) <= 2 and not _NO_NAME.match(part) else ""
    rest = part[len(new_name) :].strip()
    more = _person_chips(rest, position + len(part) - len(rest), lookup) if rest and lookup.people(rest) else []
    return [chip_for(ChipKind.person, new_name, position, ()), *more] if new_name else []


def _is_longer(name: str, rest: str) -> bool:
    """Whether the name written is longer than the one word of it that is known: "Li Hua" is none of those named Li."""
    goes_on = _NAME_GOES_ON.match(rest) and not DATE_PATTERN.match(rest)
    return " " not in _TITLE.sub("", name) and bool(goes_on)


def scan_people(text: str, start: int, end: int, lookup: Lookup) -> list[SentenceChip]:
    """Known people named anywhere in a stretch, for sentences that do not begin with what was done."""
    chips: list[SentenceChip] = []
    for match in _NAME_LIKE.finditer(text, start, end):
        for word in re.finditer(r"\S+", match.group()):
            position = match.start() + word.start()
            name, hits = _longest_match(lookup.people, text[position : match.end()])
            if hits and (not chips or chips[-1].end <= position):
                chips.append(_scanned(name, hits, text[position : match.end()], position, lookup))
    return chips


def _scanned(name: str, hits: Sequence[NameMatch], run: str, position: int, lookup: Lookup) -> SentenceChip:
    """The person of a known name at the begin of a run of names; somebody new when theirs goes on."""
    rest = run[len(name) :].lstrip()
    if _is_longer(name, rest) and not _longest_match(lookup.organizations, rest)[1]:
        return chip_for(ChipKind.person, run[: len(run) - len(rest)] + rest.split()[0], position, ())
    return chip_for(ChipKind.person, name, position, hits)


_AT = re.compile(r"(?:\bat\s+|@\s*|在)(?:the\s+)?(?![\d$€¥£])", re.IGNORECASE)
_IN = re.compile(
    r"\bin\s+(?=[A-Z一-鿿])(?!(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Q[1-4]|Chinese|English|Mandarin|Cantonese|Spanish)\b)"
)
_FROM = re.compile(r"\b(?:from|of)\s+(?=[A-Z一-鿿])|\(\s*(?=[A-Z一-鿿])")
_HAN_PLACE_END = re.compile(rf"(?<=.)(?=(?<!会)见|(?<=[展交博洽览易贸]会)见|{HAN_MEET}|会面|和|与|跟|开会|谈)")


def read_places(text: str, lookup: Lookup, end: int) -> list[SentenceChip]:
    """The show, firm or place after "at" and "in", each with its preposition; `end` is where the first clause ends."""
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
    """The show or firm there, else the words as a place; "in Ningbo" is the town, no firm named after it."""
    start = match.end()
    zone = text[start : _zone_end(text, start)].rstrip()
    if match.group().startswith("在"):
        cut = _HAN_PLACE_END.search(zone)
        zone = zone[: cut.start()] if cut else zone
    for kind, find in ((ChipKind.show, lookup.shows), (ChipKind.organization, lookup.organizations)):
        name, hits = _longest_match(find, zone)
        if hits and not (is_town and len(hits) > 1):
            return _with_preposition(match.start(), chip_for(kind, name, start, hits))
    if not may_be_unknown or not zone or len(zone.split()) > 5:
        return None
    return SentenceChip(ChipKind.place, zone, zone, match.start(), start + len(zone))


def _with_preposition(start: int, chip: SentenceChip) -> SentenceChip:
    """The chip with the preposition before it."""
    return SentenceChip(chip.kind, chip.label, chip.value, start, chip.end, chip.sure, chip.choices, chip.zone)


def parse_organizations(text: str, lookup: Lookup, _end: int) -> list[SentenceChip]:
    """The known firms after "from", "of" and in brackets."""
    chips: list[SentenceChip] = []
    for match in _FROM.finditer(text):
        zone = text[match.end() : _zone_end(text, match.end())]
        name, hits = _longest_match(lookup.organizations, zone)
        if hits:
            closes = match.group().startswith("(") and text[match.end() + len(name) :].startswith(")")
            chip = _with_preposition(match.start(), chip_for(ChipKind.organization, name, match.end(), hits))
            chips.append(SentenceChip(**{**vars(chip), "end": chip.end + closes}))
    return chips


_FOR = re.compile(r"(?<!look)(?<!looking)\s*(?:\bfor\s+|[为替](?=[一-鿿A-Z]))(?:the\s+)?", re.IGNORECASE)
_WISHING = re.compile(
    r"\b(?:ask|asks|asked|look|looks|looking|wait|waits|waiting|search|searching|wants?|needs?)\s*$", re.IGNORECASE
)
_FIRMS = re.compile(r"(\d{1,2}|two|three|four|five)\s+(firms|clients|companies|smes)\b", re.IGNORECASE)


def read_clients(text: str, lookup: Lookup, end: int) -> list[SentenceChip]:
    """The clients after "for"; an unknown name asks, if it stands in the first clause."""
    chips: list[SentenceChip] = []
    for match in _FOR.finditer(text):
        start = match.end()
        organizations = _FIRMS.match(text, start)
        if organizations:
            count = int(organizations[1]) if organizations[1].isdigit() else _COUNTS[organizations[1].lower()]
            label = _("%(n)s clients", n=count)
            chips.append(
                SentenceChip(
                    ChipKind.client,
                    label,
                    HeadCount(count, organizations[2]),
                    match.start(),
                    organizations.end(),
                    sure=False,
                )
            )
            continue
        may_be_unknown = match.start() < end and not _WISHING.search(text, 0, match.start())
        stop = _zone_end(text, start)
        first = [
            _client_chip(part, position, lookup, may_be_unknown=may_be_unknown)
            for position, part in _parts(text, start, stop, _JOIN)
        ]
        clients = [chip for chip in first if chip]
        comma = _COMMA.match(text, stop) if clients else None
        while comma:
            start, stop = comma.end(), _zone_end(text, comma.end())
            more = [
                _client_chip(part, position, lookup, may_be_unknown=False)
                for position, part in _parts(text, start, stop, _JOIN)
            ]
            clients += [chip for chip in more if chip]
            comma = _COMMA.match(text, stop) if more and all(more) else None
        chips += [_with_preposition(match.start(), clients[0]), *clients[1:]] if clients else []
    return chips


def _client_chip(part: str, position: int, lookup: Lookup, *, may_be_unknown: bool) -> SentenceChip | None:
    name, hits = _longest_match(lookup.organizations, part)
    if hits:
        return chip_for(ChipKind.client, name, position, hits)
    name_match = _NAME_LIKE.match(part)
    return (
        chip_for(ChipKind.client, name_match.group(), position, ())
        if may_be_unknown and name_match and part[0].isascii()
        else None
    )
