"""Words that decide what a date is about: announced events, and reported speech.

A date or 推迟 after "he says" or 他说 is news, and says nothing about the interaction itself.
"""

from __future__ import annotations

import re

_SAYING = re.compile(r"说(?!明)|告诉|告知|反馈|\b(?:says?|said|tells?|told|mention(?:s|ed))\b", re.IGNORECASE)
_ANNOUNCED = re.compile(
    r"(?:会(?=[来去到再和与跟给派参飞带陪拜访视打发寄安]|[在于]?\d)|将(?:要|会|于|在)?(?=[来去到和与跟给派参飞带陪拜访视打发寄安\d]))"
    r"|(?<![a-z])(?:(?-i:will)|is going to|are going to|plans to|plan to|intends? to)(?=\s+[a-z])|['’]ll(?=\s)",
    re.IGNORECASE,
)
_TOOK_PLACE = re.compile(r"[了过]|\b(?:came|went|sent|met|saw|visited|called|was|were|did)\b", re.IGNORECASE)


def is_announced(text: str, start: int, end: int) -> bool:
    """Whether a clause says that something will take place: 周立民11月20日会来访, "Zhou will visit Nov 20"."""
    return bool(_ANNOUNCED.search(text, start, end)) and not _TOOK_PLACE.search(text, start, end)


def find_end_of_statement(text: str, start: int, end: int) -> int:
    """Return where reported speech begins in a clause, or its end."""
    match = _SAYING.search(text, start, end)
    return match.start() if match else end
