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


def find_people_named(words: str, known: Lookup) -> Sequence[NameMatch]:
    """The people of this name, with or without the title in it (王总, Director Wang)."""
    return known.people(words) or known.people(_TITLE.sub("", words))


def _zone_end(text: str, start: int) -> int:
    stop = _STOP.search(text, start)
    return stop.start() if stop else len(text)


def _parts(text: str, start: int, end: int, join: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """The names of a list, each with its place."""
    at = start
    for found in [*join.finditer(text, start, end), None]:
        stop = found.start() if found else end
        part = text[at:stop]
        if part.strip():
            yield at + len(part) - len(part.lstrip()), part.strip()
        at = found.end() if found else stop


def _prefixes(text: str) -> Iterator[str]:
    """The first words of the text, then ever fewer of them: no name has more than six."""
    ends = [found.end() for found in islice(re.finditer(r"\S+", text), 6)]
    return (text[:end] for end in reversed(ends))


def _longest_known(find: Find, text: str) -> tuple[str, Sequence[NameMatch]]:
    return next(((words, hits) for words in _prefixes(text) if (hits := find(words))), ("", ()))


def read_people(text: str, start: int, known: Lookup, *, introduces: bool = False) -> list[SentenceChip]:
    """The people named from `start` on, up to a word that ends the list; a comma goes on if a known name follows."""
    han = _han_name(text, start, known)
    if han:
        goes_on = _JOIN.match(text, han.end) or _COMMA.match(text, han.end)
        others = read_people(text, goes_on.end(), known) if goes_on else []
        return [han, *(chip for chip in others if chip.value is not None or chip.choices)]
    end = _zone_end(text, start)
    join = _JOIN_OR_TO if introduces else _JOIN
    chips = [chip for at, part in _parts(text, start, end, join) for chip in _person(part, at, known)]
    comma = _COMMA.match(text, end)
    while chips and comma and comma.end() < len(text):
        start, end = comma.end(), _zone_end(text, comma.end())
        more = [_person(part, at, known) for at, part in _parts(text, start, end, join)]
        if not more or not all(each and each[0].value is not None for each in more):
            break
        chips += [chip for each in more for chip in each]
        comma = _COMMA.match(text, end)
    return chips


def _han_name(text: str, start: int, known: Lookup) -> SentenceChip | None:
    """A known Chinese name right here, the longest; it may hold characters that join or end lists (李为民, 李和平)."""
    run = re.compile(r"\s*([一-鿿·]{2,4})").match(text, start)
    names = [run[1][:length] for length in range(len(run[1]), 1, -1)] if run else []
    found = next(((name, hits) for name in names if (hits := known.people(name))), None)
    return chip_for(ChipKind.person, found[0], run.start(1), found[1]) if run and found else None


def _person(part: str, at: int, known: Lookup) -> list[SentenceChip]:
    """The person a part names, and the firm that may follow the name ("Li Hui Huayue")."""
    crowd = _CROWD.match(part)
    if crowd:
        count = int(crowd[1]) if crowd[1].isdigit() else _COUNTS[crowd[1]]
        return [SentenceChip(ChipKind.person, part, HeadCount(count, crowd[2].strip()), at, at + len(part))]
    name, hits = _longest_known(lambda words: find_people_named(words, known), part)
    rest = part[len(name) :].strip()
    organization, organizations = _longest_known(known.organizations, rest) if hits else ("", ())
    if hits and (organizations or not _is_longer(name, rest)):
        place = at + len(part) - len(rest)
        more = [chip_for(ChipKind.organization, organization, place, organizations)] if organizations else []
        return [chip_for(ChipKind.person, name, at, hits), *more]
    organization, organizations = _longest_known(known.organizations, part)
    if organizations:
        return [chip_for(ChipKind.organization, organization, at, organizations)]
    like = _NAME_LIKE.match(part)
    new = like.group() if like else part if len(part.split()) <= 2 and not _NO_NAME.match(part) else ""
    rest = part[len(new) :].strip()
    more = _person(rest, at + len(part) - len(rest), known) if rest and known.people(rest) else []
    return [chip_for(ChipKind.person, new, at, ()), *more] if new else []


def _is_longer(name: str, rest: str) -> bool:
    """Whether the name written is longer than the one word of it that is known: "Li Hua" is none of those named Li."""
    goes_on = _NAME_GOES_ON.match(rest) and not DATE_PATTERN.match(rest)
    return " " not in _TITLE.sub("", name) and bool(goes_on)


def scan_people(text: str, start: int, end: int, known: Lookup) -> list[SentenceChip]:
    """Known people named anywhere in a stretch, for sentences that do not begin with what was done."""
    chips: list[SentenceChip] = []
    for found in _NAME_LIKE.finditer(text, start, end):
        for word in re.finditer(r"\S+", found.group()):
            at = found.start() + word.start()
            name, hits = _longest_known(known.people, text[at : found.end()])
            if hits and (not chips or chips[-1].end <= at):
                chips.append(_scanned(name, hits, text[at : found.end()], at, known))
    return chips


def _scanned(name: str, hits: Sequence[NameMatch], run: str, at: int, known: Lookup) -> SentenceChip:
    """The person of a known name at the begin of a run of names; somebody new when theirs goes on."""
    rest = run[len(name) :].lstrip()
    if _is_longer(name, rest) and not _longest_known(known.organizations, rest)[1]:
        return chip_for(ChipKind.person, run[: len(run) - len(rest)] + rest.split()[0], at, ())
    return chip_for(ChipKind.person, name, at, hits)


_AT = re.compile(r"(?:\bat\s+|@\s*|在)(?:the\s+)?(?![\d$€¥£])", re.IGNORECASE)
_IN = re.compile(
    r"\bin\s+(?=[A-Z一-鿿])(?!(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Q[1-4]|Chinese|English|Mandarin|Cantonese|Spanish)\b)"
)
_FROM = re.compile(r"\b(?:from|of)\s+(?=[A-Z一-鿿])|\(\s*(?=[A-Z一-鿿])")
_HAN_PLACE_END = re.compile(rf"(?<=.)(?=(?<!会)见|(?<=[展交博洽览易贸]会)见|{HAN_MEET}|会面|和|与|跟|开会|谈)")


def read_places(text: str, known: Lookup, end: int) -> list[SentenceChip]:
    """The show, firm or place after "at" and "in", each with its preposition; `end` is where the first clause ends."""
    chips = [chip for found in _AT.finditer(text) if (chip := _place(text, found, known, unknown=found.start() < end))]
    towns = (found for found in _IN.finditer(text, 0, end))
    return chips + [chip for found in towns if (chip := _place(text, found, known, unknown=True, town=True))]


def _place(text: str, found: re.Match[str], known: Lookup, *, unknown: bool, town: bool = False) -> SentenceChip | None:
    """The show or firm there, else the words as a place; "in Ningbo" is the town, no firm named after it."""
    start = found.end()
    zone = text[start : _zone_end(text, start)].rstrip()
    if found.group().startswith("在"):
        cut = _HAN_PLACE_END.search(zone)
        zone = zone[: cut.start()] if cut else zone
    for kind, find in ((ChipKind.show, known.shows), (ChipKind.organization, known.organizations)):
        name, hits = _longest_known(find, zone)
        if hits and not (town and len(hits) > 1):
            return _from(found.start(), chip_for(kind, name, start, hits))
    if not unknown or not zone or len(zone.split()) > 5:
        return None
    return SentenceChip(ChipKind.place, zone, zone, found.start(), start + len(zone))


def _from(start: int, chip: SentenceChip) -> SentenceChip:
    """The chip with the preposition before it."""
    return SentenceChip(chip.kind, chip.label, chip.value, start, chip.end, chip.sure, chip.choices, chip.zone)


def parse_organizations(text: str, known: Lookup, _end: int) -> list[SentenceChip]:
    """The known firms after "from", "of" and in brackets."""
    chips: list[SentenceChip] = []
    for found in _FROM.finditer(text):
        zone = text[found.end() : _zone_end(text, found.end())]
        name, hits = _longest_known(known.organizations, zone)
        if hits:
            closes = found.group().startswith("(") and text[found.end() + len(name) :].startswith(")")
            chip = _from(found.start(), chip_for(ChipKind.organization, name, found.end(), hits))
            chips.append(SentenceChip(**{**vars(chip), "end": chip.end + closes}))
    return chips


_FOR = re.compile(r"(?<!look)(?<!looking)\s*(?:\bfor\s+|[为替](?=[一-鿿A-Z]))(?:the\s+)?", re.IGNORECASE)
_WISHING = re.compile(
    r"\b(?:ask|asks|asked|look|looks|looking|wait|waits|waiting|search|searching|wants?|needs?)\s*$", re.IGNORECASE
)
_FIRMS = re.compile(r"(\d{1,2}|two|three|four|five)\s+(firms|clients|companies|smes)\b", re.IGNORECASE)


def read_clients(text: str, known: Lookup, end: int) -> list[SentenceChip]:
    """The clients after "for"; an unknown name asks, if it stands in the first clause."""
    chips: list[SentenceChip] = []
    for found in _FOR.finditer(text):
        start = found.end()
        organizations = _FIRMS.match(text, start)
        if organizations:
            count = int(organizations[1]) if organizations[1].isdigit() else _COUNTS[organizations[1].lower()]
            label = _("%(n)s clients", n=count)
            chips.append(
                SentenceChip(
                    ChipKind.client,
                    label,
                    HeadCount(count, organizations[2]),
                    found.start(),
                    organizations.end(),
                    sure=False,
                )
            )
            continue
        asks = found.start() < end and not _WISHING.search(text, 0, found.start())
        stop = _zone_end(text, start)
        named = [_client(part, at, known, asks=asks) for at, part in _parts(text, start, stop, _JOIN)]
        taken = [chip for chip in named if chip]
        comma = _COMMA.match(text, stop) if taken else None
        while comma:
            start, stop = comma.end(), _zone_end(text, comma.end())
            more = [_client(part, at, known, asks=False) for at, part in _parts(text, start, stop, _JOIN)]
            taken += [chip for chip in more if chip]
            comma = _COMMA.match(text, stop) if more and all(more) else None
        chips += [_from(found.start(), taken[0]), *taken[1:]] if taken else []
    return chips


def _client(part: str, at: int, known: Lookup, *, asks: bool) -> SentenceChip | None:
    name, hits = _longest_known(known.organizations, part)
    if hits:
        return chip_for(ChipKind.client, name, at, hits)
    like = _NAME_LIKE.match(part)
    return chip_for(ChipKind.client, like.group(), at, ()) if asks and like and part[0].isascii() else None
