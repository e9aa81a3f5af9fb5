"""Words for no answer and messages left."""

from __future__ import annotations

import re

from crm.interactions.policy import InteractionOutcome, InteractionType

from .chips import ChipKind, Lookup
from .kinds import find_kind
from .names import find_caller, read_people, scan_people

# "Couldn't reach a deal" and "couldn't reach the US market" are about no call.
_AIM = (
    r"(?:(?:the|their|us|china|chinese|american|local|foreign|more|new)\s+)*(?:agreement|consensus|deal|terms|decision"
    r"|conclusion|compromise|markets?|targets?|goals?|minimum|buyers|customers)"
)
_MESSAGE = (
    r"\b(?:left\s+(?:(?:a|him|her|them)\s+)*(?:(?:voice\s*)?(?:message|mail|msg|vm)|word)|lvm"
    r"|(?-i:lm|Lm|LM(?!\s+[A-Z])))\b|(?<![没未])留了?言|留了口信"
)
_MESSAGE_LEFT = re.compile(_MESSAGE, re.IGNORECASE)
_REACHED: tuple[tuple[re.Pattern[str], InteractionOutcome], ...] = (
    (
        re.compile(
            r"\b(?:no\s+answer|no\s+reply|no\s+response|(?:did\s*n[o'’]?t|didnt|did\s+not|does\s*n['’]t)\s+"
            r"(?:answer|pick\s+up|reply|respond)|not\s+reached|unreachable|line\s+busy|rang\s+out"
            r"|(?:can['’]?t|could\s?n['’]?t|could\s+not|unable\s+to|no\s+luck)\s+(?:get\s+hold\s+of|reach(?:ing)?"
            rf"(?!\s+(?:an?|any|our|its)\b|\s+{_AIM}\b))"
            r")\b|没接|未接|无人接听|没人接|没回|未回复|联系不上",
            re.IGNORECASE,
        ),
        InteractionOutcome.no_answer,
    ),
    (
        re.compile(rf"{_MESSAGE}|\bv(?:oice\s?)?mail\b(?!\s+(?:is\s+|was\s+)?full\b)", re.IGNORECASE),
        InteractionOutcome.message_left,
    ),
)

_UNAVAILABLE = re.compile(
    r"\b(?:mail\s?box|voice\s?mail|vm)\s+(?:is\s+|was\s+)?full\b|(?<=,)\s*(?:(?:was|line\s+was)\s+)?busy(?=\s*(?:[,.;]|$))"
    r"|\b(?:no\s+ans|(?P<pickup>no\s+pick-?\s?up|(?:no\s?one|nobody)\s+picked\s+up))(?=\s*(?:[,.;-]|$|(?:but|so|will)\b))"
    r"|(?:占线|(?:(?<=电话)|(?<=手机)|(?<=[，,\s\x00]))(?:已经?|一直|都|还是|也)?(?:[打接]不通|没[打接]通|无法接通|关机))"
    r"(?=了?(?:[，,。；;\s\x00改只就]|$))"
    r"|^\s*missed(?=\s+(?:(?:a|the|his|her|their)\s+)?call\s+from\b(?!.*\b(?:called|spoke|talked|reached)\b))",
    re.IGNORECASE,
)
"""No answer, unless someone was met or called for some minutes, or wrote."""

_CALLING = re.compile(r"\b(?:calling|tried)\b", re.IGNORECASE)

_FROM_OTHERS = re.compile(
    r"\s+from\s+(?:the\s+)?(?!(?:him|his|her|them|their)\b|any)(?P<name>\w+)"
    r"(?:\s+\w+){0,4}?(?P<yet>\s+(?:yet|so\s+far)\b)?(?=\s*(?:[,.;\x00]|$))",
    re.IGNORECASE,
)


def _is_answer_of_others(match: re.Match[str], lookup: Lookup, *, has_minutes: bool) -> bool:
    """Whether the missing answer is someone else's: "met Tom 30m, no reply from the FDA".

    The words before must name a known person: what isn't known may be where the other one works.
    """
    before = match.string[: match.start()]
    source, kind = _FROM_OTHERS.match(match.string, match.end()), find_kind(before)
    if source is None or kind is None:
        return False
    chips = (
        *find_caller(before, 0, kind[0], lookup),
        *read_people(before, kind[1], lookup),
        *scan_people(before, 0, len(before), lookup),
    )
    labels = [chip.label for chip in chips if chip.kind is ChipKind.person and (chip.value is not None or chip.choices)]
    names = " ".join([before, *labels])
    if not labels or re.search(rf"\b{re.escape(source['name'])}\b", names, re.IGNORECASE):
        return False
    # The person called may work there. "Tom called, no answer from Shenzhen yet": Tom was reached.
    is_own_call = kind[2].kind is InteractionType.call and not before[kind[1] :].lstrip().startswith(",")
    return has_minutes or (source["yet"] is not None and not is_own_call)


def find_reached(text: str, lookup: Lookup, *, has_minutes: bool = False) -> tuple[int, int, InteractionOutcome] | None:
    """Return the words for no answer or a message left; of both, a message that was left after no answer."""
    matches = [
        (m.start(), m.end(), reached)
        for pattern, reached in _REACHED
        if (m := pattern.search(text)) and not _is_answer_of_others(m, lookup, has_minutes=has_minutes)
    ]
    unavailable = _UNAVAILABLE.search(text)
    if unavailable and not has_minutes:
        kind = find_kind(text)
        is_call = kind[2].kind is InteractionType.call if kind else _CALLING.search(text)
        if is_call or (kind is None and not unavailable["pickup"]):
            matches.append((unavailable.start(), unavailable.end(), InteractionOutcome.no_answer))
    first = min(matches, key=lambda each: each[:2], default=None)
    then = _MESSAGE_LEFT.search(text, first[1]) if first and first[2] is InteractionOutcome.no_answer else None
    return (then.start(), then.end(), InteractionOutcome.message_left) if then else first
