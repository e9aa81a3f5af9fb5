"""Read the codes and lines of a photo: a process of its own, because it needs much memory and time.

`python -m crm.cards.worker` reads an image from its input and writes JSON: {"codes": [...], "lines": [[text, height]]}.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import re
import resource
import sys
from typing import Any

DEADLINE_SECONDS = 90.0
"""How long a photo may take: a busy machine with slow cores needs 40 seconds for one."""
CPU_SECONDS = 180
"""Both cores until the deadline."""
BEFORE_CARD = re.compile(r"^[\s\ufeff\u200b]*(?=BEGIN:VCARD|MECARD:)", re.IGNORECASE | re.MULTILINE)
"""What some programs write on the line of a card before it: blanks, byte order marks, zero-width spaces."""
MAX_SIDE = 2200
"""Larger photos are scaled down: letters of a card are readable then, too."""


def read_image(data: bytes) -> dict[str, Any]:
    """Return the texts of codes, and the lines with the height of their letters from top to bottom."""
    import zxingcpp  # noqa: PLC0415 - optional
    from PIL import Image  # noqa: PLC0415

    with Image.open(io.BytesIO(data)) as image:
        photo = image.convert("RGB")
    photo.thumbnail((MAX_SIDE, MAX_SIDE))
    codes = [code.text for code in zxingcpp.read_barcodes(photo) if code.text]
    # The code of a web address says nothing about the person: the lines do.
    has_card = any(is_card(text) for text in codes)
    return {"codes": codes, "lines": [] if has_card else _read_lines(photo)}


def is_card(text: str) -> bool:
    """Return whether the text of a code describes a person."""
    return BEFORE_CARD.search(text) is not None


def _read_lines(photo: Any) -> list[tuple[str, float]]:
    from rapidocr import RapidOCR  # noqa: PLC0415 - optional

    logging.disable(logging.CRITICAL)
    result = RapidOCR()(photo)
    if result.txts is None:
        return []
    lines = []
    for box, text in zip(result.boxes, result.txts, strict=True):
        start = float(box[0][0])
        heights = [float(y) for _x, y in box]
        lines.append((min(heights), start, text, max(heights) - min(heights)))
    return [(text, height) for _top, _start, text, height in sorted(lines)]


def main() -> None:
    """Read an image from the input."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    data = sys.stdin.buffer.read()
    # Libraries write to the output, too.
    with contextlib.redirect_stdout(sys.stderr):
        content = read_image(data)
    sys.stdout.write(json.dumps(content))


if __name__ == "__main__":
    main()
