"""Next steps in a sentence: "call Fri", "send quote by 12/10", "they will send the drawing Monday", 周五前报价."""

from __future__ import annotations

import re
from datetime import date, time

from crm.followups.enums import FollowUpSide

from .date_mentions import DateMention
from .due_days import find_due_days, find_hour_to_try
from .han_steps import is_done, name_thing, read_han_step
from .kinds import find_kind
from .obligations import DATED_VERBS, NAME, SURE_VERBS, read_obligation
from .step_mentions import StepMention, build_step, capitalize, clauses, has_deadline

__all__ = ["StepMention", "clauses", "find_steps"]

_NEWS = r"(?:e-?mail|reply|answer|text|wechat)\s+from\s[^,;:]{1,40}?(?::|\s(?:about|re|asking)\b)"
_VERB = re.compile(
    rf"\b(?!{_NEWS})(?:{SURE_VERBS}|{DATED_VERBS})\b(?!['’]|\s+(?:was|went|ok|is|were|has|had|off|too)\b)",
    re.IGNORECASE,
)
_MODAL = (
    r"(?:['’](?:ll|d)|\s+(?:will|would|must|should|shall|can|could)|\s+to|\s+(?:has|have|needs?|promised?|wants?|plans?|hopes?"
    r"|intends?|agreed|(?:is|are|am)(?:\s+going)?)\s+to)"
)
# "he said he would send": the first subject only reports.
_REPORT = (
    rf"(?:(?:(?:I|we|he|she|they|{NAME})\s+)?(?:said|says|told\s+(?:us|me|him|her|them|{NAME})|confirmed|confirms"
    r"|promised|promises)\s+(?:that\s+)?)?"
)
_OPENING = re.compile(
    r"\s*(?P<lead>(?:and\s+|then\s+|next(?:\s+step)?\s*[:=]\s*|to[- ]?do\s*[:=]\s*|to-?do\s+|(?:->|→)\s*|please\s+)*)"
    rf"(?:{_REPORT}(?P<subject>(?:I|we|he|she|they|who|(?!\w+ed\b|(?:Met|Saw|Spoke|Went|Flew|Need|Want|Have)\b){NAME}){_MODAL}\s+)"
    r"|(?P<must>(?:[Ww]ill|[Mm]ust|[Ss]hould|(?:[Nn]eed|[Hh]ave|[Rr]emember|[Dd]on['’]?t\s+forget)\s+to|[Gg]otta|promised\s+to|to)\s+))?"
    r"(?P<next>next\s*[:=]\s*)?",
)
_WHO_BEFORE = re.compile(
    rf"(?:\b(?:I|we|he|she|they|[A-Z][\w-]+){_MODAL}"
    r"|\b(?:will|must|need\s+to|promised\s+to|to))\s+$"
)
Action = tuple[int, re.Match[str] | None]
"""Where a verb begins, and the words before it that say who does it."""
_NEXT_ACTION = re.compile(r"\b(?:and|then|but|so|or)\b", re.IGNORECASE)
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
_THEIRS = re.compile(
    rf"(?:(?:and|then)\s+)?(?:\b(?i:he|she)\s+(?P<his>{_DOES}|{_DOES_TOO})|\b(?i:they)\s+(?P<their>{SURE_VERBS}|{DATED_VERBS})"
    rf"|(?<![\w-])(?:{NAME})\s+(?P<does>{_DOES}))\b"
)
# "wants a quote by Friday" is a follow-up we owe.
_WISHED = re.compile(r"(?:\b(?:he|she|they)\s+)?\b(?:wants?|needs?|ask(?:s|ed)\s+for)\s+(?!to\b)", re.IGNORECASE)
_US = re.compile(r"\s*(?:(?:I|we|me)\b|[wW]ill|must|should|need|promised|to\b|$)", re.IGNORECASE)
_PLAN_AT_START = re.compile(r"\s*(?:meet|visit|see)\b", re.IGNORECASE)
_REPORT_WITH = re.compile(
    r"(?<!\bup )(?<!f/u )(?<!\bfu )(?<!check in )\bwith\b|\x00|^\s*(?:call|meeting|mtg)\s+w/", re.IGNORECASE
)

_TALK_WITH = re.compile(r"call\s+(?:with\b|w/)", re.IGNORECASE)
_ONLY_DATE = re.compile(
    r"(?:\s*\b(?:by|before|until|on|due|no later than)\b)?(?:\s*\bthe\b)?\s*\x00(?:\s*(?:之前|以前|前))?\s*$"
)


def find_steps(text: str, today: date, now: time = time.min) -> list[StepMention]:
    """Return every next step; parts already used are blanked out in `text`.

    An hour to try again is today or, if it is over at `now`, tomorrow.
    """
    mentions = find_due_days(text, today)
    steps: list[StepMention] = []
    begun, before = False, (0, 0)
    for start, end in clauses(text):
        days = [day for day in mentions if start <= day.start < end]
        days = days or (find_hour_to_try(text, start, end, today, now) if begun else [])
        clause_end = max([end, *(d.end for d in days)])
        if steps and steps[-1].date_mention is None and _is_only_date(text, start, clause_end, days):
            steps[-1] = steps[-1]._replace(end=clause_end, date_mention=days[0])
            continue
        step = read_han_step(text, start, end, days) or _step(text, start, clause_end, days, begun=begun)
        steps += [_with_all_days(text, name_thing(step, text, before))] if step else []
        before = start, end
        begun = begun or text[start:end].strip() not in ("", "and", "plus")
    return [step for step in steps if not is_done(step, text, today)]


def _with_all_days(text: str, step: StepMention) -> StepMention:
    """Return the step with the days of which the first one is its date: "Visit Huayue (Dec 10-12)"."""
    days = step.date_mention
    return step._replace(title=f"{step.title} ({text[days.start : days.end]})") if days and days.is_range else step


def _is_only_date(text: str, start: int, end: int, days: list[DateMention]) -> bool:
    """Whether a clause is the date of the step before it: "they owe us the spec, by Friday"."""
    if len(days) != 1:
        return False
    return _ONLY_DATE.match(text[start : days[0].start] + "\x00" + text[days[0].end : end]) is not None


def _step(text: str, start: int, end: int, days: list[DateMention], *, begun: bool) -> StepMention | None:
    """Return the step of a clause: at its beginning, or a verb before its date."""
    owed_step = _their_step(text, start, end, days, begun=begun) or read_obligation(text, start, end, days)
    if owed_step:
        return owed_step
    opening = _OPENING.match(text, start, end)
    action_start = opening.end() if opening else start
    verb = _VERB.match(text, action_start, end)
    explicit = bool(opening and (opening["lead"].strip() or opening["subject"] or opening["must"] or opening["next"]))
    if verb and not days and _is_talk_of_minutes(text, start, verb):
        return None
    if verb and (begun or explicit or _is_wish(text, start, end, days)):
        side = _side(opening["subject"] or "" if opening else "")
        is_their_visit = not begun and side is FollowUpSide.they and _PLAN_AT_START.match(text, verb.start())
        if not is_their_visit and (days or re.fullmatch(SURE_VERBS, verb.group(), re.IGNORECASE)):
            return build_step(text, start, action_start, end, days, side)
        return None
    return _inner_step(text, start, end, days, begun=begun)


def _their_step(text: str, start: int, end: int, days: list[DateMention], *, begun: bool) -> StepMention | None:
    """Return what the other side does by a date, at the beginning of a clause or after the report."""
    if not days:
        return None
    first = start if begun or _THEIRS.match(text.lstrip()) else _end_of_report(text, start, days[-1].start)
    match = _THEIRS.search(text, first, days[-1].start)
    if match is None:
        return None
    does = match["his"] or match["their"] or match["does"]
    step = build_step(text, match.start(), match.end() - len(does), end, days, FollowUpSide.they)
    base = does if match["their"] else re.sub(r"^(\S+?)(?:ies|s)\b", _base, does)
    return step._replace(title=capitalize(base + step.title[len(does) :]))


def _base(does: re.Match[str]) -> str:
    """Return the base form of a verb: "sends" gives "send", "replies" gives "reply"."""
    return f"{does[1]}y" if does.group().endswith("ies") else does[1]


def _is_wish(text: str, start: int, end: int, days: list[DateMention]) -> bool:
    """Whether the first clause is a task instead of a report: "call Wang Fri", without a time."""
    if not days or any(day.clock for day in days) or _PLAN_AT_START.match(text, start):
        return False
    without_date = text[start : days[-1].start].rstrip() + text[days[-1].end : end]
    return _REPORT_WITH.search(without_date) is None


def _is_talk_of_minutes(text: str, start: int, verb: re.Match[str]) -> bool:
    """Whether the verb is a noun after minutes: "had a 20 minute call with Tom"."""
    return text[start - 1 : start] == "\x00" and _TALK_WITH.match(text, verb.start()) is not None


def _inner_step(text: str, start: int, end: int, days: list[DateMention], *, begun: bool) -> StepMention | None:
    """Return a step after other words of its clause ("met Li call Fri"), or something due "by" a date."""
    if not days:
        return None
    day = days[-1]
    promised = has_deadline(text, start, days)
    wished = _WISHED.search(text, start, day.start)
    if promised and wished:
        return build_step(text, wished.start(), wished.end(), end, days, FollowUpSide.we)
    first_verb = start if begun else _end_of_report(text, start, day.start)
    verbs = [match.start() for match in _VERB.finditer(text, first_verb, day.start)]
    actions = [(verb, _WHO_BEFORE.search(text, start, verb)) for verb in verbs]
    if actions:
        verb, subject = _find_main_action(text, actions)
        side = _side(subject.group() if subject else "")
        return build_step(text, subject.start() if subject else verb, verb, end, days, side)
    return build_step(text, start, start, end, days, FollowUpSide.we) if begun and promised else None


def _find_main_action(text: str, actions: list[Action]) -> Action:
    """Return the last verb; one with a subject before it has the others in its object: "he will send the report"."""
    last = actions[-1]
    with_subject = (each for each in reversed(actions) if each[1] and not _NEXT_ACTION.search(text, each[0], last[0]))
    return next(with_subject, last)


def _end_of_report(text: str, start: int, end: int) -> int:
    """Return where a step may start in the first clause: after the kind or the minutes."""
    minutes = text.find("\x00", start, end)
    if minutes >= 0:
        return minutes
    kind = find_kind(text[start:])
    return min(start + kind[1], end) if kind else end


def _side(subject: str) -> FollowUpSide:
    return FollowUpSide.we if _US.match(subject) else FollowUpSide.they
