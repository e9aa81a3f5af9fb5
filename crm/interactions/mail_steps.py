"""Dates promised and requested in an email: "we will send it by Dec 18", "please confirm by Friday", 请周五前报价."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from crm.core.deadline import check_time
from crm.followups.enums import Side

from .sentence.next_steps import find_steps

MAX_SENTENCES, MAX_SENTENCE_CHARS, MAX_STEPS = 200, 300, 5
_SENTENCE_END = re.compile(r"(?<=[!?。！？；;])\s*|(?<=[a-z0-9)]\.)\s+|\n\s*\n|\n(?=\s*[-*•\d])")
_REQUEST = re.compile(
    r"(?:^|[,;]\s*|\b(?:and|so|then)\s+)(?:(?:could|can|would|will)\s+you(?:\s+(?:please|kindly))?|please|pls|kindly"
    r"|you(?:['’]ll|\s+(?:will|promised\s+to|agreed\s+to|need\s+to|should|must))"
    r"|(?:we|I)\s+(?:would\s+|['’]d\s+)?(?:need|want|ask|like)\s+you\s+to)\s+",
    re.IGNORECASE,
)
_HAN_REQUEST = re.compile(r"请|請|麻烦|麻煩|烦请|贵[方司]|貴[方司]|[您你]")
_OTHERS = re.compile(r"\b(?:he|she|they|[A-Z][a-z]+)\s+(?:will|promised|agreed|has|is|can|must|owes?)\b")
_FIRST_PERSON = re.compile(r"\b(?:I|we|us|our|my|me|you|your)\b|['’](?:ll|ve)\b|我", re.IGNORECASE)


class MailStep(NamedTuple):
    """A follow-up that an email promises or requests."""

    title: str
    due_on: date
    side: Side


def find_mail_steps(body: str, *, sent_on: date, today: date, is_received: bool) -> list[MailStep]:
    """Return what is promised or requested by a date that isn't over; dates count from the day the email was sent."""
    steps: dict[tuple[str, date], MailStep] = {}
    for sentence in _SENTENCE_END.split(body)[:MAX_SENTENCES]:
        check_time()
        text = re.sub(r"\s+", " ", sentence).strip()[:MAX_SENTENCE_CHARS]
        for step in _read_sentence(text, sent_on, is_received=is_received):
            if step.due_on >= today:
                steps.setdefault((step.title.casefold(), step.due_on), step)
    return list(steps.values())[:MAX_STEPS]


def _read_sentence(text: str, sent_on: date, *, is_received: bool) -> list[MailStep]:
    request = _REQUEST.search(text)
    is_request = bool(request or _HAN_REQUEST.search(text))
    words = text[request.end() :] if request else text
    # After other words a verb begins a step, as in the second clause of a report.
    mentions = [each for each in find_steps(f"- , {words}", sent_on) if each.date_mention]
    return [
        MailStep(m.title, m.date_mention.day, _side(text, m.side, is_request=is_request, is_received=is_received))
        for m in mentions
        if m.date_mention
    ]


def _side(text: str, side: Side, *, is_request: bool, is_received: bool) -> Side:
    """Return who owes it: the reader of a request, else the writer; other people named owe it themselves."""
    if is_request:
        return Side.we if is_received else Side.they
    if not is_received or (side is Side.they and _OTHERS.search(text) and not _FIRST_PERSON.search(text)):
        return side
    return Side.they if side is Side.we else Side.we
