"""Lines of vCards that break the format, as Lotus Notes and phones write them: repaired where possible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vobject.base import ParseError, VObjectError, parseLine, textLineToContentLine

PARSE_ERRORS = (ParseError, VObjectError, StopIteration, ValueError, IndexError, KeyError, RecursionError)
"""What the parser raises for lines that it can't read."""
MAX_LINES_SHOWN, MAX_LINE_CHARS = 3, 40
_NAME = re.compile(r"(?:[A-Za-z0-9-]+\.)?[A-Za-z0-9-]+")
_PARAMETER = re.compile(r"[A-Za-z0-9-]+(?:=[A-Za-z0-9_ ,./-]*)?")
_WORDS = re.compile(r"[\s,]+")


def repair_lines(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the lines that the parser can read, repaired where necessary, and those that it can't."""
    readable, unread = [], []
    for line in lines:
        repaired = line if _is_readable(line) else _repair(line)
        if repaired and _is_readable(repaired):
            readable.append(repaired)
        else:
            unread.append(line)
    return readable, unread


def quote(lines: Sequence[str]) -> str:
    """Return the first lines as a text for a message."""
    quotes = [f"“{line[:MAX_LINE_CHARS]}”" for line in lines[:MAX_LINES_SHOWN]]
    return ", ".join(quotes) + (" …" if len(lines) > MAX_LINES_SHOWN else "")


def _is_readable(line: str) -> bool:
    try:
        parseLine(line)
        textLineToContentLine(line).transformToNative()
    except PARSE_ERRORS:
        return False
    return True


def _repair(line: str) -> str:
    """Return a line with only those parameters that the format knows; "" if its name is invalid."""
    head, _colon, value = line.partition(":")
    name, *parameters = head.split(";")
    if not _NAME.fullmatch(name):
        return ""
    parts = [part for text in parameters for part in _WORDS.split(text)]
    return ";".join([name, *(part for part in parts if _PARAMETER.fullmatch(part))]) + ":" + value
