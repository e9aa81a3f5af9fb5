"""Clean typed and imported texts: no control characters, no marks that change the writing direction. Pure."""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters except tab, line feed and next line; bidirectional embeddings, overrides and isolates."""
_UNSEEN = re.compile(r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]")
"""Zero-width and format characters. The joiners U+200C and U+200D stay: scripts and emoji need them."""
_BREAKS = re.compile(r"\r\n?|\x85|\u2028|\u2029|\x0b|\x0c")
BLANK_WORDS = frozenset({"-", "--", "—", "/", "n/a", "na", "none", "null", "无", "無", "暂无", "没有"})
"""Texts that mean a blank cell, in lower case."""
ENTRY_SEPARATORS = (":::", ";", "；", "\n")
"""What separates the entries of a cell; Google puts ::: between several values of one label."""
_SEPARATOR = "|".join(ENTRY_SEPARATORS)
_QUOTED_ENTRY = re.compile(rf'[^\S\n]*+"((?:[^"]|"")*+)"[^\S\n]*+(?=\Z|{_SEPARATOR})')
_ENTRY = re.compile(rf"((?:(?!{_SEPARATOR})[\s\S])*+)")
_NEXT_ENTRY = re.compile(_SEPARATOR)
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
"""Invisible letters and symbols: Hangul fillers, the empty Braille cell, a blank note head."""
_BLANK_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Mn", "Me"})


def clean_text(text: str) -> str:
    """Return a text of several lines in NFC without outer spaces, control characters and bidirectional controls.

    Line ends become line feeds. "" when nothing visible is left.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    plain = _CONTROLS.sub("", _BREAKS.sub("\n", text)).strip()
    return unicodedata.normalize("NFC", plain) if is_visible(plain) else ""


def clean_line(text: str) -> str:
    """Return a text on one line: as `clean_text`, without zero-width marks.

    Line ends and white space become one space.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(clean_text(_UNSEEN.sub("", text)).split())


def split_entries(text: str) -> list[str]:
    """Return the entries of a cell with several, such as names: without blanks, in proportion to its length.

    An entry in quotation marks may contain separators; a quotation mark in it is doubled.
    """
    entries, position = [], 0
    while position <= len(text):
        quoted = _QUOTED_ENTRY.match(text, position)
        match = quoted or _ENTRY.match(text, position)
        entry = match[1].strip() if match else ""
        if quoted:
            entries.append(entry.replace('""', '"'))
        elif entry.casefold() not in BLANK_WORDS:
            entries.append(entry)
        following = _NEXT_ENTRY.match(text, match.end() if match else position)
        if following is None:
            break
        position = following.end()
    return [entry for entry in entries if entry]


def is_visible(text: str) -> bool:
    """Return whether anything in a text is visible: not only spaces, zero-width marks, fillers or combining accents."""
    return any(c not in _BLANK_LETTERS and unicodedata.category(c) not in _BLANK_CATEGORIES for c in text)


def text_width(text: str) -> int:
    """Return the width of a text in characters; Chinese characters count twice."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
