"""Needs in a sentence: "wants a HACCP cert", 需要HACCP证书."""

from __future__ import annotations

import re

from .chips import ChipKind, SentenceChip

_NEED = re.compile(
    r"(?:\b(?:(?:he|she|they)\s+)?(?:wants?|needs?|wanted|needed|(?:(?:is|are)\s+)?looking\s+for|looks\s+for|asks?\s+for"
    r"|asked\s+for|would\s+like|interested\s+in|requires?)\s+(?:to\s+(?:have|buy|see)\s+)?|(?:想要|需要|求购|想买|希望)\s*)"
    r"(?P<item>(?:[^,;.\n，。；\x00]|(?<=\d)[.,](?=\d))+)",
    re.IGNORECASE,
)
_NO_NEED = re.compile(
    r"(?:\w['’]t|\b(?:do|does|did|is|are|was|were|wo|would)nt|\b(?:not|never|no\s+longer))"
    r"(?:\s+(?:really|currently|actually|yet|even|longer))*\s+$|[不没未]\s*$",
    re.IGNORECASE,
)
"""Words before what a client doesn't need: "doesn't want samples", 不需要样品."""


def find_need_chips(text: str) -> list[SentenceChip]:
    """Return chips of needs; the words stay in the notes as well."""
    chips: list[SentenceChip] = []
    match = _NEED.search(text)
    while match:
        is_need = not _NO_NEED.search(text, 0, match.start())
        if is_need:
            need = match["item"].strip()
            chips.append(SentenceChip(ChipKind.need, need, need, match.start(), match.end()))
        # "Doesn't want samples but needs training": another need may follow one that isn't any.
        match = _NEED.search(text, match.end() if is_need else match.start("item"))
    return chips
