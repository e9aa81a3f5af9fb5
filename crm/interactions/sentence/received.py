"""Emails that the other side wrote: "email from Zhou", "Zhou emailed back", 收到周立民的邮件.

Only the plain forms count. "No email from Zhou", "sent Li the email from Zhou" and 周立民收到邮件 are something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crm.interactions.policy import InteractionOutcome, InteractionType

from .chips import ChipKind, SentenceChip

_NOTED = r"\s*(?:(?:today|yesterday|just|finally|also|i|we|have|had|we['’]ve|i['’]ve)\s+)*"
_EMAIL_FROM = re.compile(
    rf"{_NOTED}(?:(?:got|received|rcvd|recd|rec['’]d)\s+)?(?:(?:an?|another|his|her|their|the|quick|short|long|nice|new)\s+)*"
    r"(?:e-?mail|reply|response|answer)(?:\s+(?:back|reply|response))?\s+from\s+(?!me\b|us\b|our\b|my\b)",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:needed|due|expected|expecting|missing|pending|overdue|wanted|required|requested|bounced|by|before|until"
    r"|forwarded|fwd)\b|\bto\s+(?-i:[A-Z])|[?？]",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"\s+(?:(?:has|just|also|finally|already)\s+)*(?:e-?maile?d|wrote|replied\s+by\s+e-?mail)\b", re.IGNORECASE
)
_TO_US = re.compile(
    r"\s+(?:(?:back|again|to)\s+)*(?:(?:me|us)\b|back\b(?!\s+to\b)|(?:about|regarding|re|that|asking|saying|to\s+(?:say|ask))\b)"
    r"|\s*(?:$|[,.;:])",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\s*(?:(?:today|yesterday|this\s+(?:morning|afternoon)|last\s+(?:week|night)),?\s+|今天|昨天|前天|今早|[上下]午|刚刚?|刚才"
    r"|上?周[一二三四五六日天]|\d{1,2}月\d{1,2}[日号])*\s*",
    re.IGNORECASE,
)
_HAN_RECEIVED = re.compile(r"(?:今天|昨天|刚刚?|刚才|今早|[上下]午|已经?|我们?)*(?:收到|接到)了?")
_HAN_MAIL = re.compile(
    r"(?:的|发来的?|寄来的?|来的?|刚发的)*(?:电子)?(?:邮件|电邮|来信|回信|来函|回函)(?!地址|了?[吗么]|[？?])"
)
_HAN_WROTE = re.compile(
    r"(?:今天|昨天|刚刚?|刚才|今早|[上下]午|已经?|又)*(?:(?:发|回)来了?(?:一?封)?(?:电子)?(?:邮件|电邮)|来信|来函|来了?(?:一?封)?(?:邮件|电邮)"
    r"|发了?(?:一?封)?(?:电子)?(?:邮件|电邮)(?:过?来|给我们?))(?!了?[吗么]|[？?])"
)
_TO_THEM = "给跟和与向"
_MAX_NAME_CHARS = 8


def find_received_chips(text: str, start: int, end: int, chips: Sequence[SentenceChip]) -> list[SentenceChip]:
    """Return the chip that they were reached, if the kind is an email that they wrote and no other outcome is given."""
    by_kind = {kind: [chip for chip in chips if chip.kind is kind] for kind in ChipKind}
    is_email = any(chip.value is InteractionType.email for chip in by_kind[ChipKind.kind])
    people = sorted(by_kind[ChipKind.person], key=lambda chip: chip.start)
    if not is_email or by_kind[ChipKind.reached] or not _is_received(text, start, end, people):
        return []
    talked = InteractionOutcome.talked
    return [SentenceChip(ChipKind.reached, str(talked), talked, 0, 0)]


def _is_received(text: str, start: int, end: int, people: Sequence[SentenceChip]) -> bool:
    """Whether the first clause, from `start` to `end`, says that these people wrote the email."""
    match = _EMAIL_FROM.match(text, start, end)
    if match or not people:
        return match is not None and not _NOT_YET.search(text[match.end() : end + 1].partition(":")[0])
    first, last = people[0].start, people[-1].end
    received = _HAN_RECEIVED.match(text, start, end)
    if received and 0 < last - received.end() <= _MAX_NAME_CHARS:
        return _HAN_MAIL.match(text, last, end) is not None
    if not _TIME.fullmatch(text, start, first) or text[first] in _TO_THEM:
        return False
    wrote = _WROTE.match(text, last, end)
    return bool(wrote and _TO_US.match(text, wrote.end(), end)) or _HAN_WROTE.match(text, last, end) is not None
