"""Small images as bytes."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def png(width: int = 4, height: int = 4, mode: str = "RGB", **options: Any) -> bytes:
    """Return a PNG file."""
    return _encoded(Image.effect_noise((width, height), 50).convert(mode), "PNG", **options)


def jpeg(width: int = 4, height: int = 4, **options: Any) -> bytes:
    """Return a JPEG file."""
    return _encoded(Image.new("RGB", (width, height), "teal"), "JPEG", **options)


def _encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
