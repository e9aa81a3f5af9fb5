"""Inquiries typed as a sentence: "Sam Ortega, Ortega Almonds, 951-555-0134, wants a distributor, call Thursday"."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NamedTuple

from .chips import ChipKind, Draft, Lookup, NextStep, SentenceChip
from .inquiry_names import InquirerName, find_inquirer, find_organization_after, with_capitals
from .names import TITLE
from .offsets import remaining_text

_CONTACT = re.compile(
    r"(?:(?:phone|tel|cell|email)\.?\s*:?\s*)?"
    r"(?P<contact>[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}|\+?\(?\d[\d()./ -]{5,18}\d)",
    re.IGNORECASE,
)
_MIN_PHONE_DIGITS = 7
_LEAD = re.compile(r"^(?:of|from|by|at|phone|tel|email)\b[\s:]*")
_BLANK = "\x00"
_HAN = re.compile(r"[一-鿿]")
_NEED_VERB = re.compile(
    r"^(?:(?:he|she|they)\s+)?(?:wants?|needs?|(?:is\s+|are\s+)?looking\s+for|asks?\s+for|asked\s+for|would\s+like)\s+",
    re.IGNORECASE,
)


class InquiryMention(NamedTuple):
    """What a sentence says about an inquiry; empty texts and None where it says nothing."""

    name: str
    organization: str
    contact: str
    need: str
    step: NextStep | None
    due_on: date | None
    minutes: int | None


def find_inquiry(draft: Draft, lookup: Lookup) -> InquiryMention | None:
    """Return the inquiry of a sentence that begins with an unknown person and has a contact or a need.

    Someone known by the last words of this name is a different person: "Maria Okafor" isn't Tom Okafor.
    """
    inquirer = find_inquirer(draft.text)
    if inquirer is None or _is_place_or_organization(inquirer.text, lookup):
        return None
    if _is_about_known_person(draft, inquirer, lookup):
        return None
    contacts = _find_contacts(draft.text)
    if not contacts and (inquirer.needs_contact or not draft.of(ChipKind.need)):
        return None
    organization = _find_organization(draft, inquirer)
    step = next(iter(draft.of(ChipKind.next_step)), None)
    due = step.value.due if step and step.sure else None
    return InquiryMention(
        name=with_capitals(inquirer.text),
        organization=with_capitals(organization),
        contact=", ".join(contacts),
        need=_find_need(draft, inquirer, {organization, *contacts}),
        step=step.value if step else None,
        due_on=due.date() if isinstance(due, datetime) else due,
        minutes=draft.certain(ChipKind.contact),
    )


def _list_known_people(draft: Draft) -> list[SentenceChip]:
    return [chip for chip in draft.of(ChipKind.person) if chip.value is not None or chip.choices]


def _is_about_known_person(draft: Draft, inquirer: InquirerName, lookup: Lookup) -> bool:
    """Whether the name, or another one of the sentence, may be that of someone known."""
    name, people = inquirer.text, _list_known_people(draft)
    if not all(inquirer.start <= chip.start < inquirer.end for chip in people) or (people and TITLE.match(name)):
        return True
    if _HAN.search(name) or any(chip.start == inquirer.start and chip.end < inquirer.end for chip in people):
        return bool(people or lookup.people(name))
    # "Maria Lopez" isn't Maria Lopez Garcia.
    return bool(lookup.full_names({name}))


def _is_place_or_organization(name: str, lookup: Lookup) -> bool:
    is_organization = any(match.label.casefold() == name.casefold() for match in lookup.organizations(name))
    return is_organization or lookup.is_city(name)


def _find_contacts(text: str) -> list[str]:
    """Return the first phone number and the first email address; amounts and dates have too few digits."""
    contacts = [match["contact"] for match in _CONTACT.finditer(text)]
    phones = [c for c in contacts if "@" not in c and sum(map(str.isdigit, c)) >= _MIN_PHONE_DIGITS]
    return phones[:1] + [c for c in contacts if "@" in c][:1]


def _find_organization(draft: Draft, inquirer: InquirerName) -> str:
    """Return the organization after the name, else the one that the sentence names elsewhere."""
    following = find_organization_after(draft.text, inquirer)
    return following or next((chip.label for chip in draft.of(ChipKind.organization)), "")


def _find_need(draft: Draft, inquirer: InquirerName, used: set[str]) -> str:
    """Return the words about the need: the rest of the sentence without name, organization and contact."""
    chips = (chip for chip in draft.chips if chip.kind is not ChipKind.need)
    remaining = draft.text
    for start, end in ((0, inquirer.end), *((chip.start, chip.end) for chip in chips)):
        remaining = remaining[:start] + _BLANK * (end - start) + remaining[end:]
    rest = remaining_text(draft.text, remaining, _BLANK)
    for text in sorted(used, key=len, reverse=True):
        rest = rest.replace(text, "", 1) if text else rest
    parts = (_LEAD.sub("", part.strip(" ,;()，；：:-–—")) for part in re.split(r"[,;，；\n]", rest))
    return _NEED_VERB.sub("", ", ".join(part for part in parts if part))
