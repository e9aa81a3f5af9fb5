"""Parse traditional characters as simplified ones, and restore the typed characters in the chips."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from typing import Any

from crm.names.folding import simplify_char

from .chips import ChipChoice, NextStep, SentenceChip

_EDGES = re.compile(
    r"^(?:[\s,;:，、；：。.)）]|['’]s(?=\s)|[-–—](?=\s|$))+|(?:[\s,;:，、；：]|(?<=\s)[-–—]|(?<=[午上晚])[和与與跟])+$"
)
_GLUE = re.compile(
    r"(?:[\s,;:&+()（），、；：.。-]|\bw/|[和与與跟及给給在为為替陪的]|[刚剛][才刚剛]?|[聊通打谈談说說讲講]了|聊天?|[沟溝]通了?"
    r"|\b(?:and|with|at|on|for|to|from|in|by|of|i|we|(?-i:us|me|w)|had|the|a|an|then|plus)\b)*",
    re.IGNORECASE,
)


def read_as(text: str) -> str:
    """Return the text in simplified characters, of the same length; in capitals, W is "with" too."""
    text = re.sub(r"\bW(?=/|\s)", "w", text) if text.isupper() else text
    return "".join(map(simplify_char, text))


def as_written(chip: SentenceChip, text: str, read: str) -> SentenceChip:
    """Return the chip with the characters as they were typed."""
    written_chars = {char: typed for char, typed in zip(read, text, strict=True) if char.casefold() != typed.casefold()}

    def restore_text(part: str) -> str:
        index = read.casefold().find(part.casefold(), chip.start, chip.end) if part else -1
        if index < 0:
            # Put together from several parts of the text.
            return "".join(written_chars.get(char, char) for char in part)
        # The first letter may have been capitalized.
        first = part[0] if part[0].isascii() else text[index]
        return first + text[index + 1 : index + len(part)]

    def restore(value: Any) -> Any:
        if isinstance(value, NextStep):
            return value._replace(title=restore_text(value.title))
        return restore_text(value) if type(value) is str else value

    choices = tuple(ChipChoice(restore(choice.value), choice.label) for choice in chip.choices)
    # The label of a known record or of a type isn't from the text.
    label = chip.label if isinstance(chip.value, int | Enum) else restore_text(chip.label)
    return replace(chip, label=label, value=restore(chip.value), choices=choices)


def remaining_text(text: str, remaining: str, blank: str) -> str:
    """Return the text where `remaining` is not blank, without words that only joined the other parts."""
    visible = "".join(blank if char_left == blank else char for char, char_left in zip(text, remaining, strict=True))
    pieces = (_EDGES.sub("", piece) for piece in re.split(f"{blank}+", visible))
    return ", ".join(piece for piece in pieces if not _GLUE.fullmatch(piece))
