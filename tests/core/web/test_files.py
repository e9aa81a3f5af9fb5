"""Uploaded files: hostile content, names in every script, and safe downloads."""

from __future__ import annotations

import io
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from crm.core.data.base import db
from crm.core.errors import Invalid, NotFound
from crm.core.web.files import (
    StoredFile,
    clean_name,
    folder,
    media_type_of,
    send_stored_file,
    store_bytes,
    store_upload,
    stored_bytes,
)
from tests.factories.images import png

PNG = png()
PDF = b"%PDF-1.7\n%\xe2\xe3"
ZIP = b"PK\x03\x04\x14\x00"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (PNG, "card.png", "image/png"),
        (PNG, "card.txt", "image/png"),
        (b"\xff\xd8\xff\xe0", "a.jpg", "image/jpeg"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "a.webp", "image/webp"),
        (PDF, "a.pdf", "application/pdf"),
        (ZIP, "a.zip", "application/zip"),
        (ZIP, "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (ZIP, "报价.DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (OLE, "old.doc", "application/x-ole-storage"),
        ("周立民，电话".encode(), "a.txt", "text/plain"),
        ("周立民，电话".encode("gb18030"), "a.csv", "text/plain"),
        (b"BEGIN:VCARD\r\n", "a.vcf", "text/plain"),
        (b"hello <script>", "noending", "text/plain"),
    ],
)
def test_file_type_is_detected_from_its_first_bytes(head, name, media_type):
    assert media_type_of(head, name) == media_type


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<html><script>alert(1)</script>", "card.png"),
        (b"<!doctype html>", "a.txt"),
        (b" \r\n\t<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>", "a.png"),
        (b"\xef\xbb\xbf<svg>", "a.txt"),
        (b"<?xml version='1.0'?><svg>", "a.jpg"),
        (b"MZ\x90\x00\x03\x00", "card.png"),
        (b"\x7fELF\x02\x01\x01", "a.txt"),
        (b"\xca\xfe\xba\xbe\x00\x00", "a.class"),
        (b"GIF89a/*\x00*/=1;alert(1)", "a.gif"),
        (b"ID3\x03\x01\x02", "a.txt"),
        (ZIP, "game.jar"),
        (ZIP, "phone.APK"),
        (OLE, "setup.msi"),
        (OLE, "photo.png"),
        (PNG, "card.png.exe"),
        (PDF, "card.html"),
        (b"echo 1", "run.bat"),
        (b"alert(1)", "a.js"),
        (b"[InternetShortcut]", "a.URL"),
        (b"hello", "a.svg"),
        (b"#@~^AAAA", "a.vbe"),
        (b"WEB\n1\nhttps://example.org", "prices.iqy"),
        (b"ID;PWXL", "prices.SLK"),
        (b"[Desktop Entry]", "a.desktop"),
        (b"import os", "a.py"),
        (ZIP, "prices.xlam"),
        (ZIP, "setup.appx"),
        (ZIP, "tool.pyzw"),
        (b"[InternetShortcut]", "a.website"),
        (b"[oledb]", "a.udl"),
        (b"echo", "a.ksh"),
        (b"echo", "a.settingcontent-ms"),
    ],
)
def test_executable_content_is_refused(head, name):
    assert media_type_of(head, name) is None


@pytest.mark.parametrize(
    ("sent", "stored_name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\li\\card.png", "card.png"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ('quo"te.txt', 'quo"te.txt'),
        ("..", "file"),
        ("", "file"),
        ("/", "file"),
        ("周立民 名片.png", "周立民 名片.png"),
        ("card\u202egnp.exe", "cardgnp.exe"),
        ("nul\x00.png", "nul.png"),
        ("x" * 300 + ".png", "x" * 196 + ".png"),
    ],
)
def test_file_name_is_sanitized(sent, stored_name):
    assert clean_name(sent) == stored_name


def upload(data=PNG, name="card.png"):
    return FileStorage(io.BytesIO(data), filename=name)


@pytest.fixture
def request_context(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_DATA_DIR", str(tmp_path))
    monkeypatch.setitem(app.config, "CRM_UPLOAD_MB", 1)
    with app.test_request_context():
        yield tmp_path


def test_file_is_stored_under_a_random_name_readable_by_its_owner_only(request_context):
    one, other = store_upload(upload(), "files"), store_upload(upload(), "files")
    assert one.stored_as != other.stored_as
    assert (one.name, one.media_type, one.size) == ("card.png", "image/png", len(PNG))
    assert one.sha256 == other.sha256
    path = request_context / "attachments" / one.stored_as
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder("attachments").stat().st_mode & 0o777 == 0o700
    assert stored_bytes(one.stored_as) == PNG


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"a" * (1024 * 1024 + 1), "The limit is 1 MB"),
        (b"<svg>", "Other types aren't supported"),
        (b"\0\0\0\x18ftypheic", "Choose a JPEG, PNG or WebP image, PDF"),
    ],
)
def test_refused_file_leaves_nothing_on_disk(request_context, data, message):
    with pytest.raises(Invalid, match=message) as refused:
        store_upload(upload(data, "a.txt"), "files")
    assert refused.value.field == "files"
    assert list(request_context.rglob("*")) == []


def test_largest_allowed_file_is_accepted(request_context):
    assert store_bytes(b"a" * (1024 * 1024), "a.txt", "files").size == 1024 * 1024


@pytest.mark.parametrize(
    ("data", "name", "disposition"),
    [(PNG, "card.png", True), (b"hello", "a.txt", True), (PDF, "a.pdf", False), (ZIP, "a.xlsx", False)],
)
def test_downloaded_file_cannot_run(request_context, data, name, disposition):
    answer = send_stored_file(store_upload(upload(data, name), "files"))
    headers = answer.headers
    assert headers["Content-Disposition"].startswith("inline;" if disposition else "attachment;")
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert "html" not in headers["Content-Type"]
    assert (headers["Content-Type"] == "application/octet-stream") is not disposition
    assert headers["Cache-Control"] == "no-store"
    answer.direct_passthrough = False
    assert answer.get_data() == data
    answer.close()


@pytest.mark.parametrize("name", ["周立民 名片.png", 'quo"te; x=1.png', "a'b%0d.png", "naïve–file.png", "100%.png"])
def test_file_name_survives_the_download_header(request_context, name):
    answer = send_stored_file(store_upload(upload(name=name), "files"))
    sent = answer.headers["Content-Disposition"]
    assert sent.isascii()
    assert "\r" not in sent
    assert unquote(sent.split("filename*=UTF-8''")[1]) == name
    answer.close()


def test_missing_file_is_not_found(request_context):
    for stored in ("missing", "../crm.sqlite", "/etc/passwd"):
        with pytest.raises(NotFound):
            send_stored_file(StoredFile("a", "text/plain", 1, "", stored))
        with pytest.raises(NotFound):
            stored_bytes(stored)


def test_file_is_removed_when_its_transaction_is_rolled_back(real_app):
    def names():
        return [f.name for f in folder("attachments").iterdir()]

    with real_app.app_context():
        db.session.execute(sa.text("SELECT 1"))
        stored = store_upload(upload(), "files")
        with db.session.begin_nested():
            db.session.execute(sa.text("SELECT 1"))
        assert names() == [stored.stored_as]
        db.session.commit()
        store_upload(upload(), "files")
        db.session.execute(sa.text("SELECT 1"))
        with db.session.begin_nested():
            db.session.execute(sa.text("SELECT 1"))
        assert len(names()) == 2
        db.session.rollback()
        assert names() == [stored.stored_as]
        store_upload(upload(), "files")
        db.session.execute(sa.text("SELECT 1"))
    with real_app.app_context():
        assert names() == [stored.stored_as]
