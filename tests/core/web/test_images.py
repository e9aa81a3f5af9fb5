"""Images are re-encoded: upright, without metadata, within limits."""

from __future__ import annotations

import io

import pytest
from PIL import Image, PngImagePlugin

from crm.core.errors import Invalid
from crm.core.web.images import MAX_SIDE, reencode_image
from tests.factories.images import jpeg, png

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_photo_loses_place_and_camera_and_stands_upright():
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "PhoneMaker", 6
    exif.get_ifd(GPS)[2] = (31.0, 14.0, 0.0)
    photo = jpeg(40, 20, exif=exif)
    assert b"PhoneMaker" in photo
    image = opened(reencode_image(photo + b"<script>behind</script>", "image/jpeg", "files"))
    assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (20, 40), {})
    assert b"behind" not in reencode_image(photo + b"<script>behind</script>", "image/jpeg", "files")


def test_png_loses_its_texts_and_keeps_transparency():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Zhou Limin")
    data = reencode_image(png(10, 10, "RGBA", pnginfo=notes), "image/png", "files")
    assert (b"Zhou" in data, opened(data).mode, opened(data).size) == (False, "RGBA", (10, 10))


@pytest.mark.parametrize(("mode", "clear"), [("P", 0), ("RGB", (0, 0, 0)), ("L", 0), ("1", 0), ("I;16", 0)])
@pytest.mark.parametrize("side", [10, MAX_SIDE + 10])
def test_transparent_color_of_a_png_stays_transparent(mode, clear, side):
    out = io.BytesIO()
    Image.new(mode, (side, 10)).save(out, "PNG", transparency=clear)
    image = opened(reencode_image(out.getvalue(), "image/png", "files")).convert("RGBA")
    assert image.getpixel((5, 5))[3] == 0


def test_gray_of_16_bits_keeps_its_shades_beside_the_transparent_one():
    out, source = io.BytesIO(), Image.new("I;16", (3, 1))
    for x, value in enumerate((40_000, 51_200, 0)):
        source.putpixel((x, 0), value)
    source.save(out, "PNG", transparency=40_000)
    image = opened(reencode_image(out.getvalue(), "image/png", "files")).convert("LA")
    assert [image.getpixel((x, 0)) for x in range(3)] == [(156, 0), (200, 255), (0, 255)]


def test_large_photo_is_scaled_down():
    image = opened(reencode_image(jpeg(MAX_SIDE * 2, 100), "image/jpeg", "files"))
    assert image.size == (MAX_SIDE, 50)


@pytest.mark.parametrize("cut", [12, 60, -30])
def test_cut_image_is_refused(cut):
    with pytest.raises(Invalid, match="can't be read"):
        reencode_image(png(300, 300)[:cut], "image/png", "files")


def test_image_of_too_many_pixels_is_refused_before_it_is_decoded():
    # The header claims 60,000 x 60,000 pixels.
    bomb = bytearray(png(10, 10))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    import zlib

    bomb[29:33] = zlib.crc32(bytes(bomb[12:29])).to_bytes(4, "big")
    with pytest.raises(Invalid):
        reencode_image(bytes(bomb), "image/png", "files")


def test_other_format_behind_the_first_bytes_is_refused():
    with pytest.raises(Invalid):
        reencode_image(b"\xff\xd8\xff" + png(5, 5), "image/jpeg", "files")
