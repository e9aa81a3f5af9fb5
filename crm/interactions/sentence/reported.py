"""Reported speech, and what will take place.

In reported speech a date or 推迟 after "he says" or 他说 is news, and says nothing about the interaction itself.
"""

from __future__ import annotations

import re

from .kinds import KindMention

_SAYING = re.compile(r"说(?!明)|告诉|告知|反馈|\b(?:says?|said|tells?|told|mention(?:s|ed))\b", re.IGNORECASE)

_ANNOUNCED = re.compile(
    r"(?:(?<![开展大年峰聚商机])会|将(?:要|会|于)?|要)(?:再?来|前来|到?访|拜访|去|飞|参加|出席)"
    r"|(?:(?<![开展大年峰聚商机])会|将)[于在]\s*\d{1,2}月\d{1,2}[日号]?\s*(?:再?来|前来|到?访|拜访|去|飞)"
    r"|(?:\b(?-i:will)|['’]ll|\b(?:is|are|am)\s+going\s+to|\bplans?\s+to)\s+(?:visit|come|fly|travel|attend|join|meet|be\s+(?:in|at|here))\b"
    r"|\b(?:is|are)\s+(?:coming|visiting)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\s*(?:(?:i|we|just|also|have|has|(?-i:[A-Z][\w'’-]+))\s+){0,3}(?:sent|received|came|went|flew|paid|signed|shipped"
    r"|gave|submitted|finished|completed|attended|hosted|dropped\s+off)\b(?!.*\b(?:for|due|by)\b)",
    re.IGNORECASE,
)
_HAN_DONE = re.compile(r"(?:[发寄送见谈聊去给]|收到|拜访|参观|参加)了")
_HAN_EVENT_DONE = re.compile(r"(?:(?!关于|确认|讨论).)*[打通开吃喝]了(?!.*再)")
_MESSAGE_FROM = re.compile(
    r"\s*(?:got\s+)?(?:an?\s+)?(?:e-?mail|text|sms|whatsapp|wechat)\s+from\s[^,;:]{1,40}:", re.IGNORECASE
)
_SCHEDULED = re.compile(
    r"\b(?:schedul(?:e|ed|ing)|confirm(?:ed|ing)?|upcoming|plan(?:ned|ning)?|set(?:ting)?\s+up|book(?:ed|ing)?"
    r"|ask(?:s|ed|ing)?\s+for|having)\b|计划|约了|要(?=[和与跟])",
    re.IGNORECASE,
)
_HAD = re.compile(r"\bhad\b", re.IGNORECASE)
_WILL = re.compile(r"(?:(?<![开展大年峰聚商机])会|将|(?<!需)要)再?$")
_TOOK_PLACE = re.compile(r"[了过]|\b(?:came|went|sent|met|saw|visited|called|was|were|did)\b", re.IGNORECASE)


def read_tense(text: str, start: int, end: int, kind: KindMention | None) -> bool | None:
    """Return whether a clause is about the past ("sent Zhou samples Monday", 周五给周立民发了样品), not the future.

    None if it doesn't say so: "sent an invitation to Friday's call" has a type of interaction that is to come.
    """
    is_deed = kind is None and (_DONE.match(text, start, end) or _HAN_DONE.search(text, start, end))
    if is_deed or _HAN_EVENT_DONE.match(text, start, end):
        return True
    return False if _is_announced(text, start, end) else None


def _is_announced(text: str, start: int, end: int) -> bool:
    """Whether a clause says that someone will come or go: 周立民11月20日会来访, "Zhou will visit Nov 20"."""
    return _ANNOUNCED.search(text, start, end) is not None and not _TOOK_PLACE.search(text, start, end)


def is_scheduled(text: str, start: int, end: int) -> bool:
    """Whether the words before a type of interaction say that it is to come: "scheduled a call", 周五约了周立民见面."""
    return _SCHEDULED.search(text, start, end) is not None and not _HAD.search(text, start, end)


def is_announced_visit(text: str, kind_start: int) -> bool:
    """Whether the kind is a visit that is announced without a date: 周立民会来访."""
    return text.startswith("来访", kind_start) and _WILL.search(text, 0, kind_start) is not None


def find_end_of_statement(text: str, start: int, end: int) -> int:
    """Return where reported speech begins in a clause, or its end."""
    match = _SAYING.search(text, start, end)
    return match.start() if match else end


def is_reported_visit(text: str, start: int, end: int, kind_start: int) -> bool:
    """Whether the kind is a visit that is only talked about: 周立民说下个月会来访."""
    return text.startswith("来访", kind_start) and find_end_of_statement(text, start, end) < kind_start < end


def is_message(text: str) -> bool:
    """Whether a text is what someone wrote: dates in "wechat from Zhou: arrives 12/15" are not that of the message."""
    return _MESSAGE_FROM.match(text) is not None
