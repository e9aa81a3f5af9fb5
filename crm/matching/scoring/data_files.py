"""The word lists and units: text files in `data`, one entry a line, comments after #."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_DATA = Path(__file__).parent / "data"


def read_lines(name: str) -> Iterator[str]:
    """Yield the entries of a file."""
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
