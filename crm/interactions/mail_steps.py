"""Dates promised and requested in an email: "we will send it by Dec 18", "please confirm by Friday", 请周五前报价."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from crm.core.deadline import check_time
from crm.followups.enums import FollowUpSide

from .sentence.next_steps import find_steps
from .sentence.offsets import read_as

MAX_SENTENCES, MAX_SENTENCE_CHARS, MAX_STEPS = 200, 300, 5
# A Chinese clause about what the writer does follows a comma: 请11日前报价，我们16日前寄样品.
_SENTENCE_END = re.compile(
    r"(?<=[!?。！？；;])\s*|(?<=[a-z0-9)]\.)\s+|\n\s*\n|\n(?=\s*[-*•\d])"
    r"|[，,](?=我[们們方司](?![^，,。]{0,14}[需要等想希]))"
)
_REQUEST = re.compile(
    r"(?:^|[,;]\s*|\b(?:and|so|then)\s+)(?:(?:could|can|would|will)\s+you(?:\s+(?:please|kindly))?|please|pls|kindly"
    r"|you(?:['’]ll|\s+(?:will|promised\s+to|agreed\s+to|need\s+to|should|must))"
    r"|(?:we|I)\s+(?:would\s+|['’]d\s+)?(?:need|want|ask|like)\s+you\s+to)\s+",
    re.IGNORECASE,
)
_HAN_REQUEST = re.compile(r"请|麻烦|[能可]否|能不能|可不可以|(?<![给复知系向为寄发])(?:贵[方司]|[您你])")
_TO_US = re.compile(r"(?:给|回[复覆]|答复|通知|告知|联系)我[们方司]")
_HAN_OTHERS = re.compile(r"他们|对方|客户|厂家|工厂|供应商")
# The date of a deadline that follows its request: 请尽快报价，最晚下周五.
_LATEST = re.compile(r"[，,、]?\s?(?:最晚|最迟|不晚于|不迟于)[在于]?|[，,](?=[^，,。]{2,14}前[。！!]?$)")
_OTHERS = re.compile(r"\b(?:he|she|they|[A-Z][a-z]+)\s+(?:will|promised|agreed|has|is|can|must|owes?)\b")
_FIRST_PERSON = re.compile(r"\b(?:I|we|us|our|my|me|you|your)\b|['’](?:ll|ve)\b|我", re.IGNORECASE)


class MailStep(NamedTuple):
    """A follow-up that an email promises or requests."""

    title: str
    due_on: date
    side: FollowUpSide


def find_mail_steps(body: str, *, sent_on: date, today: date, is_received: bool) -> list[MailStep]:
    """Return what is promised or requested by a date that isn't over; dates count from the day the email was sent."""
    steps: dict[tuple[str, date], MailStep] = {}
    for sentence in _SENTENCE_END.split(body)[:MAX_SENTENCES]:
        check_time()
        text = re.sub(r"\s+", " ", sentence).strip()[:MAX_SENTENCE_CHARS]
        # Of the same length, so that titles can be written as in the email.
        simplified = _LATEST.sub(lambda match: " " * len(match[0]), read_as(text))
        for step in _read_sentence(simplified, sent_on, is_received=is_received):
            if step.due_on >= today:
                title = _as_written(step.title, text, simplified)
                steps.setdefault((title.casefold(), step.due_on), step._replace(title=title))
    return list(steps.values())[:MAX_STEPS]


def _as_written(title: str, text: str, simplified: str) -> str:
    """Return a title with the characters of the email; one that isn't a part of it in one piece stays simplified."""
    # The first letter may have been capitalized.
    start = simplified.find(title[1:], 1) - 1
    if start < 0 or len(title) < 2:
        return title
    first = title[0] if title[0].isascii() else text[start]
    return first + text[start + 1 : start + len(title)]


def _read_sentence(text: str, sent_on: date, *, is_received: bool) -> list[MailStep]:
    request = _REQUEST.search(text)
    is_to_us = _TO_US.search(text) and not _HAN_OTHERS.search(text)
    is_request = bool(request or _HAN_REQUEST.search(text) or is_to_us)
    words = text[request.end() :] if request else text
    # After other words a verb begins a step, as in the second clause of a report.
    mentions = [each for each in find_steps(f"- , {words}", sent_on) if each.date_mention]
    return [
        MailStep(m.title, m.date_mention.day, _side(text, m.side, is_request=is_request, is_received=is_received))
        for m in mentions
        if m.date_mention
    ]


def _side(text: str, side: FollowUpSide, *, is_request: bool, is_received: bool) -> FollowUpSide:
    """Return who owes it: the reader of a request, else the writer; other people named owe it themselves."""
    if is_request:
        return FollowUpSide.we if is_received else FollowUpSide.they
    if not is_received or (side is FollowUpSide.they and _OTHERS.search(text) and not _FIRST_PERSON.search(text)):
        return side
    return FollowUpSide.they if side is FollowUpSide.we else FollowUpSide.we
