"""Colleagues among the new people of a sentence: "met Zhou Limin with Boris"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .chips import ChipKind, Lookup, SentenceChip

_EMPLOYER = re.compile(r"\s*\(|\s+(?:from|of)\b|['’]s\b", re.IGNORECASE)
"""What follows someone else of a colleague's name: "Boris of Lotus Bridge"."""
_WITH = re.compile(r"\s*(?:with|w/?)\s*", re.IGNORECASE)


def read_colleagues(chips: Sequence[SentenceChip], text: str, lookup: Lookup) -> list[SentenceChip]:
    """Return the chips with users in place of new people of the same name.

    A first name is a colleague's only beside someone who was met: "met Boris" may be about someone new.
    """
    colleagues = {chip: user_chip for chip in chips if (user_chip := _find_colleague(chip, text, lookup))}
    has_others = any(chip.kind is ChipKind.person and chip not in colleagues for chip in chips)

    def is_colleague(chip: SentenceChip) -> bool:
        is_full_name = " " in chip.label or not chip.label.isascii()
        return is_full_name or has_others or _follows(chip, chips, text)

    return [colleagues[chip] if chip in colleagues and is_colleague(chip) else chip for chip in chips]


def _find_colleague(chip: SentenceChip, text: str, lookup: Lookup) -> SentenceChip | None:
    """Return the chip of the user whom the chip of a new person names."""
    if chip.kind is not ChipKind.person or chip.value is not None or chip.choices or _EMPLOYER.match(text, chip.end):
        return None
    user = lookup.colleague(chip.label)
    return SentenceChip(ChipKind.staff, user.label, user.id, chip.start, chip.end) if user else None


def _follows(chip: SentenceChip, chips: Sequence[SentenceChip], text: str) -> bool:
    """Whether an organization was visited with them: "visited Huayue with Boris"."""
    organizations = (other for other in chips if other.kind is ChipKind.organization)
    return any(_WITH.fullmatch(text, other.end, chip.start) for other in organizations)
