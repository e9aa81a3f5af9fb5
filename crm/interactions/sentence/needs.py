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


def find_need_chips(text: str) -> list[SentenceChip]:
    """Return chips of needs; the words stay in the notes as well."""
    needs = ((match, match["item"].strip()) for match in _NEED.finditer(text))
    return [SentenceChip(ChipKind.need, need, need, match.start(), match.end()) for match, need in needs]
