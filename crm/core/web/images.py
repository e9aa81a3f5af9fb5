"""Re-encode uploaded images, without EXIF data such as the place, and with nothing hidden behind the pixels."""

from __future__ import annotations

import io
from typing import Any

from crm.core.errors import Invalid
from crm.core.words import _

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
"""Pillow's formats by media type; no other decoder is used."""
MAX_MEGAPIXELS = 50
"""The largest image that is decoded: about 150 MB of memory."""
MAX_SIDE = 4096
"""Longer sides are scaled down to so many pixels."""
QUALITY = 90


def reencode_image(data: bytes, media_type: str, field: str) -> bytes:
    """Return an image in its format with its pixels only, upright. Raises Invalid on `field` if it can't be read."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - loaded with the first image

    kind = FORMATS[media_type]
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            if image.width * image.height > MAX_MEGAPIXELS * 1_000_000:
                raise Invalid(_("Choose a smaller image. The limit is %(n)d megapixels.", n=MAX_MEGAPIXELS), field)
            upright = ImageOps.exif_transpose(image)
            if "transparency" in upright.info and not upright.mode.endswith(("A", "a")):
                # Otherwise the transparent color, often black, would show when the rest of the data is dropped.
                upright = _add_alpha(upright)
            upright.thumbnail((MAX_SIDE, MAX_SIDE))
            return _encode(upright, kind)
    # Decoders raise many kinds of errors for files that are cut or made to harm.
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError) as error:
        raise Invalid(_("Choose another image. This one can't be read."), field) from error


def _add_alpha(image: Any) -> Any:
    """Return an image with an alpha channel instead of a transparent color."""
    if image.mode != "I;16":
        return image.convert("RGBA")
    # Pillow clips 16 bits of gray to 8 instead of scaling them, and compares the transparent color only then.
    from PIL import Image  # noqa: PLC0415 - loaded with the first image

    clear, values = image.info["transparency"], range(1 << 16)
    gray, alpha = [value >> 8 for value in values], [0 if value == clear else 255 for value in values]
    wide = image.convert("I")
    return Image.merge("LA", (wide.point(gray, "L"), wide.point(alpha, "L")))


def _encode(image: Any, kind: str) -> bytes:
    out = io.BytesIO()
    profile = {"icc_profile": image.info.get("icc_profile")}
    image.info.clear()
    if kind == "PNG":
        image.save(out, kind, **profile)
    else:
        image.save(out, kind, quality=QUALITY, **profile)
    return out.getvalue()
