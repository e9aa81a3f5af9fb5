"""Words that are about an interaction only before the name of someone: "LM Tom Okafor", "sent Li the quote"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crm.interactions.policy import InteractionOutcome, InteractionType

from .chips import ChipKind, Lookup, SentenceChip
from .kinds import KindMention, find_main_kind, is_before_paper
from .name_lists import find_organization, goes_on, list_end, longest_match
from .names import find_people_named

_BEGIN = r"^\s*(?:(?:i|we|just|also|have)\s+)*"
_LEFT_MESSAGE = re.compile(r"\s*LM\s+(?=[A-ZÀ-Þ一-鿿])")
_SENT = re.compile(rf"{_BEGIN}sent\s+(?=[A-ZÀ-Þ一-鿿])", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"\s+(?:the|an?|our|my|his|her|their|some|more|new|updated|revised)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:quot(?:e|ation)|price\s*list|list|catalog(?:ue)?|brochure|deck|presentation|proposal|contract|agreement|nda|mou"
    r"|invoice|agenda|notes|minutes|summary|report|specs?|drawings?|documents?|link|details|info)s?\b"
    r"(?!.*\b(?:by|via)\s+(?!e-?mail))",
    re.IGNORECASE,
)
_TEXTED = re.compile(
    rf"{_BEGIN}(?:texted(?!\s+(?:(?:with|w/|w|to|from|by)\s|(?:me|us|back)\b))|(?:text|sms|whatsapp)\s+to\s(?-i:[A-ZÀ-Þ一-鿿]))",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"\b(?:(?<!for )(?<!for a )(?<!awaiting )reply|replied|confirmed|said|s?he|back)\b", re.IGNORECASE)


def find_message_left(text: str, lookup: Lookup) -> tuple[int, int, InteractionOutcome] | None:
    """Return "LM" at the beginning if a known person follows; LM Wind Power is an organization."""
    match = _LEFT_MESSAGE.match(text)
    if match is None or not _end_of_person(text, match.end(), lookup):
        return None
    is_organization = find_organization(lookup, text[match.start() :].lstrip())[1]
    return None if is_organization else (match.start(), match.end(), InteractionOutcome.message_left)


def find_main_or_sent(text: str, first_end: int, lookup: Lookup) -> tuple[int, int, KindMention] | None:
    """Return the word for a type of interaction; "sent" only without one, but for that of a paper."""
    result = find_main_kind(text, first_end)
    if result and not is_before_paper(text, result[1]):
        return result
    return _find_sent(text, lookup) or result


def _find_sent(text: str, lookup: Lookup) -> tuple[int, int, KindMention] | None:
    """Return "sent" at the beginning if a known person and a document follow, as an email to confirm."""
    match = _SENT.match(text)
    end = _end_of_person(text, match.end(), lookup) if match else 0
    if match is None or not end or not _DOCUMENT.match(text, end):
        return None
    return match.start(), match.end(), KindMention(InteractionType.email, sure=False, past=True)


def find_texted_chips(text: str, remaining: str, chips: Sequence[SentenceChip]) -> list[SentenceChip]:
    """Return the chip that a text message was one-way, unless minutes, an answer or another outcome are given."""
    has_outcome = any(chip.kind in (ChipKind.reached, ChipKind.contact) for chip in chips)
    match = _TEXTED.match(text)
    if match is None or has_outcome or _ANSWER.search(remaining):
        return []
    one_way = InteractionOutcome.one_way
    return [SentenceChip(ChipKind.reached, str(one_way), one_way, 0, 0)]


def _end_of_person(text: str, start: int, lookup: Lookup) -> int:
    """Return where the known person at `start` ends; 0 without one, and within a longer name."""
    words = text[start : list_end(text, start)]
    name, hits = longest_match(lambda part: find_people_named(part, lookup), words)
    return start + len(name) if hits and not goes_on(words[len(name) :].lstrip()) else 0
