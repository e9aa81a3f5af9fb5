"""Pages are compressed for browsers that accept it; their content stays the same."""

from __future__ import annotations

import gzip

import pytest

from crm.core.web.compression import gzip_page

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def anna(client, people):
    return client.login_as("anna")


def test_page_is_compressed_to_less_than_a_third(anna):
    plain, packed = anna.get("/people/"), anna.get("/people/", headers=GZIP)
    assert (plain.headers.get("Content-Encoding"), packed.headers["Content-Encoding"]) == (None, "gzip")
    assert gzip.decompress(packed.data).lstrip().startswith(b"<!DOCTYPE html>")
    assert len(packed.data) < len(plain.data) / 3
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert "Accept-Encoding" in plain.vary
    assert "Accept-Encoding" in packed.vary


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0"])
def test_page_stays_plain_for_browsers_that_do_not_accept_gzip(anna, accepted):
    answer = anna.get("/people/", headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("Content-Encoding"), "<h1" in answer.text) == (None, True)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/people/999999", 404), ("POST", "/people/new", 422), ("GET", "/login", 303)]
)
def test_forms_with_errors_and_error_pages_are_compressed_too(anna, method, path, status):
    answer = anna.open(path, method=method, headers=GZIP)
    assert answer.status_code == status
    assert (answer.headers.get("Content-Encoding") == "gzip") == (status != 303)


def test_exports_and_short_answers_are_sent_as_they_are(anna):
    sheet, health = anna.get("/people/?as=xlsx", headers=GZIP), anna.get("/healthz", headers=GZIP)
    assert [x.headers.get("Content-Encoding") for x in (sheet, health)] == [None, None]
    assert sheet.data.startswith(b"PK")


def test_compressed_size_of_the_same_page_varies():
    page = b"<p>The same page</p>" * 100
    packed = [gzip_page(page) for _ in range(40)]
    assert len(set(map(len, packed))) > 10
    assert {gzip.decompress(x) for x in packed} == {page}
