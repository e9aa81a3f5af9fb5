"""People in a sentence, with the records their names may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .both_scripts import NameInBothScripts, match_name_in_both_scripts
from .chips import ChipChoice, ChipKind, HeadCount, Lookup, NameMatch, SentenceChip
from .han_families import FREQUENT_FAMILIES
from .han_names import read_organization_and_people, scan_han_names
from .name_lists import (
    COMMA,
    COUNTS,
    JOIN,
    NAME_LIKE,
    chip_for,
    find_organization,
    goes_on,
    list_end,
    longest_match,
    split_names,
)
from .step_mentions import clauses
from .typed_names import COMMON_WORDS

_JOIN_OR_TO = re.compile(JOIN.pattern + r"|\s+to\s+", re.IGNORECASE)
# Only words for people: "3 samples passed" is news.
_PEOPLE = (
    r"(?:[a-z-]+ ){0,2}(?:people|persons?|engineers?|managers?|directors?|colleagues?|buyers?|officials?|students?"
    r"|interns?|guests?|visitors?|staff|delegates?|executives?|technicians?|designers?|experts?|officers?|researchers?"
    r"|operators?|interpreters?|lawyers?|owners?|partners?|salespeople|investors?|reps|representatives?|others?|men"
    r"|women|assistants?)"
    r"|[个位名]?(?:[一-鿿]{0,4})(?:人|师|经理|同事|老板|代表|学生|客人|员工|员|专家|翻译|采购|师傅|主任|助理)"
)
_GROUP = re.compile(rf"(\d{{1,3}}|two|three|four|five|[一两二三四五](?=[个位名]))\s*(?:of\s+their\s+)?({_PEOPLE})\s*$")
TITLE = re.compile(
    r"^(?:Mr|Ms|Mrs|Dr|Prof|Miss|Director|Manager|President|Chairman|Engineer|Consul|Mayor)\b\.?\s+"
    r"|\s*(?:先生|女士|总经理|经理|主任|总|博士|工程师|工|老师|处长|局长)$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:the|a|an|my|our|their|his|her|him|them|us|me|it|this|that|no|some|new|all|everyone|back"
    r"|notes|minutes|discuss|review|agree|plan|prepare|check|sign|finali[sz]e|arrange|go|see)\b|[\W\d]+$",
    re.IGNORECASE,
)
_NO_HAN_NAME = re.compile(r"[聊谈说讲问发寄]了|沟通|讨论|商量|项目|样品|合同|报价|价格")
_HAN_WITH = re.compile(
    r"(?:(?:和|与|跟|给|及|陪同?|约了?|见[了到]|[收接]到了?|[问找]了?|联系了?)(?P<name>[一-鿿]{2,8}?)"
    r"(?=的?(?:邮件|来信|消息|短信)|见|会|的?微信|的\x00|视[频讯]|通|打|电话|开会|在|吃|谈|发|[寄送]|来[信电]|的|[和与跟及、\s,，。；;\x00]|$)"
    r"|(?<![一-鿿])(?P<says>[一-鿿]{2,4}?)"
    r"(?=来[电访信]|打来|打电话|回复|发来|寄来|没来|没接|问|说|告诉|反馈|答应|同意|确认|表示|要求|想要|需要|\x00))"
)
_NEW = re.compile(r"(?:an? )?new (?:(?:contact|person|guy|client|buyer|rep) )?")
"""What may be before the name of someone new, in lower case: the New Hope Group 新希望 is a company."""
_POSSESSIVE = re.compile(r"['’]s\b")
_HAN_TITLED = re.compile(rf"[{FREQUENT_FAMILIES}](?:总|总经理|总监|经理|主任|局长|处长|先生|女士)")
"""Someone who may be new: 接到程总的电话."""
_HAN_TOPIC = re.compile(
    r"(?:[聊谈讲说]|讨论|沟通|商量|交流|介绍|确认|了解)[了过]?(?![完好妥到后])[^，,。；;！？!?]{2,}$"
)
_HAN_FULL_NAME = re.compile(rf"[{FREQUENT_FAMILIES}][一-鿿]{{1,2}}")
_FULL_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+){1,2}")


def find_people_named(name: str, lookup: Lookup) -> Sequence[NameMatch]:
    """Return people of this name, with or without a title (王总, Director Wang)."""
    return lookup.people(name) or lookup.people(TITLE.sub("", name))


def find_han_people(text: str, start: int, end: int, lookup: Lookup) -> Iterator[tuple[int, SentenceChip]]:
    """Yield the people in Chinese phrases such as 和周立民见面 or 周立民来电, each with the start of the phrase."""
    for match in _HAN_WITH.finditer(text, start, end):
        group = match.lastgroup or "name"
        hits = find_people_named(match[group], lookup)
        if hits or _HAN_TITLED.fullmatch(match[group]):
            yield match.start(), chip_for(ChipKind.person, match[group], match.start(group), hits)


def read_people(text: str, start: int, lookup: Lookup, *, introduces: bool = False) -> list[SentenceChip]:
    """Return the people named from `start` up to a word that ends the list; after a comma only known names."""
    han = None if match_name_in_both_scripts(text[start:].lstrip()) else _find_han_name(text, start, lookup)
    if han:
        conjunction = JOIN.match(text, han.end) or COMMA.match(text, han.end)
        following = read_people(text, conjunction.end(), lookup) if conjunction else []
        return [han, *(chip for chip in following if chip.value is not None or chip.choices)]
    end = list_end(text, start)
    join = _JOIN_OR_TO if introduces else JOIN
    chips = [
        chip for position, part in split_names(text, start, end, join) for chip in _person_chips(part, position, lookup)
    ]
    comma = COMMA.match(text, end)
    while chips and comma and comma.end() < len(text):
        start, end = comma.end(), list_end(text, comma.end())
        more = [_person_chips(part, position, lookup) for position, part in split_names(text, start, end, join)]
        if not more or not all(each and each[0].value is not None for each in more):
            break
        chips += [chip for each in more for chip in each]
        comma = COMMA.match(text, end)
    return chips


def read_joined_people(text: str, conjunction: re.Match[str], lookup: Lookup) -> list[SentenceChip]:
    """Return the people after "with" or 和; only known ones if 和 joins what was talked about: 谈了报价和交期."""
    people = read_people(text, conjunction.end(), lookup)
    is_topic = conjunction.group()[0] in "和与跟" and _HAN_TOPIC.search(text, 0, conjunction.start())
    return [chip for chip in people if chip.value is not None or chip.choices] if is_topic else people


def _find_han_name(text: str, start: int, lookup: Lookup) -> SentenceChip | None:
    """Return the known Chinese name at `start`, or after a word that joins it to the kind (微信和周立民聊了)."""
    conjunction = JOIN.match(text, start)
    name = _han_name(text, start, lookup)
    return name or (_han_name(text, conjunction.end(), lookup) if conjunction else None)


def _han_name(text: str, start: int, lookup: Lookup) -> SentenceChip | None:
    """Return the longest known Chinese name at `start`; it may contain characters that join lists (李为民, 李和平)."""
    run = re.compile(r"\s*([一-鿿·]{2,4})").match(text, start)
    names = [run[1][:length] for length in range(len(run[1]), 1, -1)] if run else []
    match = next(((name, hits) for name in names if (hits := lookup.people(name))), None)
    return chip_for(ChipKind.person, match[0], run.start(1), match[1]) if run and match else None


def _is_unlikely(chip: SentenceChip) -> bool:
    """Whether a chip names nobody known and doesn't look like a name: "instead" in "emailed instead", 宁波港务."""
    is_known = chip.value is not None or chip.choices
    return not is_known and not chip.label[:1].isupper() and not _HAN_FULL_NAME.fullmatch(chip.label)


def _person_chips(part: str, position: int, lookup: Lookup) -> list[SentenceChip]:
    """Return the person named by a part, and the organization that may follow ("Li Hui Huayue")."""
    group = _GROUP.match(part)
    if group:
        count = int(group[1]) if group[1].isdigit() else COUNTS[group[1]]
        return [
            SentenceChip(
                ChipKind.person,
                part,
                HeadCount(count, group[2].strip().lstrip("个位名")),
                position,
                position + len(part),
            )
        ]
    name_start = new.end() if (new := _NEW.match(part)) else 0
    both = match_name_in_both_scripts(part[name_start:])
    if both:
        return [replace(_chip_in_both_scripts(part[name_start:], both, position + name_start, lookup), start=position)]
    name, hits = longest_match(lambda words: find_people_named(words, lookup), part)
    rest = part[len(name) :].strip()
    organization, organizations = find_organization(lookup, rest) if hits else ("", ())
    if hits and (organizations or not _is_longer(name, rest)):
        place = position + len(part) - len(rest)
        more = [chip_for(ChipKind.organization, organization, place, organizations)] if organizations else []
        return [chip_for(ChipKind.person, name, position, hits), *more]
    organization, organizations = find_organization(lookup, part)
    if organizations:
        return [chip_for(ChipKind.organization, organization, position, organizations)]
    organization_and_people = read_organization_and_people(part, position, lookup)
    if organization_and_people or _NO_HAN_NAME.match(part):
        return organization_and_people
    new_name = _find_new_name(part)
    rest = part[len(new_name) :].strip()
    more = _person_chips(rest, position + len(part) - len(rest), lookup) if rest and lookup.people(rest) else []
    return [chip_for(ChipKind.person, new_name, position, ()), *more] if new_name else []


def _find_new_name(part: str) -> str:
    """Return the name of a person who isn't a record yet: what looks like a name, or one or two words.

    "Li's team" isn't one.
    """
    if _POSSESSIVE.search(part):
        return ""
    match = NAME_LIKE.match(part)
    if match:
        return match.group()
    return part if len(part.split()) <= 2 and not _NO_NAME.match(part) else ""


def _chip_in_both_scripts(part: str, name: NameInBothScripts, position: int, lookup: Lookup) -> SentenceChip:
    """Return the person with both spellings or with the characters; people with only the Latin one are choices."""
    by_latin, by_han = lookup.people(name.latin), lookup.people(name.han)
    hits = [person for person in by_han if person in by_latin] or by_han
    chip = chip_for(ChipKind.person, part[: name.end], position, hits)
    choices = tuple(ChipChoice(hit.id, hit.label) for hit in by_latin)
    return chip if hits else replace(chip, label=f"{name.latin} {name.han}", choices=choices)


def find_caller(text: str, start: int, kind_start: int, lookup: Lookup) -> list[SentenceChip]:
    """Return the person named before the verb: a known one ("zhou called"), or a new full name ("Bob Smith called")."""
    part = text[start:kind_start].strip()
    position = text.find(part, start)
    hits = lookup.people(part) if part and part.lower() not in COMMON_WORDS else ()
    if hits:
        return [chip_for(ChipKind.person, part, position, hits)]
    both = match_name_in_both_scripts(part)
    if both is None and not _FULL_NAME.fullmatch(part):
        return []
    label = f"{both.latin} {both.han}" if both else part
    return [replace(chip_for(ChipKind.person, part, position, ()), label=label)]


def _is_longer(name: str, rest: str) -> bool:
    """Whether the typed name is longer than its known first word: "Li Hua" does not match people named Li."""
    return " " not in TITLE.sub("", name) and goes_on(rest)


def scan_people(text: str, start: int, end: int, lookup: Lookup) -> list[SentenceChip]:
    """Return known people named anywhere in a range, for sentences that do not begin with a verb."""
    chips: list[SentenceChip] = []
    for match in NAME_LIKE.finditer(text, start, end):
        for word in re.finditer(r"(?!['’]s\b)\S+", match.group()):
            position, run = match.start() + word.start(), _POSSESSIVE.split(match.group()[word.start() :])[0]
            name, hits = longest_match(lookup.people, run)
            if hits and all(chip.end <= position and chip.value != hits[0].id for chip in chips):
                chips.append(_make_name_chip(name, hits, run, position, lookup))
    return chips or scan_han_names(text, start, end, lookup)


def _scan_full_names(text: str, lookup: Lookup) -> list[SentenceChip]:
    """Return the known people of the first clause that is nothing but a full name: "meeting moved, Tom Okafor"."""
    bounds = (each for each in clauses(text) if _FULL_NAME.fullmatch(text[slice(*each)].strip()))
    return next((chips for each in bounds if (chips := scan_people(text, *each, lookup))), [])


def replace_unlikely_names(
    chips: list[SentenceChip], text: str, start: int, end: int, lookup: Lookup
) -> list[SentenceChip]:
    """Return the known people of a clause if the chips name nobody, else the chips.

    After a new name in lower case others are only mentioned: "called joe ramirez about Tom Okafor".
    """
    if not all(map(_is_unlikely, chips)):
        return chips
    stop = min(end, max((chip.end for chip in chips if chip.label.isascii()), default=end))
    return scan_people(text, start, stop, lookup) or _scan_full_names(text, lookup) or chips


def _make_name_chip(name: str, hits: Sequence[NameMatch], run: str, position: int, lookup: Lookup) -> SentenceChip:
    """Return the chip of a known name at the start of several words; a new person if the name is longer."""
    rest = run[len(name) :].lstrip()
    if _is_longer(name, rest) and not find_organization(lookup, rest)[1]:
        return chip_for(ChipKind.person, run[: len(run) - len(rest)] + rest.split()[0], position, ())
    return chip_for(ChipKind.person, name, position, hits)
