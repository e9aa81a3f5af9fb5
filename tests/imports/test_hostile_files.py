"""Hostile files are refused with a message, and nothing of them is stored."""

from __future__ import annotations

import io
import zipfile

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.web.files import folder
from crm.imports.models import ImportRun
from tests.imports.conftest import ImportFlow, list_labels, upload

ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>%b</sheetData></worksheet>'.encode()
CELL = '<row r="{}"><c t="inlineStr"><is><t>{}</t></is></c></row>'
ROWS = (CELL.format(1, "Name") + CELL.format(2, "%b")).encode()


def book(sheet: bytes, **more: bytes) -> bytes:
    """Return a minimal workbook of one sheet."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{link}Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": sheet,
        **more,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def anna(client, people):
    """Return anna's browser."""
    return client.login_as("anna")


@pytest.mark.parametrize(
    ("name", "data", "status", "message"),
    [
        (
            "bomb.xlsx",
            book(SHEET % (ROWS % b"Li"), **{"xl/zeros.bin": bytes(120_000_000)}),
            422,
            "too large when uncompressed",
        ),
        ("entity.xlsx", book(ENTITY + SHEET % (ROWS % b"&e;")), 422, "entity declarations"),
        ("cell.csv", b"Name\n" + b"x" * 1_000_000 + b"\n", 422, "A cell in row 2 has more than"),
        ("paper.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", 422, "PDF"),
        ("empty.csv", b"", 422, "empty"),
        ("large.csv", b"Name,Note\n" + (b"Li Hui," + b"x" * 600 + b"\n") * 17_300, 422, "The limit is 10 MB."),
        ("huge.csv", b"x" * 11_600_000, 413, "Too large to save"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_file_is_refused_with_a_message_and_nothing_is_stored(anna, name, data, status, message):
    before = set(folder("imports").iterdir())
    answer = upload(anna, data, name)
    assert (answer.status_code, message in answer.text) == (status, True)
    assert "root:" not in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportRun)) == 0
    assert set(folder("imports").iterdir()) == before


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-16", "周立民"), ("gb18030", "周立民"), ("windows-1252", "Müller"), ("utf-8-sig", "José Núñez")],
)
def test_file_in_another_encoding_is_imported(anna, encoding, name):
    rows = f"Name,E-mail,City\n{name},li@hd.cn,Ningbo\nMa Jun,ma@delta.cn,Suzhou\n"
    ImportFlow(anna, rows.encode(encoding)).confirm()
    assert list_labels("person") == [name, "Ma Jun"]


def test_card_without_its_end_does_not_swallow_the_next_one(anna):
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{}\r\n"
    flow = ImportFlow(anna, card.format("Li Hui") + card.format("Ma Jun") + "END:VCARD\r\n", "open.vcf")
    assert list_labels("person") == []
    assert flow.counts == (1, 0, 0, 1)
    flow.confirm(do="import_valid")
    assert list_labels("person") == ["Ma Jun"]


def test_page_shows_the_size_limit(anna):
    assert "Up to 10 MB and 100,000 rows" in anna.get("/imports/new").text
