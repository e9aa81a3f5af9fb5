"""The tables of the matcher: text files in `data`, one row a line, words separated by spaces, comments after #."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_DATA = Path(__file__).parent / "data"


def read_lines(name: str) -> Iterator[str]:
    """Yield the rows of a table."""
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def read_words(name: str) -> Iterator[list[str]]:
    """Yield the words of each row of a table."""
    for line in read_lines(name):
        yield line.split()
