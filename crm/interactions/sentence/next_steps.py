"""Next steps in a sentence: "call Fri", "send quote by 12/10", "they will send the drawing Monday", 周五前报价."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from crm.followups.enums import Side

from .dates import DateMention, find_days
from .kinds import TITLE_DOT, find_kind

# These verbs begin a step even without a date; the others need one ("sample ok" is news, "sample by Friday" a step).
_SURE = (
    r"call(?: back)?|phone|e-?mail|send|follow[- ]?up|ask|arrange|book|schedule|remind|chase|draft|prepare|translate"
    r"|f/u|(?-i:fu)|introduce|check|confirm|invite|get back|set up|try again"
)
_DATED = (
    r"mail|write|visit|meet|quote|price|sample|ping|text|wechat|reply|answer|report|discuss|talk|see|find|submit|order"
    r"|ship|bring|forward|provide|give|offer|return|update|deliver|review|share|get|back|sign|pay|decide|test|revert"
)
_VERB = re.compile(rf"\b(?:{_SURE}|{_DATED})\b(?!['’]|\s+(?:was|went|ok|is|were|has|had|off|too)\b)", re.IGNORECASE)
_OPENING = re.compile(
    r"\s*(?P<lead>(?:and\s+|then\s+|next(?:\s+step)?\s*[:=]\s*|to-?do\s*[:=]?\s*|(?:->|→)\s*|please\s+)*)"
    r"(?P<who>(?:I|we|he|she|they|(?!\w+ed\b|(?:Met|Saw|Spoke|Went|Flew|Need|Want)\b)[A-Z][\w-]+)(?:['’]ll"
    r"|\s+will|\s+must|\s+should|\s+to|\s+(?:has|have|needs?|promised?|(?:is|are)\s+going)\s+to)\s+"
    r"|(?:[Ww]ill|[Mm]ust|[Ss]hould|[Nn]eed\s+to|promised\s+to|to)\s+)?"
    r"(?P<next>next\s*[:=]\s*)?",
)
# "They owe ..." needs no date.
_OWED = re.compile(
    r"\s*(?:and\s+|but\s+)?(?P<who>he|she|they|we|I|(?-i:[A-Z])[\w-]+)\s+(?:still\s+)?owes?\s+"
    r"(?:(?:us|me|them|him|her|(?-i:[A-Z])[\w-]+(?=\s+(?:an?|the|our|some)\b))\s+)?",
    re.IGNORECASE,
)
_WHO_BEFORE = re.compile(
    r"(?:\b(?:I|we|he|she|they|[A-Z][\w-]+)(?:['’]ll|\s+will|\s+promised\s+to|\s+promises\s+to|\s+must)"
    r"|\b(?:will|must|need\s+to|promised\s+to|to))\s+$"
)
# "he sends the drawing Friday" is a follow-up they owe. After a name only verbs that are not nouns as
# well ("Huayue orders" may be orders), and no visit, which is a planned interaction.
_DOES = (
    r"sends|ships|delivers|pays|signs|confirms|brings|provides|gives|writes|replies|prepares|arranges|forwards|submits"
    r"|introduces|asks|checks|decides|finds|shares|invites|translates|schedules|drafts|(?:gets|comes)\s+back|sets\s+up"
)
_DOES_TOO = (
    r"calls(?:\s+back)?|phones|e-?mails|books|reminds|quotes|orders|offers|reports|answers|returns"
    r"|updates|reviews|tests"
)
_NAME = r"(?:(?:Mr|Mrs|Ms|Dr|Director|Manager)\.?\s+)?[A-Z][\w-]+(?:\s+[A-Z][\w-]+)?|[一-鿿]{2,4}"
_THEIRS = re.compile(
    rf"(?:(?:and|then)\s+)?(?:\b(?i:he|she)\s+(?P<his>{_DOES}|{_DOES_TOO})|\b(?i:they)\s+(?P<their>{_SURE}|{_DATED})"
    rf"|(?<![\w-])(?:{_NAME})\s+(?P<does>{_DOES}))\b"
)
# "wants a quote by Friday" is a follow-up we owe.
_WISHED = re.compile(r"(?:\b(?:he|she|they)\s+)?\b(?:wants?|needs?|ask(?:s|ed)\s+for)\s+(?!to\b)", re.IGNORECASE)
_US = re.compile(r"\s*(?:(?:I|we|me)\b|[wW]ill|must|should|need|promised|to\b|$)", re.IGNORECASE)
_BY = re.compile(r"[\s,]*\b(?:by|before|until|till|on|due|for|at|around|no later than)?\s*(?:the\s+)?$", re.IGNORECASE)
_BOUND = re.compile(rf"[,;!?\n，；。！？\x00]+|\s[-–—]+\s|{TITLE_DOT}(?=\s|$)")
_PLAN_AT_START = re.compile(r"\s*(?:meet|visit|see)\b", re.IGNORECASE)

_HAN_VERB = (
    r"(?:再|要|会|给他|给她)*"
    r"(?:报价|打电话|电话|(?<=再)打|回电|联系|跟进|寄|发|送|回复|拜访|见面|确认|问|提供|准备|安排|介绍|催|签|付)"
)
_HAN_AFTER = re.compile(
    rf"\s*(?:之前|以前|前)?\s*(?P<who>我们|我|他们|他|她|对方)?(?P<what>{_HAN_VERB}[^\s，。；,;\x00]*)"
)
_HAN_WHO = re.compile(
    r"(?P<who>我们|我|他们|他|她|对方)(?:答应|同意|承诺|保证|说)?(?:会|将|要|了)?\s*$"
    r"|(?<=[一-鿿]{2})(?:答应|同意|承诺|保证|说)(?:会|将|要|了)?\s*$"
)
_HAN_BEFORE = re.compile(rf"(?P<who>我们|我|他们|他|她|对方)?(?P<what>{_HAN_VERB}[^\s，。；,;\x00]*?)\s*$")


class StepMention(NamedTuple):
    """A step from `start` to `end`: title, date (None: not given), and which side owes it."""

    start: int
    end: int
    title: str
    date_mention: DateMention | None
    side: Side


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each clause."""
    start = 0
    for bound in _BOUND.finditer(text):
        yield start, bound.start()
        start = bound.end()
    yield start, len(text)


def find_steps(text: str, today: date) -> list[StepMention]:
    """Return every next step; parts already used are blanked out in `text`."""
    mentions = [each for each in find_days(text, today) if each.day >= today]
    steps: list[StepMention] = []
    begun = False
    for start, end in clauses(text):
        days = [day for day in mentions if start <= day.start < end]
        step = _han_step(text, start, days) or _step(text, start, max([end, *(d.end for d in days)]), days, begun=begun)
        steps += [step] if step else []
        begun = begun or bool(text[start:end].strip())
    return steps


def _step(text: str, start: int, end: int, days: list[DateMention], *, begun: bool) -> StepMention | None:
    """Return the step of a clause: at its beginning, or a verb before its date."""
    their_step = _their_step(text, start, end, days, begun=begun)
    if their_step:
        return their_step
    opening = _OPENING.match(text, start, end)
    action_start = opening.end() if opening else start
    verb = _VERB.match(text, action_start, end)
    explicit = bool(opening and (opening["lead"].strip() or opening["who"] or opening["next"]))
    if verb and (begun or explicit or _is_wish(text, start, end, days)):
        if days or re.fullmatch(_SURE, verb.group(), re.IGNORECASE):
            side = _side(opening["who"] or "" if opening else "")
            return _build_step(text, start, action_start, end, days, side)
        return None
    return _owed_step(text, start, end, days) or _inner_step(text, start, end, days, begun=begun)


def _owed_step(text: str, start: int, end: int, days: list[DateMention]) -> StepMention | None:
    """Return what somebody owes."""
    owed = _OWED.match(text, start, end)
    return _build_step(text, start, owed.end(), end, days, _side(owed["who"])) if owed else None


def _their_step(text: str, start: int, end: int, days: list[DateMention], *, begun: bool) -> StepMention | None:
    """Return what the other side does by a date, at the beginning of a clause or after the report."""
    if not days:
        return None
    first = start if begun or _THEIRS.match(text.lstrip()) else _end_of_report(text, start, days[-1].start)
    match = _THEIRS.search(text, first, days[-1].start)
    if match is None:
        return None
    does = match["his"] or match["their"] or match["does"]
    step = _build_step(text, match.start(), match.end() - len(does), end, days, Side.they)
    base = does if match["their"] else re.sub(r"^(\S+?)(?:ies|s)\b", _base, does)
    return step._replace(title=_capital(base + step.title[len(does) :]))


def _base(does: re.Match[str]) -> str:
    """Return the base form of a verb: "sends" gives "send", "replies" gives "reply"."""
    return f"{does[1]}y" if does.group().endswith("ies") else does[1]


def _is_wish(text: str, start: int, end: int, days: list[DateMention]) -> bool:
    """Whether the first clause is a task instead of a report: "call Wang Fri", without a time."""
    is_report = re.search(r"(?<!up )\bwith\b|\x00", text[start:end]) or _PLAN_AT_START.match(text, start)
    return bool(days) and not is_report and all(day.clock is None for day in days)


def _inner_step(text: str, start: int, end: int, days: list[DateMention], *, begun: bool) -> StepMention | None:
    """Return a step after other words of its clause ("met Li call Fri"), or something due "by" a date."""
    if not days:
        return None
    day = days[-1]
    promised = re.search(r"\b(?:by|before|until|no later than)\s+(?:the\s+)?$", text[start : day.start], re.IGNORECASE)
    wished = _WISHED.search(text, start, day.start)
    if promised and wished:
        return _build_step(text, wished.start(), wished.end(), end, days, Side.we)
    first_verb = start if begun else _end_of_report(text, start, day.start)
    verbs = [match.start() for match in _VERB.finditer(text, first_verb, day.start)]
    if verbs:
        subject = _WHO_BEFORE.search(text, start, verbs[-1])
        first = subject.start() if subject else verbs[-1]
        return _build_step(text, first, verbs[-1], end, days, _side(subject.group() if subject else ""))
    return _build_step(text, start, start, end, days, Side.we) if begun and promised else None


def _end_of_report(text: str, start: int, end: int) -> int:
    """Return where a step may start in the first clause: after the kind or the minutes."""
    minutes = text.find("\x00", start, end)
    kind = find_kind(text[start:end])
    return minutes if minutes >= 0 else start + kind[1] if kind else end


def _side(subject: str) -> Side:
    return Side.we if _US.match(subject) else Side.they


def _build_step(text: str, start: int, action_start: int, end: int, days: list[DateMention], side: Side) -> StepMention:
    """Build the step; its title are the words before and after the date."""
    start += len(text[start:end]) - len(text[start:end].lstrip())
    if not days:
        return StepMention(start, end, _capital(text[action_start:end]), None, side)
    day = days[-1]
    before = text[action_start : day.start]
    words = f"{_BY.sub('', before)} {text[day.end : end].strip()}"
    return StepMention(start, end, _capital(words), day, side)


def _capital(words: str) -> str:
    words = re.sub(r"\s+", " ", words).strip(" ,;.-")
    words = re.sub(r"^(?:f/u|F/U|fu)(?=\s|$)", "follow up", words)
    return words[:1].upper() + words[1:]


def _han_step(text: str, start: int, days: list[DateMention]) -> StepMention | None:
    """Return a step in Chinese with its date before or after it."""
    for day in days:
        after = _HAN_AFTER.match(text, day.end)
        before = _HAN_BEFORE.search(text, start, day.start)
        match = after or before
        if match:
            subject = _HAN_WHO.search(text, start, day.start)
            first = min(match.start(), day.start, subject.start() if subject else day.start)
            pronoun = match["who"] or (subject["who"] or "他" if subject else "")
            side = Side.they if pronoun in ("他们", "他", "她", "对方") else Side.we
            return StepMention(first, max(match.end(), day.end), match["what"], day, side)
    return None
