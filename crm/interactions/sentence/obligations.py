"""Who owes what in English: "they promised drawings by Dec 4", "asked him to confirm", "they expect our quote"."""

from __future__ import annotations

import re
from collections.abc import Callable

from crm.followups.enums import FollowUpSide

from .date_mentions import DateMention
from .step_mentions import StepMention, build_step, capitalize, has_deadline

# These verbs begin a step even without a date; the others need one ("sample ok" is news, "sample by Friday" a step).
SURE_VERBS = (
    r"call(?: back)?|phone|e-?mail|send|follow[- ]?up|ask|arrange|book|schedule|remind|chase|draft|prepare|translate"
    r"|f/u|(?-i:fu)|introduce|check|confirm|invite|get back|set up|try again|retry"
)
DATED_VERBS = (
    r"mail|write|visit|meet|quote|price|sample|ping|text|wechat|reply|answer|report|discuss|talk|see|find|submit|order"
    r"|ship|bring|forward|provide|give|offer|return|update|deliver|review|share|get|back|sign|pay|decide|test|try|revert"
)
NAME = r"(?-i:(?:(?:Mr|Mrs|Ms|Dr|Director|Manager)\.?\s+)?[A-Z][\w-]+(?:\s+[A-Z][\w-]+)?)"
_SUBJECT = rf"(?P<subject>I|we|he|she|they|who|{NAME})(?:['’](?:ve|s|re|m|d))?"
_ADVERBS = r"(?:\s+(?:still|also|already|now|just|again|even|have|has|had|am|is|are))*"
_OBJECT = rf"(?P<object>us|me|them|him|her|{NAME})"
_RECEIVER = rf"(?P<object>us|me|them|him|her|{NAME}(?=\s+(?:an?|the|our|my|some|to)\b))"
_BEGIN = r"\s*(?:(?:and|but|then)\s+)?"
_CLAUSE_THAT = r"(?:that\s+)?(?:I|we|he|she|they)(?:['’](?:ll|d)|\s+(?:will|would|can|could|are\s+going\s+to))\s+"

_PROMISE = re.compile(
    rf"{_BEGIN}(?:{_SUBJECT}{_ADVERBS}\s+)?(?P<verb>owe[sd]?|promise[sd]?|guarantee[sd]?|pledge[sd]?|(?:agree[sd]?"
    rf"|commit(?:s|ted)?|offer(?:s|ed)?|undert(?:ook|akes?))(?=\s+to\b))\s+"
    rf"(?:{_RECEIVER}\s+)?(?:{_CLAUSE_THAT}|to\s+)?(?=(?:an?|the|our|their|his|her|some|my)\b|[a-z0-9$€¥])",
    re.IGNORECASE,
)
_WITHOUT_SUBJECT = re.compile(r"owe|owed|promised", re.IGNORECASE)
_TO_DO = re.compile(rf"(?:{SURE_VERBS}|{DATED_VERBS})\b", re.IGNORECASE)

_REQUEST = re.compile(
    rf"{_BEGIN}(?:{_SUBJECT}{_ADVERBS}\s+)?(?:ask(?:s|ed)|tells?|told|wants?|wanted|needs?|needed|expects?|expected|request(?:s|ed)"
    rf"|remind(?:s|ed)|urge[sd]|got|invited|requires?|would\s+like)\s+{_OBJECT}\s+to\s+(?=(?:{SURE_VERBS}|{DATED_VERBS})\b)",
    re.IGNORECASE,
)
_EXPECT = re.compile(
    rf"{_BEGIN}(?:{_SUBJECT}{_ADVERBS}\s+)?(?P<verb>ask(?:s|ed)?\s+for|request(?:s|ed)?|expect(?:s|ed|ing)?|(?:wait(?:s|ing)?\s+(?:for|on)"
    rf"|awaiting|await(?:s)?)|needs?|needed|wants?|wanted|would\s+like)\s+(?!to\b|us\b|me\b)",
    re.IGNORECASE,
)
_WE_WAIT = re.compile(r"(?:expecting|wait|await)", re.IGNORECASE)
_FROM = re.compile(
    rf"{_BEGIN}(?:(?:we|I)\s+)?(?:(?:will\s+)?(?:get|receive|need|expect)\s+)?"
    rf"(?P<item>[a-z0-9$€¥][\w$€¥' -]{{1,60}}?)\s+(?:due\s+)?from\s+(?P<object>(?>them|him|her|{NAME}))\b(?!\s*:)",
    re.IGNORECASE,
)
_THEIR_THING = re.compile(r"\s*(?:(?:and|but)\s+)?(?:their|his|her)\s+", re.IGNORECASE)
_PROGRESS = re.compile(
    rf"{_BEGIN}(?P<subject>I|we|he|she|they|who|{NAME})(?:['’](?:s(?!\s+meeting\b)|re|m)|\s+(?:is|are|am|will\s+be))\s+(?P<verb>\w+ing)\b",
    re.IGNORECASE,
)
_US = re.compile(r"(?:I|we|us|me)$", re.IGNORECASE)


def read_obligation(text: str, start: int, end: int, days: list[DateMention]) -> StepMention | None:
    """Return what someone owes by the words of a clause; None if none of the patterns begins it."""
    readers: tuple[Callable[[str, int, int, list[DateMention]], StepMention | None], ...]
    readers = (_read_request, _read_promise, _read_expectation, _read_progress, _read_delivery)
    return next((step for read in readers if (step := read(text, start, end, days))), None)


def is_us(word: str | None) -> bool:
    """Whether a pronoun means us."""
    return bool(word and _US.match(word))


def _side(by_us: bool) -> FollowUpSide:  # noqa: FBT001
    return FollowUpSide.we if by_us else FollowUpSide.they


def _read_promise(text: str, start: int, end: int, days: list[DateMention]) -> StepMention | None:
    """Return what is owed or promised; without a subject the writer promised it, unless it was "to us"."""
    match = _PROMISE.match(text, start, end)
    if match is None or (match["subject"] is None and not _WITHOUT_SUBJECT.fullmatch(match["verb"])):
        return None
    needs_verb = match["verb"].lower().startswith(("agree", "offer", "under"))
    if needs_verb and not _TO_DO.match(text, match.end()):
        return None
    by_us = is_us(match["subject"]) if match["subject"] else not is_us(match["object"])
    return build_step(text, start, match.end(), end, days, _side(by_us))


def _read_request(text: str, start: int, end: int, days: list[DateMention]) -> StepMention | None:
    """Return what someone was asked to do by a date."""
    match = _REQUEST.match(text, start, end)
    return build_step(text, start, match.end(), end, days, _side(is_us(match["object"]))) if match and days else None


def _read_expectation(text: str, start: int, end: int, days: list[DateMention]) -> StepMention | None:
    """Return what someone wants or waits for by a date: the other side owes it."""
    match = _EXPECT.match(text, start, end)
    if match is None or not has_deadline(text, start, days):
        return None
    they_want = not is_us(match["subject"]) if match["subject"] else not _WE_WAIT.match(match["verb"])
    return build_step(text, start, match.end(), end, days, _side(they_want))


def _read_progress(text: str, start: int, end: int, days: list[DateMention]) -> StepMention | None:
    """Return "he is sending the drawings Friday" with the base form of the verb."""
    match = _PROGRESS.match(text, start, end)
    base = _base_form(match["verb"]) if match else None
    if match is None or base is None or not days:
        return None
    step = build_step(text, start, match.start("verb"), end, days, _side(is_us(match["subject"])))
    return step._replace(title=capitalize(base + step.title[len(match["verb"]) :]))


def _base_form(verb: str) -> str | None:
    """Return the base form of "sending", "shipping" or "preparing" if it may be a step."""
    stem = verb[:-3].lower()
    forms = (stem, stem[:-1] if stem[-2:-1] == stem[-1:] else stem, f"{stem}e")
    return next((form for form in forms if _TO_DO.fullmatch(form)), None)


def _read_delivery(text: str, start: int, end: int, days: list[DateMention]) -> StepMention | None:
    """Return "drawings from them by Friday" and "their drawings by Friday"."""
    if not has_deadline(text, start, days) and not re.match(r"[^,]*\bdue\s+from\b", text[start:end]):
        return None
    match = _FROM.match(text, start, end)
    if match and days:
        step = build_step(text, start, match.start("item"), end, days, FollowUpSide.they)
        name = match["object"] if match["object"][0].isupper() else ""
        return step._replace(title=capitalize(f"{match['item']} from {name}" if name else match["item"]))
    their_thing = _THEIR_THING.match(text, start, end)
    return build_step(text, start, start, end, days, FollowUpSide.they) if their_thing else None
