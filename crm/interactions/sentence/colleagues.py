"""Colleagues among the new people of a sentence: "met Zhou Limin with Boris"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .chips import ChipKind, Lookup, SentenceChip

_OTHER_PERSON = re.compile(
    r"\s*\(|\s+(?:from|of)\b|['’]s\b|\s*,\s*(?:his|her|their|its|the|an?)\b"
    r"|\s*,\s*(?:\w+\s+){0,2}(?:c[efot]o|gm|vp|president|manager|director|owner|founder|assistant|engineer)\b",
    re.IGNORECASE,
)
"""What follows the name of someone who only shares a colleague's name: "Boris of Lotus Bridge"."""
_NEXT_NAME = re.compile(r"\s*,\s*(?=[A-ZÀ-Þ])")
_WITH = re.compile(r"\s*(?:with|w/?)\s*", re.IGNORECASE)


def read_colleagues(chips: Sequence[SentenceChip], text: str, lookup: Lookup) -> list[SentenceChip]:
    """Return the chips with users in place of new people of the same name.

    A first name is a colleague's only beside someone who was met: "met Boris" may be about someone new.
    """
    colleagues = {
        chip: user_chip
        for chip in chips
        if (user_chip := _find_colleague(chip, lookup)) and not _is_other_person(chip, chips, text)
    }
    has_others = any(chip.kind is ChipKind.person and chip not in colleagues for chip in chips)

    def is_colleague(chip: SentenceChip) -> bool:
        is_full_name = " " in chip.label or not chip.label.isascii()
        return is_full_name or has_others or _follows(chip, chips, text)

    return [colleagues[chip] if chip in colleagues and is_colleague(chip) else chip for chip in chips]


def _find_colleague(chip: SentenceChip, lookup: Lookup) -> SentenceChip | None:
    """Return the chip of the user whom the chip of a new person names."""
    if chip.kind is not ChipKind.person or chip.value is not None or chip.choices:
        return None
    user = lookup.find_colleague(chip.label)
    return SentenceChip(ChipKind.staff, user.label, user.id, chip.start, chip.end) if user else None


def _is_other_person(chip: SentenceChip, chips: Sequence[SentenceChip], text: str) -> bool:
    """Whether their employer, job or relation is named: "met Tom and Boris, Lotus Bridge"."""
    if _OTHER_PERSON.match(text, chip.end) or re.search(rf"\b{re.escape(chip.label)}\s+(?:is|was|works)\b", text):
        return True
    comma = _NEXT_NAME.match(text, chip.end)
    return comma is not None and all(other.start != comma.end() or other.kind is not ChipKind.person for other in chips)


def _follows(chip: SentenceChip, chips: Sequence[SentenceChip], text: str) -> bool:
    """Whether an organization was visited with them: "visited Huayue with Boris"."""
    organizations = (other for other in chips if other.kind is ChipKind.organization)
    return any(_WITH.fullmatch(text, other.end, chip.start) for other in organizations)
