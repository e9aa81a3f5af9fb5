"""Inquiries typed as a sentence: "Sam Ortega, Ortega Almonds, 951-555-0134, wants a distributor, call Thursday"."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NamedTuple

from .both_scripts import match_name_in_both_scripts
from .chips import ChipKind, Draft, NextStep
from .names import TITLE

_INQUIRY = r"(?i:(?:new\s+)?(?:inquiry|caller|walk-?in|contact)\b)"
_NAME = re.compile(
    rf"\s*(?:{_INQUIRY}\s*(?:from|by|:)?\s*)?(?P<name>[A-ZÀ-Þ][\w'’.-]+(?:\s+[A-ZÀ-Þ][\w'’.-]+){{1,3}})\b"
)
_CONTACT = re.compile(
    r"(?:(?:phone|tel|cell|email)\.?\s*:?\s*)?"
    r"(?P<contact>[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}|\+?\(?\d[\d()./ -]{5,18}\d)",
    re.IGNORECASE,
)
_MIN_PHONE_DIGITS = 7
_ORGANIZATION = re.compile(
    r"\s*(?:,|\bof\b|\bfrom\b|\bat\b|\()\s*(?P<name>[A-ZÀ-Þ][\w&'’.-]*(?:\s+(?:&\s+|of\s+|and\s+)?[A-ZÀ-Þ][\w&'’.-]*){0,5})"
)
_LEAD = re.compile(rf"^(?:{_INQUIRY}[\s:]*)?(?:(?:of|from|by|at|phone|tel|email)\b[\s:]*)?")
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


def _find_name(text: str) -> tuple[str, int]:
    """Return the name at the beginning of a text and where it ends; "" and 0 without one."""
    stripped = text.lstrip()
    both = match_name_in_both_scripts(stripped)
    if both:
        return f"{both.latin} {both.han}", len(text) - len(stripped) + both.end
    match = _NAME.match(text)
    return (match["name"], match.end()) if match else ("", 0)


def find_inquiry(draft: Draft) -> InquiryMention | None:
    """Return the inquiry of a sentence that begins with an unknown person and has a contact or a need.

    Someone known by the last words of this name is a different person: "Maria Okafor" isn't Tom Okafor.
    """
    name, end = _find_name(draft.text)
    start = end - len(name)
    person_chips = [chip for chip in draft.of(ChipKind.person) if chip.value is not None or chip.choices]
    if any(not start < chip.start < end or TITLE.match(name) for chip in person_chips):
        return None
    contacts = _find_contacts(draft.text)
    needs = draft.of(ChipKind.need)
    if not name or not (contacts or needs):
        return None
    organization = _find_organization(draft, end)
    step = next(iter(draft.of(ChipKind.next_step)), None)
    due = step.value.due if step and step.sure else None
    return InquiryMention(
        name=name,
        organization=organization,
        contact=", ".join(contacts),
        need=_find_need(
            draft, {name, organization, *contacts, *(name[: chip.start - start].strip() for chip in person_chips)}
        ),
        step=step.value if step else None,
        due_on=due.date() if isinstance(due, datetime) else due,
        minutes=draft.certain(ChipKind.contact),
    )


def _find_contacts(text: str) -> list[str]:
    """Return the first phone number and the first email address; amounts and dates have too few digits."""
    contacts = [match["contact"] for match in _CONTACT.finditer(text)]
    phones = [c for c in contacts if "@" not in c and sum(map(str.isdigit, c)) >= _MIN_PHONE_DIGITS]
    return phones[:1] + [c for c in contacts if "@" in c][:1]


def _find_organization(draft: Draft, name_end: int) -> str:
    """Return the organization after the name, else the one that the sentence names elsewhere."""
    match = _ORGANIZATION.match(draft.text, name_end)
    if match:
        return match["name"]
    return next((chip.label for chip in draft.of(ChipKind.organization)), "")


def _find_need(draft: Draft, used: set[str]) -> str:
    """Return the words about the need: the rest of the sentence without name, organization and contact."""
    rest = draft.notes
    for text in sorted(used, key=len, reverse=True):
        rest = rest.replace(text, "", 1) if text else rest
    parts = (_LEAD.sub("", part.strip(" ,;()")) for part in re.split(r"[,;\n]", rest))
    return _NEED_VERB.sub("", ", ".join(part for part in parts if part))
