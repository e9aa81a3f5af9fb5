"""QR codes of business cards, drawn and read with the real library where the optional packages are installed."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from crm.cards import worker
from crm.cards.codes import read_code

zxingcpp = pytest.importorskip("zxingcpp", reason="the packages of requirements-ocr.txt aren't installed")
VCARD = """BEGIN:VCARD
VERSION:3.0
N:周;立民;;;
FN:周立民
ORG:华东水务集团
TEL;TYPE=CELL:+8613912345678
EMAIL:limin.zhou@huadong.example
END:VCARD
"""
MECARD = "MECARD:N:Zhou,Limin;ORG:Huadong Water;TEL:+8613912345678;EMAIL:limin.zhou@huadong.example;;"
ADDRESS = "https://huadong.example/limin"


def draw_codes(*texts: str) -> bytes:
    """Return a photo with the QR codes of these texts side by side on a card."""
    photo = Image.new("RGB", (900 * len(texts), 900), "white")
    for place, text in enumerate(texts):
        drawn = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode), scale=8)
        height, width = drawn.shape
        photo.paste(Image.frombytes("L", (width, height), bytes(drawn)), (900 * place + 40, 60))
    stream = io.BytesIO()
    photo.save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def lines(monkeypatch):
    """Let every photo have these lines: no test of codes needs the reading of letters."""
    read = [["Zhou Limin", 30.0]]
    monkeypatch.setattr(worker, "_read_lines", lambda _photo: read)
    return read


@pytest.mark.parametrize(
    ("text", "family", "company"), [(VCARD, "周", "华东水务集团"), (MECARD, "Zhou", "Huadong Water")]
)
def test_code_of_a_card_gives_the_person(lines, text, family, company):
    content = worker.read_image(draw_codes(text))
    person = read_code(content["codes"][0])
    assert person is not None
    assert family in (person.names.family_native, person.names.family_latin)
    assert person.organization_name == company
    assert [point.value for point in (*person.phones, *person.emails)] == [
        "+8613912345678",
        "limin.zhou@huadong.example",
    ]
    assert content["lines"] == []


def test_code_of_a_web_address_leaves_the_lines_to_be_read(lines):
    content = worker.read_image(draw_codes(ADDRESS))
    assert content == {"codes": [ADDRESS], "lines": lines}
    assert read_code(ADDRESS) is None


def test_card_beside_a_web_address_is_used(lines):
    content = worker.read_image(draw_codes(ADDRESS, MECARD))
    assert (set(content["codes"]), content["lines"]) == ({ADDRESS, MECARD}, [])
