"""Code lists that are part of the program: HS 2022 and NAICS 2022, found by code and by word."""

from __future__ import annotations

import enum
from functools import cache
from typing import NamedTuple

from crm.core.i18n import formats
from crm.names.folding import fold

from .services import shipped_rows

MAX_HITS = 20
HEADING_DIGITS, CODE_DIGITS = 4, 6


class CodeList(enum.Enum):
    """A code list; the value names its file and its URL."""

    hs = "hs2022"
    naics = "naics2022"


class CodeEntry(NamedTuple):
    """A code of six digits: its title, that of its heading (HS only), and the folded words of both."""

    code: str
    title: str
    heading: str
    words: str

    @property
    def label(self) -> str:
        """The code as it is written, and its title."""
        return f"{formats.hs(self.code) if self.heading else self.code} {self.title}"


@cache
def load_codes(code_list: CodeList) -> dict[str, CodeEntry]:
    """Return the codes of six digits, in order."""
    rows = [(row["code"], row["title"]) for row in shipped_rows(code_list.value)]
    headings = {code: title for code, title in rows if len(code) == HEADING_DIGITS}
    entries = {}
    for code, title in rows:
        if len(code) == CODE_DIGITS:
            heading = headings.get(code[:HEADING_DIGITS], "")
            entries[code] = CodeEntry(code, title, heading, _words(f"{title} {heading}"))
    return entries


def _words(text: str) -> str:
    """Return the folded words of a text, each after a space."""
    return "".join(f" {word}" for word in _split(text))


def _split(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in fold(text)).split()


def find_code(code_list: CodeList, code: str | None) -> CodeEntry | None:
    """Return the entry of a code; None if it isn't in the list."""
    return load_codes(code_list).get(code or "")


def find_codes(code_list: CodeList, text: str) -> list[CodeEntry]:
    """Return codes that begin with these digits, or whose titles have words that begin with these words.

    Titles with the words in their first place come first.
    """
    digits = text.replace(".", "").replace(" ", "")
    entries = load_codes(code_list).values()
    if digits.isascii() and digits.isdigit():
        return [entry for entry in entries if entry.code.startswith(digits[:CODE_DIGITS])][:MAX_HITS]
    words = [f" {word}" for word in _split(text)]
    hits = [entry for entry in entries if words and all(word in entry.words for word in words)]
    return sorted(hits, key=lambda entry: sum(entry.words.index(word) for word in words))[:MAX_HITS]
